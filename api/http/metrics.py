"""`GET /metrics` for Prometheus."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable

from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import metrics
from api.errors import NotFound, Unauthenticated


def routes(*, token: SecretStr | None, refresh: Callable[[], Awaitable[None]]) -> list[Route]:
    """The page is there where a token is set, and shown to whoever sends it.

    `refresh` brings the gauges up to date.
    """

    async def show(request: Request) -> Response:
        if token is None:
            raise NotFound("metrics are off; set REELMILL_METRICS_TOKEN")
        sent = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(sent.encode(), token.get_secret_value().encode()):
            raise Unauthenticated("send the metrics token as `Authorization: Bearer ...`")
        await refresh()
        return Response(
            metrics.page(),
            headers={"content-type": CONTENT_TYPE_LATEST, "cache-control": "no-store"},
        )

    return [Route("/metrics", show)]
