"""`/play/<token>/<path>`: playlists from here, media from the store.

Playlists and subtitles are served, because a player resolves names in them against the URL it
asked. Everything else is a redirect to a presigned link or, in proxy mode, passed on in pieces. A
link that is presigned for GET fails HEAD, so HEAD is always answered here.

The key of an encrypted ladder is served to whoever has a link to the ladder: as 16 bytes for a GET,
as HLS wants it, and for a POST as the JSON that Clear Key of Encrypted Media Extensions takes.
"""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from typing import Final
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from api.adapters.s3 import Storage
from api.config import PlayMode
from api.domain.keys import extension
from api.http import media_types, ranges
from api.http.responses import problem
from api.outlet import Outlet, StalledError
from api.services.playback import Playable, Playback
from schema.encryption import KEY_FILE, licence_place

_SERVED: Final = frozenset({"m3u8", "mpd", "vtt"})
_LADDER: Final = "ladder"  # the part of a recipe
_PRESIGNED_SECONDS: Final = 15 * 60
# Less than a presigned link lives, so that a player does not ask before each piece of a segment.
_REDIRECT_SECONDS: Final = 10 * 60
_TEXT_SECONDS: Final = 30
# A player that is paused reads no further, and would keep one of the few connections to the store;
# it asks for the rest when it goes on.
STALL_SECONDS: Final = 60.0


class Player:
    """The endpoint."""

    def __init__(self, *, playback: Playback, storage: Storage, mode: PlayMode) -> None:
        self._playback = playback
        self._storage = storage
        self._mode = mode

    async def answer(self, request: Request) -> Response:
        """GET and HEAD."""
        # The scope's path is decoded once by the server; `request.url` follows the Host header.
        found = await self._playback.resolve(
            request.path_params["token"], request.path_params["path"]
        )
        served = extension(found.key) in _SERVED
        headers = _headers(found, _TEXT_SECONDS if served else _REDIRECT_SECONDS)
        if found.key_url and extension(found.key) == "mpd":
            return await self._manifest(found, found.key_url, headers)
        if request.method == "HEAD":
            headers["content-length"] = str(found.size)
            return Response(headers=headers)
        if not served and self._mode is PlayMode.REDIRECT:
            return await self._redirect(found)
        if ranges.same(request.headers.get("if-none-match"), found.etag):
            kept = {k: v for k, v in headers.items() if k in {"cache-control", "etag"}}
            return Response(status_code=304, headers=kept)
        return await self._pass_on(request, found, headers)

    async def key(self, request: Request) -> Response:
        """The key of an encrypted ladder. What a licence request asks for is known already."""
        found = await self._playback.content_key(request.path_params["token"], _LADDER)
        key_id, key = bytes.fromhex(found.id), bytes.fromhex(found.key)
        headers = {"cache-control": "no-store"}
        if request.method != "POST":
            return Response(key, media_type="application/octet-stream", headers=headers)
        entry = {"kty": "oct", "kid": _base64(key_id), "k": _base64(key)}
        return JSONResponse({"keys": [entry], "type": "temporary"}, headers=headers)

    async def _manifest(self, found: Playable, key_url: str, headers: dict[str, str]) -> Response:
        """With the whole address of the key: players of DASH resolve no relative one."""
        _, _, body = await self._storage.stream(found.bucket, found.key, None)
        text = b"".join([piece async for piece in body]).decode()
        text = text.replace(licence_place(KEY_FILE), licence_place(escape(key_url)))
        return Response(text, headers={**headers, "accept-ranges": "none"})

    async def _redirect(self, found: Playable) -> Response:
        url = await self._storage.sign_get(found.bucket, found.key, _PRESIGNED_SECONDS)
        headers = {"location": url, "cache-control": _private(found, _REDIRECT_SECONDS)}
        return Response(status_code=302, headers=headers)

    async def _pass_on(
        self, request: Request, found: Playable, headers: dict[str, str]
    ) -> Response:
        try:
            part = ranges.wanted(
                request.headers.get("range"),
                request.headers.get("if-range"),
                found.etag,
                found.size,
            )
        except ranges.UnsatisfiableError:
            size = {"content-range": f"bytes */{found.size}"}
            message = f"the file has {found.size} bytes"
            return problem(416, "RANGE_NOT_SATISFIABLE", message, headers=size)
        headers["content-length"] = str(part.length if part else found.size)
        if part:
            headers["content-range"] = part.content_range(found.size)
        _, _, body = await self._storage.stream(
            found.bucket, found.key, part.request if part else None
        )
        return await PassedOn.begin(body, 206 if part else 200, headers)


class PassedOn(StreamingResponse):
    """A body of the store, passed on piece by piece; it is closed however the answer ends."""

    def __init__(
        self, body: AsyncGenerator[bytes, None], status: int, headers: dict[str, str]
    ) -> None:
        super().__init__(body, status, headers)
        self._body = body

    @classmethod
    async def begin(
        cls, body: AsyncIterator[bytes], status: int, headers: dict[str, str]
    ) -> PassedOn:
        """Wait for the first piece: a store that fails now still gets a proper error."""
        pieces = _closing(body)
        # The first step runs up to an empty piece, so that from here on closing has an effect.
        await anext(pieces)
        return cls(pieces, status, headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # A client that goes away cancels the loop between two pieces; without this the
        # connection to the store would stay open until the garbage collector finds it.
        async with aclosing(self._body):
            # Who has stalled is cut off already, and told nothing more.
            with suppress(StalledError):
                await super().__call__(scope, receive, Outlet(scope, send, STALL_SECONDS))


async def _closing(body: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    first = await anext(body, b"")
    try:
        yield b""
        yield first
        async for piece in body:
            yield piece
    finally:
        if isinstance(body, AsyncGenerator):
            await body.aclose()


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _headers(found: Playable, seconds: int) -> dict[str, str]:
    return {
        "content-type": media_types.of(found.key),
        "accept-ranges": "bytes",
        "etag": found.etag,
        "cache-control": _private(found, seconds),
    }


def _private(found: Playable, seconds: int) -> str:
    return f"private, max-age={min(seconds, found.seconds_left)}"


def routes(*, playback: Playback, storage: Storage, mode: PlayMode) -> list[Route]:
    """`/play/<token>/<path>`; CORS and its preflight are the business of `cors.Cors`."""
    player = Player(playback=playback, storage=storage, mode=mode)
    return [
        Route(f"/play/{{token}}/{_LADDER}/{KEY_FILE}", player.key, methods=["GET", "POST"]),
        Route("/play/{token}/{path:path}", player.answer, methods=["GET", "HEAD"]),
    ]
