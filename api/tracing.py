"""OpenTelemetry traces: from the request that starts a job to the phases of its runner.

Without a place to send them to, nothing is loaded and a span costs nothing. The runner needs no
collector: it reports when its phases began, and their spans are made here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from opentelemetry import propagate, trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

if TYPE_CHECKING:
    from schema.job import PhaseTime

Attributes = Mapping[str, str | int | float | bool]
_HEADER = "traceparent"


def configure(endpoint: str | None, *, instance: str) -> Callable[[], None]:
    """Send spans to an OTLP collector over HTTP, such as http://collector:4318.

    Returns what ends it: spans that wait are sent. Without an endpoint there are no spans.
    """
    if not endpoint:
        return lambda: None
    # Loaded only where they are used: 0.2 s of start.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    # OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win.
    resource = Resource.create({"service.name": "reelmill-api", "service.instance.id": instance})
    provider = TracerProvider(resource=resource)
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return provider.shutdown


def _tracer() -> trace.Tracer:
    return trace.get_tracer("reelmill")


@contextmanager
def serving(name: str, traceparent: str | None, attributes: Attributes) -> Iterator[Span]:
    """A span for one request; it goes on with the caller's trace where there is one."""
    context = propagate.extract({_HEADER: traceparent}) if traceparent else None
    with _tracer().start_as_current_span(
        name, context=context, kind=SpanKind.SERVER, attributes=attributes
    ) as span:
        yield span


@contextmanager
def doing(name: str, attributes: Attributes) -> Iterator[Span]:
    """A span for a piece of work of our own."""
    with _tracer().start_as_current_span(name, attributes=attributes) as span:
        yield span


def traceparent() -> str | None:
    """The span of now, as a W3C trace context; None without one."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get(_HEADER)


def attempted(
    parent: str | None,
    *,
    queued_at: datetime,
    began_at: datetime,
    ended_at: datetime,
    attributes: Attributes,
    phases: Sequence[PhaseTime],
    error: str | None,
) -> None:
    """The spans of an attempt that has ended, under the request that started its job."""
    if parent is None:
        return
    context = propagate.extract({_HEADER: parent})
    tracer = _tracer()
    waiting = tracer.start_span("queued", context=context, start_time=_nanoseconds(queued_at))
    waiting.end(_nanoseconds(began_at))
    attempt = tracer.start_span(
        "attempt", context=context, start_time=_nanoseconds(began_at), attributes=attributes
    )
    inside = trace.set_span_in_context(attempt)
    for phase in phases:
        began = _nanoseconds(phase.started_at)
        span = tracer.start_span(f"runner {phase.phase.lower()}", context=inside, start_time=began)
        span.end(began + int(phase.seconds * 1e9))
    if error is not None:
        attempt.set_status(Status(StatusCode.ERROR, error))
    attempt.end(_nanoseconds(ended_at))


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1e9)


def current_ids(_logger: object, _method: str, event: Any) -> Any:
    """For the log: the ids of the trace and the span of now, where there are any."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = format(context.trace_id, "032x")
        event["span_id"] = format(context.span_id, "016x")
    return event
