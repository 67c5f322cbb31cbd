"""One real job as metrics, as a trace and as a log tell it."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from prometheus_client.parser import text_string_to_metric_families

from api import metrics
from api.http.observing import route_of
from tests.support.live import LiveApi, bucket_client, running
from tests.support.stack_fixtures import S3Settings

TOKEN = "a-metrics-token"


@dataclass
class Collector:
    """What an OTLP collector would get."""

    spans: list[Any] = field(default_factory=list)
    url: str = ""

    def of(self, trace_id: str) -> dict[str, Any]:
        return {s.name: s for s in self.spans if s.trace_id.hex() == trace_id}


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    found = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                import gzip

                body = gzip.decompress(body)
            request = ExportTraceServiceRequest.FromString(body)
            for resource in request.resource_spans:
                for scope in resource.scope_spans:
                    found.spans += scope.spans
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield found
    server.shutdown()


@dataclass
class Story:
    """A job that succeeded and one that failed, and what was said of them."""

    good: str
    bad: str
    trace_id: str
    before: dict[str, float]
    after: dict[str, float]
    log: list[dict[str, Any]]


async def samples(live: LiveApi) -> dict[str, float]:
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"{live.url}/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    found = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            labels = ",".join(f"{k}={v}" for k, v in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


@pytest.fixture(scope="module")
async def story(
    new_database: Callable[[], str],
    s3_settings: S3Settings,
    tmp_path_factory: pytest.TempPathFactory,
    collector: Collector,
    clip: bytes,
) -> Story:
    bucket = bucket_client(s3_settings)
    extra = {
        "REELMILL_METRICS_TOKEN": TOKEN,
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_BSP_SCHEDULE_DELAY": "100",
    }
    trace_id = secrets.token_hex(16)
    with running(new_database(), s3_settings, tmp_path_factory.mktemp("seen"), **extra) as live:
        for name, body in {"seen.mp4": clip, "unseen.mp4": b"no film"}.items():
            bucket.put_object(Bucket=s3_settings.bucket_in, Key=name, Body=body)
        before = await samples(live)
        start = """mutation Start($k: String!) { startTranscode(input:
          {sourceKey: $k, recipe: {poster: {}}}) { job { id } } }"""
        jobs = []
        for key in ("seen.mp4", "unseen.mp4"):
            answer = await live.post(
                {"query": start, "variables": {"k": key}},
                traceparent=f"00-{trace_id}-{secrets.token_hex(8)}-01",
            )
            jobs.append(answer.json()["data"]["startTranscode"]["job"]["id"])
            await live.ended(jobs[-1])
        after = await samples(live)
    lines = [json.loads(line) for line in live.log().splitlines()]
    return Story(jobs[0], jobs[1], trace_id, before, after, lines)


def risen(story: Story, name: str) -> float:
    return story.after.get(name, 0) - story.before.get(name, 0)


async def test_metrics_count_what_happened(story: Story) -> None:
    assert risen(story, "reelmill_events_total{type=JOB_SUCCEEDED}") == 1
    assert risen(story, "reelmill_events_total{type=JOB_FAILED}") == 1
    assert risen(story, "reelmill_job_duration_seconds_count{status=SUCCEEDED}") == 1
    assert risen(story, "reelmill_job_queue_seconds_count{}") == 2
    assert risen(story, "reelmill_runner_phase_seconds_count{phase=ENCODING}") == 1
    failed = "reelmill_attempt_failures_total{code=SOURCE_NOT_MEDIA,failure=INPUT}"
    assert risen(story, failed) == 1
    mutations = "reelmill_graphql_operations_total{outcome=ok,type=mutation}"
    assert risen(story, mutations) == 2
    assert story.after["reelmill_jobs{status=QUEUED}"] == 0
    requests = "reelmill_http_requests_total{method=POST,route=/graphql,status=200}"
    assert risen(story, requests) >= 2
    assert "reelmill_http_requests_total{method=GET,route=/metrics,status=200}" not in story.after


async def test_the_trace_goes_from_the_request_to_the_phases_of_the_runner(
    story: Story, collector: Collector
) -> None:
    spans = [s for s in collector.spans if s.trace_id.hex() == story.trace_id]
    by_id = {span.span_id: span for span in spans}
    parents = {
        (span.name, by_id[span.parent_span_id].name)
        for span in spans
        if span.parent_span_id in by_id
    }
    assert {
        ("graphql mutation", "POST /graphql"),
        ("queued", "graphql mutation"),
        ("attempt", "graphql mutation"),
        ("runner fetching", "attempt"),
        ("runner encoding", "attempt"),
        ("runner publishing", "attempt"),
    } <= parents
    attempts = [span for span in spans if span.name == "attempt"]
    assert len(attempts) == 2
    assert sorted(span.status.code for span in attempts) == [0, 2]
    for span in spans:
        assert span.end_time_unix_nano >= span.start_time_unix_nano


async def test_the_log_tells_one_jobs_story(story: Story) -> None:
    digits = story.bad.removeprefix("job_")
    about = [line for line in story.log if str(line.get("job_id", "")).replace("-", "") == digits]
    said = [line["event"] for line in about]
    assert {"task claimed", "job failed", "attempt ended"} <= set(said)
    ended = next(line for line in about if line["event"] == "attempt ended")
    assert (ended["status"], ended["job_status"]) == ("FAILED", "FAILED")
    assert ended["code"] == "SOURCE_NOT_MEDIA"
    assert ended["phases"]["fetching"] >= 0
    of_trace = [line for line in story.log if line.get("trace_id") == story.trace_id]
    assert sum(line["event"] == "request" for line in of_trace) == 2


async def test_the_page_wants_its_token(live_api: LiveApi, story: Story) -> None:
    async with httpx.AsyncClient() as http:
        # This process has no token set.
        assert (await http.get(f"{live_api.url}/metrics")).status_code == 404


def test_names_follow_the_rules_of_prometheus() -> None:
    for family in metrics.REGISTRY.collect():
        if not family.name.startswith("reelmill_"):
            continue
        assert re.fullmatch(r"reelmill_[a-z_]+", family.name)
        assert family.documentation
        assert not family.name.endswith(("_total", "_ms", "_count", "_milliseconds"))


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/graphql", "/graphql"),
        ("/play/abc/x.m3u8", "/play"),
        ("/runner/v1/claim", "/runner"),
        ("/", "/*"),
        ("/wp-login.php", "/*"),
        ("/graphqlx", "/*"),
    ],
)
def test_clients_cannot_invent_labels(path: str, route: str) -> None:
    assert route_of(path) == route
