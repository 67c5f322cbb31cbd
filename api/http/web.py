"""The built web app: hashed files for a year, its one page for every address inside the app."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from api.domain.keys import extension
from api.errors import NotFound
from api.http import media_types, ranges

_FOREVER: Final = "public, max-age=31536000, immutable"
_AN_HOUR: Final = "public, max-age=3600"
_ASK: Final = "no-cache"
# Addresses of programs: they want JSON, not a page.
_PROGRAMS: Final = frozenset({"api", "graphql", "healthz", "play", "readyz", "runner", "session"})
_NOT_BUILT: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Reelmill</title>
<h1>The web app is not built</h1>
<p>Run <code>make web</code> and reload this page. The API works without it:
<code>POST /graphql</code>.</p></html>
"""


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    facts: os.stat_result


class WebApp:
    """Serves one folder and nothing outside it. The folder may come and go while we run."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def answer(self, request: Request) -> Response:
        """GET and HEAD of everything that no other route took."""
        path = request.path_params["path"]
        first = path.partition("/")[0]
        if first not in _PROGRAMS:
            found = await self._find(path)
            if found is not None:
                return _send(request, found, _cache(path))
            if first != "static" and "." not in path.rpartition("/")[2]:
                return await self._page(request, "index.html")
        raise NotFound("there is nothing at this address")

    async def graphiql(self, request: Request) -> Response:
        """The page for GET /graphql in a browser."""
        return await self._page(request, "graphiql.html")

    async def _page(self, request: Request, name: str) -> Response:
        found = await self._find(name)
        if found is None:
            return HTMLResponse(_NOT_BUILT, 503, {"cache-control": "no-store"})
        return _send(request, found, _ASK)

    async def _find(self, path: str) -> _File | None:
        return await anyio.to_thread.run_sync(_inside, self._root, path)


def _inside(root: Path, path: str) -> _File | None:
    """The regular file at this path below the root, with every link followed, or None."""
    segments = path.split("/")
    if any(part == "" or part.startswith(".") or "\\" in part for part in segments):
        return None
    try:
        base = root.resolve(strict=True)
        target = base.joinpath(*segments).resolve(strict=True)
        facts = target.stat()
    except (OSError, RuntimeError, ValueError):  # missing, a loop of links, a null byte
        return None
    if not target.is_relative_to(base) or not stat.S_ISREG(facts.st_mode):
        return None
    return _File(target, facts)


def _cache(path: str) -> str:
    if path.startswith("static/"):
        return _FOREVER
    return _ASK if extension(path) == "html" else _AN_HOUR


def _send(request: Request, found: _File, cache: str) -> Response:
    answer = FileResponse(
        found.path,
        headers={"cache-control": cache},
        media_type=media_types.of(found.path.name),
        stat_result=found.facts,
    )
    etag = answer.headers["etag"]
    if ranges.same(request.headers.get("if-none-match"), etag):
        kept: Mapping[str, str] = {"cache-control": cache, "etag": etag}
        return Response(status_code=304, headers=kept)
    return answer


def routes(*, app: WebApp) -> list[Route]:
    """The last routes of all: they match every path."""
    return [Route("/{path:path}", app.answer, methods=["GET", "HEAD"])]
