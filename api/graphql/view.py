"""The endpoint: who may ask, over which transport, and who answers.

GraphQL goes by POST (a query also by GET), as server-sent events, and over WebSocket.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import aclosing
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types.graphql import OperationType

from api.errors import InvalidInput, Refusal
from api.graphql import answers, requests
from api.graphql.broadcasts import Broadcasts
from api.graphql.context import Context, Services
from api.graphql.event_stream import EventStream
from api.graphql.requests import MethodNotAllowed, Operation, Wanted
from api.graphql.schema import Schema
from api.graphql.sockets import FORBIDDEN, RESTART, Handler, Socket
from api.outlet import Outlet
from api.services.connections import Ending

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from api.domain.models import Principal

RawHeaders = Iterable[tuple[bytes, bytes]]
_BAD_SUBPROTOCOL = 4406


class GraphQLApp:
    """An ASGI application for the routes of `/graphql`, HTTP and WebSocket."""

    def __init__(
        self,
        schema: Schema,
        services: Services,
        *,
        check_origin: Callable[[RawHeaders], None],
        session_cookie: Callable[[RawHeaders], str | None],
        page: Callable[[Request], Awaitable[Response]],
    ) -> None:
        self._schema = schema
        self._broadcasts = Broadcasts(schema)
        self._services = services
        self._settings = services.settings
        self._check_origin = check_origin
        self._session_cookie = session_cookie
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._over_socket(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            response = await self._over_http(request, scope, receive, send)
        except Refusal as refusal:
            response = answers.refused(refusal)
        if response is not None:
            await response(scope, receive, send)

    async def _over_http(
        self, request: Request, scope: Scope, receive: Receive, send: Send
    ) -> Response | None:
        """The answer, or None when it was sent as a stream. Raises Refusal."""
        accept = request.headers.get("accept", "")
        if request.method == "GET" and "text/html" in accept:
            return await self._page(request)
        requests.check(request)
        context = await self._asked_by(request)
        operation = await requests.read(request)
        wanted = Wanted.of(accept)
        if not wanted.only_events:
            answer = await self._answer(request, operation, context, wanted)
            if answer is not None:
                return answer
        lines = self._lines(operation, context, requests.allowed(request))
        await self._stream(lines, context, scope, receive, send)
        return None

    async def _asked_by(self, request: Request) -> Context:
        header = request.headers.get("authorization")
        cookie = None
        if request.method == "GET":
            # A GET counts by its header only, and a browser sends its cookie with it unasked.
            self._check_origin([h for h in request.headers.raw if h[0] != b"cookie"])
        else:
            self._check_origin(request.headers.raw)
            cookie = None if header else self._session_cookie(request.headers.raw)
        principal = await self._principal(header, cookie)
        return Context(services=self._services, cookie=cookie, principal=principal)

    async def _answer(
        self, request: Request, operation: Operation, context: Context, wanted: Wanted
    ) -> Response | None:
        """One JSON answer, or None when it must be a stream instead. Raises Refusal."""
        try:
            result = await self._schema.execute(
                operation.query,
                variable_values=operation.variables,
                context_value=context,
                operation_name=operation.name,
                allowed_operation_types=requests.allowed(request),
                operation_extensions=operation.extensions,
            )
        except InvalidOperationTypeError as error:
            if error.operation_type is OperationType.MUTATION:
                raise MethodNotAllowed("a mutation goes by POST") from None
            if wanted.events:
                return None
            raise InvalidInput(
                "a subscription goes over WebSocket, by the protocol graphql-transport-ws, or with"
                " `Accept: text/event-stream`"
            ) from None
        except CannotGetOperationTypeError as error:
            raise InvalidInput(error.as_http_error_reason()) from None
        return answers.as_json(result, wanted.json)

    async def _stream(
        self,
        lines: AsyncGenerator[str, None],
        context: Context,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        """Raises Refusal before the first byte only."""
        outlet = Outlet(scope, send, self._settings.stall_seconds)
        stream = EventStream(receive, outlet, silence=self._settings.ping_seconds)
        connections = self._services.connections
        connection = connections.open(stream.end)
        try:
            connections.identify(connection, context.who, self._session_end(context))
            await stream.run(lines)
        finally:
            connections.close(connection)

    async def _lines(
        self, operation: Operation, context: Context, allowed: frozenset[OperationType]
    ) -> AsyncGenerator[str, None]:
        allowed |= {OperationType.SUBSCRIPTION}
        async with aclosing(self._broadcasts.results(operation, context, allowed)) as results:
            async for result in results:
                yield result.text

    async def _over_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        websocket = WebSocket(scope, receive, Outlet(scope, send, self._settings.stall_seconds))
        socket = Socket(websocket)
        closing: set[asyncio.Task[None]] = set()

        def end(why: Ending) -> None:
            code = FORBIDDEN if why is Ending.FORBIDDEN else RESTART
            closing.add(asyncio.ensure_future(socket.close(code, why.value)))

        try:
            self._check_origin(scope["headers"])
            connection = self._services.connections.open(end)
        except Refusal as refusal:
            await websocket.send_denial_response(answers.refused(refusal))
            return
        context = Context(services=self._services, connection=connection)
        context.cookie = self._session_cookie(scope["headers"])
        try:
            await self._serve(websocket, socket, context)
        finally:
            self._services.connections.close(connection)
            await asyncio.gather(*closing, return_exceptions=True)

    async def _serve(self, websocket: WebSocket, socket: Socket, context: Context) -> None:
        if GRAPHQL_TRANSPORT_WS_PROTOCOL not in websocket["subprotocols"]:
            await websocket.accept()
            await socket.close(_BAD_SUBPROTOCOL, "Subprotocol not acceptable")
            return
        await websocket.accept(GRAPHQL_TRANSPORT_WS_PROTOCOL)
        await Handler(
            socket,
            self._schema,
            self._broadcasts,
            context,
            connect=self._connect,
            most_operations=self._settings.max_operations,
        ).handle()

    async def _connect(self, context: Context) -> None:
        """Learn who asks, from the init payload or the cookie of the handshake. Raises Refusal."""
        sent = context.connection_params
        header = sent.get("authorization") or sent.get("Authorization")
        if header is not None:
            context.cookie = None
        principal = await self._principal(str(header) if header else None, context.cookie)
        if context.connection is not None:
            end = self._session_end(context)
            self._services.connections.identify(context.connection, principal, end)
        context.principal = principal

    async def _principal(self, header: str | None, cookie: str | None) -> Principal:
        if header is None and cookie is not None:
            return await self._services.auth.by_session(cookie)
        return await self._services.auth.by_header(header)

    def _session_end(self, context: Context) -> float | None:
        return self._services.auth.session_end(context.cookie) if context.cookie else None
