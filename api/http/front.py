"""What stands in front of every route: request id, access line, errors, the order of it all.

Pure ASGI: a WebSocket and a stream pass through untouched.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

import structlog
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, ExceptionHandler, Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from api.errors import Refusal
from api.http.body import BodyLimit
from api.http.cors import Cors, Origins
from api.http.headers import SecurityHeaders
from api.http.observing import observed
from api.http.responses import header, problem, refused

_SAFE_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_TOKEN: Final = re.compile(r"^/(play|s)/[^/]*")
# Once a second of every running task: at INFO it would drown everything else.
_BEAT: Final = re.compile(r"/runner/v1/tasks/[^/]+/progress")
_MAX_PATH = 512
_CLIENT_GONE = 499  # nginx's number for it: no answer was sent
_log = structlog.get_logger(__name__)


def middleware(*, origins: Origins, store_origins: Sequence[str]) -> list[Middleware]:
    """All of it, outermost first. `store_origins` are where presigned links point."""
    return [
        Middleware(AccessLog),
        Middleware(SecurityHeaders, public_url=origins.public_url, store_origins=store_origins),
        Middleware(Cors, origins=origins),
        Middleware(Errors),
        Middleware(BodyLimit),
    ]


class AccessLog:
    """Gives each request an id, which its log lines and its answer carry, and one access line."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        request_id = _request_id(header(scope["headers"], b"x-request-id"))
        scope.setdefault("state", {})["request_id"] = request_id
        seen = _Seen(send, request_id)
        began = time.perf_counter()
        with (
            structlog.contextvars.bound_contextvars(request_id=request_id),
            observed(scope, request_id) as observe,
        ):
            try:
                await self.app(scope, receive, seen)
            finally:
                seconds = time.perf_counter() - began
                status = seen.status or _CLIENT_GONE
                observe(status, seconds, seen.is_stream)
                beat = status == HTTPStatus.OK and _BEAT.fullmatch(scope["path"])
                _log.log(
                    logging.DEBUG if beat else logging.INFO,
                    "request",
                    method=scope.get("method", "WEBSOCKET"),
                    path=shown(scope["path"]),
                    status=status,
                    ms=round(seconds * 1000, 1),
                    bytes=seen.bytes,
                )


class _Seen:
    """`send`, remembering what the access line says of the answer."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.status = 0
        self.bytes = 0
        self.is_stream = False  # it lasts as long as its client wants

    async def __call__(self, message: Message) -> None:
        kind = message["type"]
        if kind in {"http.response.start", "websocket.http.response.start"}:
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["x-request-id"] = self._request_id
            self.is_stream = headers.get("content-type", "").startswith("text/event-stream")
        elif kind == "websocket.accept":
            self.status = 101
            self.is_stream = True
        elif kind == "websocket.close" and not self.status:
            self.status = 403  # what a server answers to a handshake that was not accepted
        self.bytes += len(message.get("body") or message.get("bytes") or b"")
        text = message.get("text") or ""
        # Frames go out by the thousand: most are plain ASCII, and are not encoded to be counted.
        self.bytes += len(text) if text.isascii() else len(text.encode())
        await self._send(message)


def _request_id(offered: str | None) -> str:
    return offered if offered and _SAFE_ID.fullmatch(offered) else uuid.uuid4().hex


def shown(path: str) -> str:
    """The path as a log may show it: a token in it is a key to somebody's film."""
    return _TOKEN.sub(r"/\1/…", path)[:_MAX_PATH]


class Errors:
    """Turns what a route raises into JSON; a traceback goes to the log and nowhere else."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except (ClientDisconnect, WebSocketDisconnect):
            return
        except Refusal as refusal:
            answer: Response = refused(refusal)
            if refusal.status >= 500:
                _log.warning("refused", code=refusal.code, reason=refusal.message)
        except Exception:  # noqa: BLE001 - the last place that can turn it into an answer
            _log.exception("unexpected error", path=shown(scope["path"]))
            answer = _internal(scope["state"]["request_id"])
        else:
            return
        # After the first byte nothing can be taken back: the server sees an unfinished answer and
        # cuts the connection, so that a client does not take a part for the whole.
        if not started:
            await answer(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1011})


def _internal(request_id: str) -> Response:
    message = "this is our mistake; the log has more under this request id"
    return problem(500, "INTERNAL", message, requestId=request_id)


async def _http_exception(_request: Request, error: Exception) -> Response:
    """The router's own refusals, in our shape."""
    assert isinstance(error, HTTPException)  # noqa: S101 - Starlette calls this for nothing else
    code = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}.get(error.status_code, "REFUSED")
    return problem(error.status_code, code, error.detail, headers=error.headers)


EXCEPTION_HANDLERS: dict[type[Exception], ExceptionHandler] = {HTTPException: _http_exception}
