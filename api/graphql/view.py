"""GraphQL over HTTP and WebSocket: who may ask, in which form, and how the answer looks."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect
from strawberry.asgi import ASGIWebSocketAdapter, GraphQL
from strawberry.exceptions import ConnectionRejectionError, MissingQueryError
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.http.exceptions import NonJsonMessageReceived
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from api.errors import InvalidInput, Refusal, UnsupportedMediaType
from api.graphql import frames
from api.graphql.context import Context, Services
from api.graphql.schema import Schema

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from api.domain.models import Principal

_JSON = "application/json"
_GRAPHQL_JSON = "application/graphql-response+json"
_INIT_SECONDS = 10
_MAX_SUBSCRIPTIONS = 50
_OVER_HTTP = frozenset({OperationType.QUERY, OperationType.MUTATION})
RawHeaders = Iterable[tuple[bytes, bytes]]


class MethodNotAllowed(Refusal):
    """Operations are sent by POST."""

    code = "METHOD_NOT_ALLOWED"
    status = 405


class _Socket(ASGIWebSocketAdapter):
    """Refuses malformed frames before the framework sees them."""

    async def iter_json(
        self, *, ignore_parsing_errors: bool = False
    ) -> AsyncGenerator[object, None]:
        async for frame in super().iter_json(ignore_parsing_errors=ignore_parsing_errors):
            if not frames.is_valid(frame):
                raise NonJsonMessageReceived
            yield frames.without_null_payload(frame)

    async def close(self, code: int, reason: str) -> None:
        try:
            await super().close(code, reason)
        except (RuntimeError, WebSocketDisconnect):
            return  # the client was faster


class GraphQLApp(GraphQL[Context, None]):
    """The endpoint. Times in seconds."""

    websocket_adapter_class = _Socket

    def __init__(
        self,
        schema: Schema,
        services: Services,
        *,
        check_origin: Callable[[RawHeaders], None],
        session_cookie: Callable[[RawHeaders], str | None],
        page: Callable[[Request], Awaitable[Response]],
    ) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            allow_queries_via_get=False,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=timedelta(seconds=_INIT_SECONDS),
            max_subscriptions_per_connection=_MAX_SUBSCRIPTIONS,
            allowed_origins=("*",),  # `check_origin` decides instead, by our own settings
        )
        self._services = services
        self._check_origin = check_origin
        self._session_cookie = session_cookie
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
            return
        request = Request(scope, receive)
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            response = await self._page(request)
            await response(scope, receive, send)
            return
        try:
            self._check_request(request)
            await super().__call__(scope, receive, send)
        except Refusal as refusal:
            await _refused(refusal)(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            self._check_origin(scope["headers"])
        except Refusal:
            # Closing before accepting makes the server answer the handshake with 403.
            await WebSocket(scope, receive, send).close(1008)
            return
        await super().__call__(scope, receive, send)

    def _check_request(self, request: Request) -> None:
        if request.method != "POST":
            raise MethodNotAllowed("send operations by POST; a browser finds GraphiQL here")
        self._check_origin(request.scope["headers"])
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != _JSON:
            raise UnsupportedMediaType("send the operation as application/json")

    async def get_context(
        self,
        request: Request | WebSocket,
        response: Response | WebSocket,  # noqa: ARG002
    ) -> Context:
        """Over HTTP the principal is known now; over WebSocket after `connection_init`."""
        cookie = self._session_cookie(request.scope["headers"])
        context = Context(services=self._services, cookie=cookie)
        if isinstance(request, Request):
            context.principal = await self._principal(request.headers.get("authorization"), cookie)
        return context

    async def on_ws_connect(self, context: Context) -> dict[str, object]:
        """Learn who asks, from the init payload or the cookie of the handshake."""
        header = context.connection_params.get("authorization") or context.connection_params.get(
            "Authorization"
        )
        try:
            context.principal = await self._principal(
                header if isinstance(header, str) else None, context.cookie
            )
        except Refusal:
            raise ConnectionRejectionError from None
        return {}

    async def _principal(self, header: str | None, cookie: str | None) -> Principal:
        if header is None and cookie is not None:
            return await self._services.auth.by_session(cookie)
        return await self._services.auth.by_header(header)

    def decode_json(self, data: str | bytes) -> object:
        """Decode what a client sent; anything but JSON of sane depth is its own fault."""
        try:
            return orjson.loads(data)
        except (orjson.JSONDecodeError, RecursionError) as error:
            # The framework turns this one into a 400, or into the close code 4400.
            raise json.JSONDecodeError("not JSON", "", 0) from error

    def parse_json(self, data: str | bytes) -> Any:
        """A request is one JSON object; batches are not taken."""
        try:
            value = self.decode_json(data)
        except json.JSONDecodeError:
            raise InvalidInput("the body is no JSON, or is nested too deeply") from None
        if not isinstance(value, dict):
            raise InvalidInput("the body must be one JSON object with a query")
        if not isinstance(value.get("query"), str):
            raise InvalidInput("query must be a string")
        if not isinstance(value.get("operationName"), str | None):
            raise InvalidInput("operationName must be a string")
        return value

    def encode_json(self, data: object) -> str:
        """Text: the same for frames and bodies."""
        return orjson.dumps(data).decode()

    async def execute_single(  # noqa: PLR0917 - the base decides
        self,
        request: Request,  # noqa: ARG002
        request_adapter: Any,  # noqa: ARG002
        sub_response: Response,  # noqa: ARG002
        context: Context,
        root_value: None,
        request_data: GraphQLRequestData,
    ) -> ExecutionResult:
        """Queries and mutations; what is refused is refused in our own form."""
        try:
            return await self.schema.execute(
                request_data.query,
                root_value=root_value,
                variable_values=request_data.variables,
                context_value=context,
                operation_name=request_data.operation_name,
                allowed_operation_types=_OVER_HTTP,
                operation_extensions=request_data.extensions,
            )
        except InvalidOperationTypeError:
            raise InvalidInput(
                "a subscription goes over WebSocket, by the protocol graphql-transport-ws"
            ) from None
        except CannotGetOperationTypeError as error:
            raise InvalidInput(error.as_http_error_reason()) from None
        except MissingQueryError:
            raise InvalidInput("query is empty") from None

    async def process_result(
        self, request: Request, result: ExecutionResult
    ) -> GraphQLHTTPResponse:
        """What was never executed has no data, and every error has a code."""
        if not isinstance(result, PreExecutionError):
            return await super().process_result(request, result)
        for error in result.errors or []:
            error.extensions = {"code": "GRAPHQL_INVALID", **(error.extensions or {})}
        response = await super().process_result(request, result)
        response.pop("data", None)
        return response

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        """A draft that remembers which media type the client wants."""
        draft = _Draft()
        draft.status_code = None  # type: ignore[assignment] # the framework's sign for "not set"
        del draft.headers["content-length"]
        if isinstance(request, Request) and _GRAPHQL_JSON in request.headers.get("accept", ""):
            draft.wanted = _GRAPHQL_JSON
        return draft

    def create_response(self, response_data: Any, sub_response: Response) -> Response:
        """In the newer media type, a document that could not be executed has status 400."""
        response = super().create_response(response_data, sub_response)
        if isinstance(sub_response, _Draft) and sub_response.wanted == _GRAPHQL_JSON:
            response.headers["content-type"] = f"{_GRAPHQL_JSON}; charset=utf-8"
            if "data" not in response_data:
                response.status_code = 400
        return response


class _Draft(Response):
    wanted = _JSON


def _refused(refusal: Refusal) -> Response:
    error = {"message": refusal.message, "extensions": {"code": refusal.code}}
    headers = {"www-authenticate": "Bearer"} if refusal.status == 401 else {}
    return Response(orjson.dumps({"errors": [error]}), refusal.status, headers, _JSON)
