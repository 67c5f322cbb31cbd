"""Counts, times and traces each request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from starlette.types import Scope

from api import metrics, tracing
from api.http.responses import header

# The questions of an orchestrator and of Prometheus would drown everything else.
_UNSEEN: Final = frozenset({"/healthz", "/readyz", "/metrics"})
_ROUTES: Final = frozenset({"graphql", "session", "play", "runner", "s", "static"})
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

Observe = Callable[[int, float, bool], None]


def route_of(path: str) -> str:
    """The route as a label: one of a few words, whatever clients ask for."""
    first = path.lstrip("/").partition("/")[0]
    return f"/{first}" if first in _ROUTES else "/*"


@contextmanager
def observed(scope: Scope, request_id: str) -> Iterator[Observe]:
    """Gives what is to be told the status, the seconds, and whether it was a stream or socket."""
    if scope["path"] in _UNSEEN:
        yield lambda _status, _seconds, _is_stream: None
        return
    offered = scope.get("method", "WEBSOCKET")
    method = offered if offered in _METHODS or offered == "WEBSOCKET" else "OTHER"
    route = route_of(scope["path"])
    parent = header(scope["headers"], b"traceparent")
    attributes = {
        "http.request.method": method,
        "http.route": route,
        "reelmill.request_id": request_id,
    }
    with tracing.serving(f"{method} {route}", parent, attributes) as span:

        def observe(status: int, seconds: float, is_stream: bool) -> None:
            span.set_attribute("http.response.status_code", status)
            metrics.http_requests.labels(method, route, status).inc()
            if not is_stream:
                metrics.http_seconds.labels(route).observe(seconds)

        yield observe
