"""Which pages may use this service from a browser: the Origin check and CORS."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import BadConfiguration, Refusal
from api.http.responses import RawHeaders, all_of, header, refused, session_cookie

_ORIGIN: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#\s@]+")
_DEFAULT_PORTS: Final = {"http": ":80", "https": ":443"}
_LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
_SHARED: Final = ("/graphql", "/session")
_PREFLIGHT_SECONDS = "3000"


class OriginRefused(Refusal):
    """A page of another origin. Open the service at its public URL, or allow that origin."""

    code = "ORIGIN_NOT_ALLOWED"
    status = 403


class Origins:
    """The service's own origin and those that the operator allows.

    Raises BadConfiguration for an entry that is no origin, such as `*` or a URL with a path.
    """

    def __init__(self, public_url: str, allowed: Sequence[str]) -> None:
        self.public_url = public_url
        self._known = _own(public_url) | {_checked(text) for text in allowed}

    def __contains__(self, origin: str) -> bool:
        return _normal(origin) in self._known

    def check(self, headers: RawHeaders) -> None:
        """Refuse a request, or a WebSocket handshake, that another site's page may have sent.

        For whatever changes state, and for every handshake: a browser adds the cookie by itself.
        An absent Origin is a program, which has no cookie. Raises OriginRefused.
        """
        headers = list(headers)
        sent = all_of(headers, b"origin")
        if not sent:
            if session_cookie(headers) is not None:
                raise OriginRefused("a request with a session cookie needs an Origin header")
            return
        if len(sent) > 1 or sent[0] not in self:
            raise OriginRefused(
                f"pages of {sent[0][:200]!r} may not use this service: open {self.public_url}, or"
                " add the origin to REELMILL_ALLOWED_ORIGINS"
            )


def _own(public_url: str) -> set[str]:
    """On one's own machine the same port has three names, and people type any of them."""
    address = urlsplit(public_url)
    own = _checked(f"{address.scheme}://{address.netloc}")
    host = f"[{address.hostname}]" if ":" in (address.hostname or "") else address.hostname
    if host not in _LOOPBACK:
        return {own}
    port = f":{address.port}" if address.port else ""
    return {_normal(f"{address.scheme}://{name}{port}") for name in _LOOPBACK}


def _checked(text: str) -> str:
    origin = _normal(text)
    if not _ORIGIN.fullmatch(origin) or "*" in origin:
        raise BadConfiguration(
            f"REELMILL_PUBLIC_URL, REELMILL_ALLOWED_ORIGINS: {text!r} is no origin such as"
            " https://media.example.org"
        )
    return origin


def _normal(origin: str) -> str:
    """As browsers write it: lower case, no slash, no default port."""
    text = origin.strip().lower().removesuffix("/")
    scheme = text.partition("://")[0]
    return text.removesuffix(_DEFAULT_PORTS.get(scheme, "/"))


class Cors:
    """`/play/` may be read by any page, without credentials: its token is the permission.

    `/graphql` and `/session` may be used by pages of the allowed origins, with the cookie.
    """

    def __init__(self, app: ASGIApp, origins: Origins) -> None:
        self.app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        playback = path.startswith("/play/")
        if scope["type"] != "http" or not (playback or path in _SHARED):
            await self.app(scope, receive, send)
            return
        origin = header(scope["headers"], b"origin")
        asked = header(scope["headers"], b"access-control-request-method")
        allow = _PLAY if playback else self._shared(origin)
        if scope["method"] == "OPTIONS" and origin and asked:
            await _preflight(allow, playback=playback)(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(allow)
                if not playback:
                    headers.add_vary_header("Origin")
            await send(message)

        await self.app(scope, receive, with_headers)

    def _shared(self, origin: str | None) -> dict[str, str]:
        if origin is None or origin not in self._origins:
            return {}
        return {
            "access-control-allow-origin": origin,
            "access-control-allow-credentials": "true",
            "access-control-expose-headers": "X-Request-ID",
        }


_PLAY: Final = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "Content-Length, Content-Range, ETag, Accept-Ranges",
}


def _preflight(allow: dict[str, str], *, playback: bool) -> Response:
    if not allow:
        return refused(
            OriginRefused("this origin is not allowed; add it to REELMILL_ALLOWED_ORIGINS")
        )
    methods = "GET, HEAD, POST, OPTIONS" if playback else "GET, POST, DELETE, OPTIONS"
    wanted = (
        "Range, If-None-Match, If-Range, Content-Type"
        if playback
        else "Authorization, Content-Type"
    )
    more = {
        "access-control-allow-methods": methods,
        "access-control-allow-headers": wanted if playback else f"{wanted}, X-Request-ID",
        "access-control-max-age": _PREFLIGHT_SECONDS,
    }
    if not playback:
        more["vary"] = "Origin"
    return Response(status_code=204, headers={**allow, **more})
