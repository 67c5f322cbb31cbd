"""Answers and headers that every part of the HTTP side shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson
from starlette.requests import cookie_parser
from starlette.responses import Response

from api.errors import Refusal

SESSION_COOKIE: Final = "reelmill_session"
RawHeaders = Iterable[tuple[bytes, bytes]]


class Json(Response):
    """JSON by orjson."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content)


class TooLarge(Refusal):
    """The request's body is larger than this service reads. Send less."""

    code = "BODY_TOO_LARGE"
    status = 413


def problem(
    status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None, **more: str
) -> Json:
    """The one shape of every error over plain HTTP: `{"error": {"code", "message"}}`."""
    return Json(
        {"error": {"code": code, "message": message, **more}},
        status,
        # An error is about this moment: no cache may repeat it.
        {"cache-control": "no-store", **(headers or {})},
    )


def refused(refusal: Refusal) -> Json:
    """A refusal with its own status."""
    headers = {}
    if refusal.status == 401:
        headers["www-authenticate"] = "Bearer"
    if refusal.status == 503:
        headers["retry-after"] = "1"
    more = {"field": refusal.field} if refusal.field else {}
    return problem(refusal.status, refusal.code, refusal.message, headers=headers, **more)


def header(headers: RawHeaders, name: bytes) -> str | None:
    """The first header of this lower-case name in an ASGI scope."""
    return next((value.decode("latin-1") for key, value in headers if key == name), None)


def all_of(headers: RawHeaders, name: bytes) -> list[str]:
    """Every header of this lower-case name."""
    return [value.decode("latin-1") for key, value in headers if key == name]


def session_cookie(headers: RawHeaders) -> str | None:
    """The session cookie of an HTTP request or a WebSocket handshake."""
    for line in all_of(headers, b"cookie"):
        value = cookie_parser(line).get(SESSION_COOKIE)
        if value:
            return value
    return None
