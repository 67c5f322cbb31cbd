"""Request ids, the access line, errors, security headers."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import httpx
import orjson
import pytest
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError, InvalidStatus

from api import logs
from api.http.front import AccessLog
from tests.api.http.bed import Bed, serve

Lines = list[dict[str, object]]
_BEAT = "/runner/v1/tasks/0198c0de/progress"


@pytest.fixture
def log() -> Iterator[io.BytesIO]:
    stream = io.BytesIO()
    handlers = list(logging.getLogger().handlers)
    logs.configure("INFO", file=stream)
    yield stream
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = handlers


def _lines(log: io.BytesIO) -> Lines:
    """What the application logged; the test's own client logs too."""
    lines = [orjson.loads(line) for line in log.getvalue().splitlines()]
    return [line for line in lines if line["logger"].startswith("api.")]


async def test_a_sane_request_id_is_kept_and_any_other_replaced(http: httpx.AsyncClient) -> None:
    kept = await http.get("/healthz", headers={"X-Request-ID": "abc-1.2_Z"})
    assert kept.headers["x-request-id"] == "abc-1.2_Z"
    for bad in ["a b", "x" * 65, "", '"}', "ä".encode()]:
        answer = await http.get("/healthz", headers={"X-Request-ID": bad})
        assert len(answer.headers["x-request-id"]) == 32
    assert len(kept.headers.get_list("x-request-id")) == 1


async def test_one_access_line_a_request(http: httpx.AsyncClient, log: io.BytesIO) -> None:
    await http.get("/healthz?key=rm_secret", headers={"X-Request-ID": "r1"})
    (line,) = _lines(log)
    assert line.pop("timestamp")
    assert isinstance(line.pop("ms"), float)
    assert line == {
        "event": "request",
        "level": "info",
        "logger": "api.http.front",
        "method": "GET",
        "path": "/healthz",
        "status": 200,
        "bytes": len(b'{"status":"ok"}'),
        "request_id": "r1",
    }


async def test_heartbeats_of_runners_are_no_news_unless_they_fail() -> None:
    """One a second of every task: the line is there for whoever asks for DEBUG."""
    app = AccessLog(Starlette(routes=[Route(_BEAT, _fine, methods=["POST"])]))
    for level, expected in (("INFO", [405]), ("DEBUG", [200, 405])):
        stream = io.BytesIO()
        handlers = list(logging.getLogger().handlers)
        logs.configure(level, file=stream)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
            await client.post(_BEAT)
            await client.get(_BEAT)
        structlog.reset_defaults()
        logging.getLogger().handlers[:] = handlers
        found = [line for line in _lines(stream) if line["event"] == "request"]
        assert [line["status"] for line in found] == expected
        assert found[0]["level"] == ("debug" if expected[0] == 200 else "info")


async def _fine(_request: Request) -> Response:
    return Response("{}")


async def test_a_play_token_is_never_logged(http: httpx.AsyncClient, log: io.BytesIO) -> None:
    await http.get("/play/SomeToken/hls/a.m3u8")
    assert b"SomeToken" not in log.getvalue()
    assert _lines(log)[-1]["path"] == "/play/…/hls/a.m3u8"


async def test_an_unknown_error_is_told_by_its_id_only(
    http: httpx.AsyncClient, log: io.BytesIO
) -> None:
    answer = await http.get("/test/boom", headers={"X-Request-ID": "r2"})
    assert answer.status_code == 500
    assert answer.json()["error"].keys() == {"code", "message", "requestId"}
    assert answer.json()["error"]["code"] == "INTERNAL"
    assert answer.json()["error"]["requestId"] == "r2"
    assert "hunter2" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    error, access = _lines(log)
    assert "RuntimeError" in str(error["exception"])
    assert error["request_id"] == access["request_id"] == "r2"
    assert access["status"] == 500


async def test_a_refusal_has_its_own_status(http: httpx.AsyncClient) -> None:
    answer = await http.get("/test/refuse")
    assert answer.status_code == 409
    assert answer.json() == {"error": {"code": "CONFLICT", "message": "not now"}}
    assert answer.headers["cache-control"] == "no-store"


async def test_the_router_refuses_in_json_too(http: httpx.AsyncClient) -> None:
    wrong = await http.put("/session", json={})
    assert wrong.status_code == 405
    assert wrong.json()["error"]["code"] == "METHOD_NOT_ALLOWED"
    assert set(wrong.headers["allow"].split(", ")) == {"GET", "HEAD", "POST", "DELETE"}


async def test_security_headers_stand_on_every_answer(http: httpx.AsyncClient) -> None:
    for path in ["/healthz", "/", "/test/refuse", "/play/x/y"]:
        headers = (await http.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        policy = _policy(headers["content-security-policy"])
        assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == ["'none'"]
        assert policy["script-src"] == policy["style-src"] == ["'self'"]


async def test_the_policy_lets_players_reach_the_store(http: httpx.AsyncClient, bed: Bed) -> None:
    page = _policy((await http.get("/")).headers["content-security-policy"])
    store = bed.settings.s3_endpoint
    for kind in ["img-src", "media-src", "connect-src"]:
        assert page[kind][:4] == ["'self'", "blob:", "data:", store]
    assert page["connect-src"][-1] == "wss://media.example.org"
    assert page["worker-src"] == ["'self'", "blob:"]


async def test_inline_styles_only_where_the_editor_needs_them(http: httpx.AsyncClient) -> None:
    graphiql = _policy((await http.get("/graphql")).headers["content-security-policy"])
    assert graphiql["style-src"] == ["'self'", "'unsafe-inline'"]
    assert graphiql["script-src"] == ["'self'"]


async def test_websockets_have_an_access_line_and_no_tracebacks(
    app: Starlette, log: io.BytesIO
) -> None:
    async with serve(app) as url:
        address = url.replace("http:", "ws:")
        async with connect(f"{address}/test/talk/well") as socket:
            assert await socket.recv() == "hällo"
        async with connect(f"{address}/test/talk/fail") as socket:
            assert await socket.recv() == "hällo"
            with pytest.raises(ConnectionClosedError) as closed:
                await socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1011
        assert "hunter2" not in closed.value.rcvd.reason
        with pytest.raises(InvalidStatus) as refused:
            async with connect(
                f"{address}/test/talk/refuse", additional_headers={"X-Request-ID": "w"}
            ):
                pass
    answer = refused.value.response
    assert answer.status_code == 409
    assert answer.headers["x-request-id"] == "w"
    assert b"CONFLICT" in answer.body
    access = [line for line in _lines(log) if line["event"] == "request"]
    assert [(line["path"], line["status"], line["method"]) for line in access] == [
        ("/test/talk/well", 101, "WEBSOCKET"),
        ("/test/talk/fail", 101, "WEBSOCKET"),
        ("/test/talk/refuse", 409, "WEBSOCKET"),
    ]
    assert access[0]["bytes"] == len("hällo".encode())
    assert log.getvalue().count(b"RuntimeError: ") == 1


def _policy(text: str) -> dict[str, list[str]]:
    return {name: rest.split() for name, _, rest in (p.partition(" ") for p in text.split("; "))}
