"""Security headers, the content security policy among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.adapters.s3 import Storage

_FIXED: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}
GRAPHIQL_PATH: Final = "/graphql"


async def store_origins(storage: Storage, buckets: Iterable[str]) -> tuple[str, ...]:
    """The origins of presigned links, as the signer itself makes them: with or without the
    bucket in the host's name. Nothing is sent."""
    links = [await storage.sign_get(bucket, "x", 60) for bucket in buckets]
    origins = {"{0.scheme}://{0.netloc}".format(urlsplit(link)) for link in links}
    return tuple(sorted(origins))


def policy(public_url: str, store: Sequence[str], *, inline_styles: bool) -> str:
    """The Content-Security-Policy of a page."""
    address = urlsplit(public_url)
    # Not every browser counts the WebSocket of the same host as 'self'.
    socket = f"{'wss' if address.scheme == 'https' else 'ws'}://{address.netloc}"
    media = " ".join(["'self'", "blob:", "data:", *store])
    style = "'self' 'unsafe-inline'" if inline_styles else "'self'"
    return "; ".join(
        [
            "default-src 'self'",
            "script-src 'self'",
            f"style-src {style}",
            f"img-src {media}",
            f"media-src {media}",
            f"connect-src {media} {socket}",
            "font-src 'self' data:",
            "worker-src 'self' blob:",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "object-src 'none'",
        ]
    )


class SecurityHeaders:
    """Puts them on every answer; a route's own value stays."""

    def __init__(self, app: ASGIApp, public_url: str, store_origins: Sequence[str]) -> None:
        self.app = app
        self._page = policy(public_url, store_origins, inline_styles=False)
        # GraphiQL's editor, Monaco, makes <style> elements; nothing else here does.
        self._graphiql = policy(public_url, store_origins, inline_styles=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        csp = self._graphiql if scope["path"] == GRAPHIQL_PATH else self._page

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("content-security-policy", csp)
                for name, value in _FIXED.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers)
