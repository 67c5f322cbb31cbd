"""Browser sessions: an API key is traded for a cookie that scripts cannot read."""

from __future__ import annotations

import asyncio

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.domain import ids
from api.errors import InvalidInput, Unauthenticated, UnsupportedMediaType
from api.http.cors import Origins
from api.http.responses import (
    SESSION_COOKIE,
    Json,
    TooLarge,
    session_cookie,
)
from api.services.auth import Auth

_MAX_BODY = 4096
_FRESH = {"cache-control": "no-store"}


class Sessions:
    """The endpoint `/session`. `failure_seconds` is how long a wrong key waits for its answer."""

    def __init__(self, *, auth: Auth, origins: Origins, failure_seconds: float) -> None:
        self._auth = auth
        self._origins = origins
        self._failure_seconds = failure_seconds
        self._secure = origins.public_url.lower().startswith("https:")

    async def start(self, request: Request) -> Response:
        """POST {"key": "rm_..."}: 204 and the cookie, or 401."""
        self._origins.check(request.scope["headers"])
        key = await _key(request)
        try:
            principal = await self._auth.by_key(key)
        except Unauthenticated:
            # Keys are too long to guess; this only keeps a loop of tries from being cheap.
            await asyncio.sleep(self._failure_seconds)
            raise
        return self._with_cookie(self._auth.session(principal), self._auth.session_seconds)

    async def end(self, request: Request) -> Response:
        """DELETE: 204, and the cookie is gone, whether there was one or not."""
        self._origins.check(request.scope["headers"])
        return self._with_cookie("", 0)

    async def show(self, request: Request) -> Response:
        """GET: who is signed in, or 401."""
        cookie = session_cookie(request.scope["headers"])
        if cookie is None:
            raise Unauthenticated("nobody is signed in")
        principal = await self._auth.by_session(cookie)
        project = {
            "id": ids.encode(ids.Kind.PROJECT, principal.project_id),
            "name": principal.project_name,
            "prefix": principal.prefix,
        }
        shown = {"project": project, "keyName": principal.key_name, "scopes": principal.scopes}
        return Json(shown, headers=_FRESH)

    def _with_cookie(self, value: str, seconds: int) -> Response:
        answer = Response(status_code=204, headers=_FRESH)
        answer.set_cookie(
            SESSION_COOKIE,
            value,
            max_age=seconds,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="strict",
        )
        return answer


async def _key(request: Request) -> str:
    # JSON only: a foreign page can send a form without asking, but no JSON.
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise UnsupportedMediaType("send the key as JSON: Content-Type: application/json")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_BODY:
            raise TooLarge(f"a sign-in has {_MAX_BODY:,} bytes at most")
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise InvalidInput("the body is no JSON") from None
    key = sent.get("key") if isinstance(sent, dict) else None
    if not isinstance(key, str):
        raise InvalidInput('send {"key": "rm_..."}', field="key")
    return key


def routes(*, auth: Auth, origins: Origins, failure_seconds: float = 0.3) -> list[Route]:
    """`/session`: POST signs in, GET shows who is, DELETE signs out."""
    sessions = Sessions(auth=auth, origins=origins, failure_seconds=failure_seconds)
    verbs = {"POST": sessions.start, "DELETE": sessions.end}

    # One route for all three, so that a 405 names them all.
    async def endpoint(request: Request) -> Response:
        return await verbs.get(request.method, sessions.show)(request)

    return [Route("/session", endpoint, methods=["GET", *verbs])]
