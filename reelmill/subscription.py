"""One subscription over one WebSocket: graphql-transport-ws, the client's side.

The protocol: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidStatus,
    WebSocketException,
)
from websockets.typing import Subprotocol

from reelmill.connection import Connection
from reelmill.errors import ConnectionFailedError, ProtocolError, from_graphql_errors, refused
from reelmill.timing import Timing
from reelmill.wire import USER_AGENT

_PROTOCOL: Final = Subprotocol("graphql-transport-ws")
_MAX_MESSAGE: Final = 16 * 1024 * 1024
_OPERATION: Final = "1"
_KEY_REFUSED: Final = 4403  # at the handshake, or because it was revoked or has expired since


class SocketRefusedError(ProtocolError):
    """There is no WebSocket to be had here: a proxy is in the way, or the server wants none."""

    default_code = "SOCKET_REFUSED"


class _Connect(connect):
    """Follows no redirect: the key is meant for one address alone."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


async def subscribe(
    connection: Connection,
    document: str,
    variables: Mapping[str, Any],
    *,
    timing: Timing,
    tls: ssl.SSLContext,
) -> AsyncGenerator[dict[str, Any], None]:
    """Each answer's `data`, until the server says that there are no more.

    Raises SocketRefusedError, ConnectionFailedError when the connection breaks, and RefusedError
    for what the server says of the operation.
    """
    with _translated(connection.url):
        async with _opened(connection, timing, tls) as socket:
            await _handshake(socket, connection.key, timing)
            await _send(
                socket,
                type="subscribe",
                id=_OPERATION,
                payload={"query": document, "variables": variables},
            )
            async for message in _messages(socket):
                kind = message.get("type")
                if kind == "next":
                    yield _data(message["payload"])
                elif kind == "error":
                    raise from_graphql_errors(message["payload"])
                elif kind == "complete":
                    return


def _opened(connection: Connection, timing: Timing, tls: ssl.SSLContext) -> _Connect:
    secure = connection.websocket.startswith("wss:")
    return _Connect(
        connection.websocket,
        subprotocols=[_PROTOCOL],
        user_agent_header=USER_AGENT,
        open_timeout=timing.connect,
        close_timeout=1,  # nothing of ours is under way when we leave
        # Progress is small and frequent: deflating it costs more than it saves.
        compression=None,
        max_size=_MAX_MESSAGE,
        proxy=None if connection.is_loopback else True,
        ssl=tls if secure else None,
    )


async def _handshake(socket: ClientConnection, key: str, timing: Timing) -> None:
    if socket.subprotocol != _PROTOCOL:
        raise SocketRefusedError("the server does not speak graphql-transport-ws")
    await _send(socket, type="connection_init", payload={"authorization": f"Bearer {key}"})
    async with asyncio.timeout(timing.connect):
        async for message in _messages(socket):
            if message.get("type") == "connection_ack":
                return
    raise ConnectionFailedError("the socket was closed before it was ready")


async def _messages(socket: ClientConnection) -> AsyncIterator[dict[str, Any]]:
    """Every message but the protocol's own pings, which are answered."""
    async for frame in socket:
        try:
            message = json.loads(frame)
        except ValueError as error:
            raise SocketRefusedError("the server sent a frame that is no JSON") from error
        if not isinstance(message, dict):
            raise SocketRefusedError("the server sent a frame that is no message")
        if message.get("type") == "ping":
            await _send(socket, type="pong")
        elif message.get("type") != "pong":
            yield message


async def _send(socket: ClientConnection, **message: Any) -> None:
    await socket.send(json.dumps(message))


def _data(payload: Mapping[str, Any]) -> dict[str, Any]:
    if payload.get("errors"):
        raise from_graphql_errors(payload["errors"])
    data = payload.get("data")
    if not isinstance(data, dict):
        raise SocketRefusedError("the server sent an answer without data")
    return data


@contextmanager
def _translated(place: str) -> Iterator[None]:
    try:
        yield
    except ConnectionClosed as error:
        code = error.rcvd.code if error.rcvd else 1006
        # 44xx are the protocol's own refusals. Over HTTP the server says the reason in words.
        if 4400 <= code < 4500:
            reason = error.rcvd.reason if error.rcvd else ""
            if code == _KEY_REFUSED:
                raise refused("UNAUTHENTICATED", reason or "the key was refused") from error
            raise SocketRefusedError(f"the socket was refused: {code} {reason}") from error
        raise ConnectionFailedError(f"the socket to {place} broke ({code})") from error
    except InvalidStatus as error:
        status = error.response.status_code
        if status >= 500:
            raise ConnectionFailedError(f"{place} is not ready: HTTP status {status}") from error
        raise SocketRefusedError(f"{place} opens no socket: HTTP status {status}") from error
    except TimeoutError as error:
        raise ConnectionFailedError(f"{place} opened no socket in time", code="TIMEOUT") from error
    except (InvalidHandshake, WebSocketException, ImportError, ValueError) as error:
        raise SocketRefusedError(f"{place} opens no socket: {error}") from error
    except OSError as error:
        raise ConnectionFailedError(f"the socket to {place} broke: {error}") from error
