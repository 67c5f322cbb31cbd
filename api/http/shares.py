"""`/s/<token>/film.json`: what the page of a share link plays. Whoever has the link needs no key.

The page itself, `/s/<token>`, is a file of the web app: see web.py.
"""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.errors import NotFound
from api.http.responses import Json
from api.services.shares import Shares

_HEADERS: Final = {"cache-control": "no-store", "x-robots-tag": "noindex"}


def routes(*, shares: Shares, failure_seconds: float = 0.3) -> list[Route]:
    """The film behind a link. `failure_seconds` is how long a wrong one waits for its answer."""

    async def film(request: Request) -> Response:
        try:
            found = await shares.film(request.path_params["token"])
        except NotFound:
            # Tokens are too long to guess; this only keeps a loop of tries from being cheap.
            await asyncio.sleep(failure_seconds)
            raise
        return Json(found, headers=_HEADERS)

    return [Route("/s/{token}/film.json", film, methods=["GET"])]
