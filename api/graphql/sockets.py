"""GraphQL over WebSocket, by the protocol graphql-transport-ws and no other.

The framework keeps the protocol's state; what stands here are the manners that it lacks: refusals
with codes, a limit on operations, an orderly end.
https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, cast

import structlog
from starlette.websockets import WebSocketDisconnect, WebSocketState
from strawberry.http.async_base_view import AsyncWebSocketAdapter
from strawberry.http.exceptions import (
    NonJsonMessageReceived,
    NonTextMessageReceived,
    WebSocketDisconnected,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    Operation as Running,
)

from api.errors import Refusal, TooManyOperations
from api.graphql import answers, frames, requests
from api.graphql.broadcasts import Broadcasts
from api.graphql.context import Context

if TYPE_CHECKING:
    from starlette.websockets import WebSocket

    from api.graphql.schema import Schema

FORBIDDEN: Final = 4403
TRY_AGAIN: Final = 1013
RESTART: Final = 1012
_BROKEN: Final = 1011
_INIT_SECONDS: Final = 10
_MAX_REASON: Final = 120  # a close frame holds 123 bytes
log = structlog.get_logger(__name__)


class Socket(AsyncWebSocketAdapter):
    """One accepted socket, as the framework's handler wants it."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket

    async def iter_json(
        self,
        *,
        ignore_parsing_errors: bool = False,  # noqa: ARG002 - the older protocol's need
    ) -> AsyncGenerator[object, None]:
        """Every frame, decoded and of the form that the protocol gives it."""
        try:
            while self._websocket.application_state is WebSocketState.CONNECTED:
                yield _decoded(await self._websocket.receive_text())
                # Frames that are here already would be answered one after the other, by the
                # thousand, before anybody else has a turn.
                await asyncio.sleep(0)
        except KeyError:
            raise NonTextMessageReceived from None
        except WebSocketDisconnect:
            return

    async def send_json(self, message: Mapping[str, object]) -> None:
        """Send one message. Raises WebSocketDisconnected."""
        await self.send_text(answers.encoded(message).decode())

    async def send_text(self, text: str) -> None:
        """Send one message that is JSON already. Raises WebSocketDisconnected."""
        try:
            await self._websocket.send_text(text)
        except (WebSocketDisconnect, RuntimeError) as error:
            # The RuntimeError is how a socket answers that we have closed ourselves.
            raise WebSocketDisconnected from error

    async def close(self, code: int, reason: str) -> None:
        """Close, unless that has been done."""
        try:
            await self._websocket.close(code, reason[:_MAX_REASON])
        except (WebSocketDisconnect, RuntimeError):
            return  # the client was faster


def _decoded(text: str) -> object:
    try:
        frame = requests.decode(text)
    except json.JSONDecodeError:
        raise NonJsonMessageReceived from None
    if not frames.is_valid(frame):
        raise NonJsonMessageReceived
    return frames.without_null_payload(frame)


class Handler(BaseGraphQLTransportWSHandler[Context, None]):
    """One socket from its first frame to its end."""

    websocket: Socket

    def __init__(
        self,
        socket: Socket,
        schema: Schema,
        broadcasts: Broadcasts,
        context: Context,
        *,
        connect: Callable[[Context], Awaitable[None]],
        most_operations: int,
    ) -> None:
        super().__init__(
            view=cast("Any", self),  # of a view, the handler asks `on_ws_connect` only
            websocket=socket,
            context=context,
            root_value=None,
            schema=schema,
            connection_init_wait_timeout=timedelta(seconds=_INIT_SECONDS),
        )
        self._broadcasts = broadcasts
        self._connect = connect
        self._most = most_operations

    async def on_ws_connect(self, context: Context) -> dict[str, object]:
        """Learn who asks. Raises Refusal."""
        await self._connect(context)
        return {}

    async def handle(self) -> None:
        """Serve until one of the two sides ends it."""
        try:
            await super().handle()
        except Exception:
            log.exception("a socket ended by a mistake")
            await self.websocket.close(_BROKEN, "unexpected error")

    async def handle_connection_init(self, message: Any) -> None:
        """Refuse with the code that tells the client whether to come again."""
        try:
            await super().handle_connection_init(message)
        except Refusal as refusal:
            code = TRY_AGAIN if refusal.status in {429, 503} else FORBIDDEN
            await self.websocket.close(code, refusal.message)

    async def handle_subscribe(self, message: Any) -> None:
        """Take an operation, unless there are too many already."""
        fresh = self.connection_acknowledged and message["id"] not in self.operations
        if fresh and len(self.operations) >= self._most:
            refusal = TooManyOperations(f"a socket runs {self._most} operations at once at most")
            errors = answers.errors(refusal)["errors"]
            await self.send_message({"id": message["id"], "type": "error", "payload": errors})
            return
        await super().handle_subscribe(message)

    async def run_operation(self, operation: Running[Context, None]) -> None:
        """Send every result of one operation. A socket that has gone ends it quietly."""
        try:
            await self._run(operation)
        except WebSocketDisconnected:
            return
        except Exception:
            log.exception("an operation ended by a mistake")
            await self._finish(operation, {"type": "error", "payload": [_UNEXPECTED]})

    async def _run(self, operation: Running[Context, None]) -> None:
        asked = requests.Operation(
            operation.query, operation.variables, operation.operation_name, None
        )
        name = answers.encoded(operation.id).decode()
        async with aclosing(self._broadcasts.results(asked, self.context)) as results:
            async for result in results:
                if result.errors is not None:
                    errors = json.loads(result.errors)
                    await self._finish(operation, {"type": "error", "payload": errors})
                    return
                text = f'{{"id":{name},"type":"next","payload":{result.text}}}'
                await self.websocket.send_text(text)
        await self._finish(operation, {"type": "complete"})

    async def _finish(self, operation: Running[Context, None], message: dict[str, Any]) -> None:
        await operation.send_operation_message(cast("Any", {"id": operation.id, **message}))

    async def handle_task_exception(self, error: Exception) -> None:
        """What went wrong beside an operation, such as the wait for `connection_init`."""
        log.error("a task of a socket failed", exc_info=error)


_UNEXPECTED: Final = {"message": "unexpected error", "extensions": {"code": "INTERNAL"}}
