"""Log lines: JSON, whoever logs, and never a secret."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
import structlog

from api import logs
from api.errors import BadConfiguration

KEY = "rm_0a1b2c3d4e5f_" + "s3cr3tw0rd" * 3 + "abc123xy"


@pytest.fixture
def out() -> Iterator[io.BytesIO]:
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    stream = io.BytesIO()
    logs.configure("info", file=stream)
    yield stream
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level = before


def _lines(out: io.BytesIO) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in out.getvalue().splitlines()]


def test_our_own_events_with_what_is_bound(out: io.BytesIO) -> None:
    log = structlog.get_logger("api.x")
    with structlog.contextvars.bound_contextvars(request_id="r", job_id="j", attempt=2):
        log.info("launched", pid=7)
    log.debug("not at this level")
    (line,) = _lines(out)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "level": "info",
        "logger": "api.x",
        "event": "launched",
        "pid": 7,
        "request_id": "r",
        "job_id": "j",
        "attempt": 2,
    }


def test_a_logger_made_before_the_configuration_obeys_it() -> None:
    log = structlog.get_logger("early")
    stream = io.BytesIO()
    handlers = list(logging.getLogger().handlers)
    logs.configure("WARNING", file=stream)
    try:
        log.info("no")
        log.warning("yes")
    finally:
        structlog.reset_defaults()
        logging.getLogger().handlers[:] = handlers
    assert [line["event"] for line in _lines(stream)] == ["yes"]


def test_libraries_go_the_same_way(out: io.BytesIO) -> None:
    # uvicorn puts handlers of its own on these when it is imported with its default setup.
    logging.getLogger("uvicorn.error").info("started %s", "it")
    logging.getLogger("asyncio").error("task %r", 1)
    logging.getLogger("asyncio").info("too chatty")
    logging.getLogger("botocore.credentials").info("too chatty")
    logging.getLogger("uvicorn.access").info("ours is better")
    found = [(line["logger"], line["level"]) for line in _lines(out)]
    assert found == [("uvicorn.error", "info"), ("asyncio", "error")]
    assert _lines(out)[0]["event"] == "started it"


def test_everything_on_stderr_is_json() -> None:
    program = """
import logging, warnings
from api import logs
logs.configure("DEBUG")
warnings.warn("old")
logging.getLogger("lib").debug("detail")
logging.getLogger("lib").error("%d of %s", "no number")
import uvicorn, asyncio, structlog
uvicorn.Config(None, log_config=None)
structlog.get_logger().info("ours")
async def fail():
    raise ValueError("never awaited")
async def main():
    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", program], capture_output=True, check=True
    )
    lines = [orjson.loads(line) for line in done.stderr.splitlines()]
    seen = {(line.get("logger"), line["level"]) for line in lines}
    assert seen >= {("py.warnings", "warning"), ("lib", "debug"), (None, "info")}
    assert any("ValueError: never awaited" in line.get("exception", "") for line in lines)
    assert "%d of %s ('no number',)" in [line["event"] for line in lines]
    assert done.stdout == b""


def test_an_exception_is_one_field_without_the_values_of_variables(out: io.BytesIO) -> None:
    hidden = "the-value-of-a-variable"
    try:
        int(hidden[:0])
    except ValueError:
        structlog.get_logger().exception("ours")
        logging.getLogger("lib").exception("theirs")
    for line in _lines(out):
        assert line["level"] == "error"
        assert line["exception"].startswith("Traceback (most recent call last):\n")
        assert "ValueError: invalid literal" in line["exception"]
        assert "exc_info" not in line
    assert hidden.encode() not in out.getvalue()


@pytest.mark.parametrize(
    "secret",
    [
        KEY,
        f"Bearer {KEY}",
        "Bearer dGFzay10b2tlbi1vZi1hLXJ1bm5lcg",
        "a=b; reelmill_session=abc-def_123; c=d",
        "http://s3/b/k.mp4?X-Amz-Algorithm=AWS4&X-Amz-Credential=AK%2F1&X-Amz-Signature=ff00",
        "https://b.s3/k?AWSAccessKeyId=AK&Signature=xyz%3D&Expires=1",
        "https://media.example.org/play/AbCd_-123/hls/a.m3u8",
        f"https://media.example.org/s/{'Ab-_' * 10}xyz/film.json",
        "postgresql://rm_api:apipw@db:5432/reelmill",
    ],
)
def test_secrets_are_taken_out_wherever_they_stand(out: io.BytesIO, secret: str) -> None:
    log = structlog.get_logger()
    text = f"saw {secret} there"
    log.info(text)
    log.info("x", value=secret, nested={"a": [secret, {"b": secret}]})
    logging.getLogger("lib").warning('said "%s"\n%s', secret, secret)
    try:
        {}[secret]
    except KeyError:
        log.exception("failed", note=f'quoted "{secret}" and \\ {secret}')
    assert len(_lines(out)) == 4
    logged = out.getvalue().decode()
    for part in [
        KEY.split("_")[2],
        "dGFzay1",
        "abc-def",
        "ff00",
        "AK%2F1",
        "xyz",
        "AbCd_-123",
        "apipw",
    ]:
        assert part not in logged


@pytest.mark.parametrize(
    "name",
    [
        "authorization",
        "Cookie",
        "set-cookie",
        "password",
        "secret_access_key",
        "session_token",
        "api_key",
        "signature",
    ],
)
def test_fields_of_telling_names_show_nothing(out: io.BytesIO, name: str) -> None:
    structlog.get_logger().info("x", headers={name: 'hidden "value\\'}, **{name: "hidden"})
    (line,) = _lines(out)
    assert line[name] == line["headers"][name] == "***"


def test_what_is_no_secret_stays(out: io.BytesIO) -> None:
    kept = {"key": "uploads/film.mp4", "url": "http://h:80/p?a=1&b=2", "path": "/play/…/hls/1.m4s"}
    structlog.get_logger().info("a bearer token is missing", **kept)
    (line,) = _lines(out)
    assert {name: line[name] for name in kept} == kept
    assert line["event"] == "a bearer token is missing"


@pytest.mark.parametrize(
    "value", ["\ud83d", 1 << 80, object(), {1: 2}, b"\xff", {"a"}, "line\nbreak\u2028\0"]
)
def test_no_value_costs_the_line(out: io.BytesIO, value: object) -> None:
    structlog.get_logger().info("odd", value=value)
    (line,) = _lines(out)
    assert line["event"] == "odd"
    assert "value" in line


def test_threads_write_whole_lines(out: io.BytesIO) -> None:
    def work() -> None:
        for number in range(200):
            structlog.get_logger().info("ours", number=number)
            logging.getLogger("lib").info("theirs %s", number)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(_lines(out)) == 1600


def test_a_closed_stream_stops_nothing(out: io.BytesIO) -> None:
    out.close()
    structlog.get_logger().info("nobody reads")


def test_a_level_of_another_name_is_refused() -> None:
    with pytest.raises(BadConfiguration, match="LOG_LEVEL"):
        logs.configure("loud")
