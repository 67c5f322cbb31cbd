"""Answers and failures of the API, as values and errors."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path
from typing import Any

import pytest

from reelmill import (
    Client,
    ConfigurationError,
    ConnectionFailedError,
    ForbiddenError,
    InvalidInputError,
    JobStatus,
    NotFoundError,
    ProtocolError,
    ReelmillError,
    RefusedError,
    UnauthenticatedError,
    UnavailableError,
)
from tests.reelmill.conftest import QUICK
from tests.reelmill.double import KEY, Double
from tests.reelmill.shapes import job
from tests.support.live import free_port

NO_READ = {"message": "lacks the scope READ", "extensions": {"code": "FORBIDDEN"}}
INTERNAL = {"message": "oops", "extensions": {"code": "INTERNAL"}}


async def error_of(client: Client) -> ReelmillError:
    with pytest.raises(ReelmillError) as info:
        await client.viewer()
    return info.value


async def test_typed_answers(client: Client, double: Double) -> None:
    assert (await client.viewer()).project.name == "default"
    assert [preset.name for preset in await client.presets()] == ["web", "mp4"]
    assert (await client.scan("a/")).files == ("a.mp4", "b c.mp4")
    assert (await client.assets(prefix="a/", status=["READY"])).nodes[0].title == "clip"
    assert double.named("Assets") == [
        {
            "first": 50,
            "after": None,
            "filter": {"prefix": "a/", "status": ["READY"]},
            "order": "CREATED_AT_DESC",
        }
    ]


async def test_pages_follow_each_other(client: Client, double: Double) -> None:
    double.jobs = {f"job_{n}": job("FAILED", id=f"job_{n}") for n in range(3)}
    one = await client.jobs(first=2, status=[JobStatus.FAILED])
    two = await client.jobs(first=2, status=[JobStatus.FAILED], after=one.end_cursor)
    assert [each.id for each in (*one.nodes, *two.nodes)] == ["job_0", "job_1", "job_2"]
    assert one.has_next_page
    assert not two.has_next_page


async def test_user_errors_are_raised(client: Client) -> None:
    with pytest.raises(NotFoundError) as info:
        await client.cancel_job("job_none")
    assert info.value.field == "input.id"


async def test_a_job_that_is_not_there(client: Client) -> None:
    with pytest.raises(NotFoundError):
        await client.job("job_none")


async def test_a_start_can_be_sent_twice(client: Client, double: Double) -> None:
    double.http_faults.append((503, {"error": {"code": "UNAVAILABLE", "message": "wait"}}))
    await client.start_transcode(source_key="a.mp4", preset="web")
    (sent,) = double.named("StartTranscode")
    assert len(sent["input"]["idempotencyKey"]) >= 16
    assert sent["input"]["sourceKey"] == "a.mp4"
    assert "assetId" not in sent["input"]


async def test_a_wrong_key(double: Double) -> None:
    async with Client(double.url, "rm_wrong", timing=QUICK) as client:
        error = await error_of(client)
    assert isinstance(error, UnauthenticatedError)
    assert "REELMILL_API_KEY" in (error.hint or "")


async def test_nobody_listens() -> None:
    async with Client(f"http://127.0.0.1:{free_port()}", KEY, timing=QUICK) as client:
        error = await error_of(client)
    assert isinstance(error, ConnectionFailedError)
    assert (error.code, error.__cause__ is not None) == ("UNREACHABLE", True)
    assert "nothing listens there" in error.message


async def test_an_unknown_host() -> None:
    async with Client("http://nowhere.invalid", KEY, timing=QUICK) as client:
        assert (await error_of(client)).code == "UNREACHABLE"


async def test_tls_that_is_none(double: Double) -> None:
    async with Client(double.url.replace("http:", "https:"), KEY, timing=QUICK) as client:
        error = await error_of(client)
    assert error.code == "TLS_FAILED"


async def test_a_server_that_never_answers() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    from dataclasses import replace

    timing = replace(QUICK, read=0.1, first_patience=0.0)
    async with server, Client(f"http://127.0.0.1:{port}", KEY, timing=timing) as client:
        assert (await error_of(client)).code == "TIMEOUT"


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (200, "<html>a login page</html>", ProtocolError, "not as a Reelmill API"),
        (200, {"hello": "world"}, ProtocolError, "not as a Reelmill API"),
        (200, {"data": None}, ProtocolError, "not as a Reelmill API"),
        (404, "no", ProtocolError, "HTTP status 404"),
        (301, "https://new.example.com/graphql", ProtocolError, "https://new.example.com"),
        (502, "bad gateway", UnavailableError, "502"),
        (401, "who?", UnauthenticatedError, "401"),
        (413, {"error": {"code": "BODY_TOO_LARGE", "message": "big"}}, RefusedError, "big"),
        (400, {"errors": [INTERNAL]}, RefusedError, "oops"),
    ],
)
async def test_other_answers(  # noqa: PLR0917 - fixtures and parameters
    client: Client, double: Double, status: int, body: Any, kind: type, words: str
) -> None:
    double.http_faults.extend([(status, body)] * 20)
    error = await error_of(client)
    assert type(error) is kind
    assert words in f"{error.message} {error.hint}"


async def test_a_server_that_has_answered_is_waited_for(client: Client, double: Double) -> None:
    await client.viewer()
    double.http_faults.extend([(503, "starting")] * 6)
    assert (await client.viewer()).key_name == "first"


async def test_a_refusal_is_not_sent_again(client: Client, double: Double) -> None:
    with pytest.raises(NotFoundError):
        await client.cancel_job("job_none")
    assert len(double.named("CancelJob")) == 1


async def test_the_storage_of_the_server_is_waited_for(client: Client, double: Double) -> None:
    error = {"code": "STORAGE_UNAVAILABLE", "message": "slow down", "field": None}
    answer = {"data": {"scanMediaFolder": {"userErrors": [error]}}}
    double.http_faults.append((200, answer))
    assert (await client.scan()).found == 3


async def test_an_answer_that_does_not_fit(client: Client, double: Double) -> None:
    double.http_faults.append((200, {"data": {"viewer": {"keyId": 1}}}))
    error = await error_of(client)
    assert isinstance(error, ProtocolError)
    assert "project" in error.message


async def test_a_title_needs_a_preset(client: Client, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError):
        await client.upload(tmp_path / "x", title="t")


def test_the_tls_context_checks_certificates() -> None:
    client = Client("https://media.example.com", KEY)
    assert client._tls.verify_mode is ssl.CERT_REQUIRED
    assert client._tls.check_hostname


async def test_a_key_that_may_not_read_is_told_in_brief(client: Client, double: Double) -> None:
    double.http_faults.append((200, {"data": None, "errors": [NO_READ]}))
    assert (await client.viewer()).project.event_cursor is None
    double.http_faults.append((200, {"data": None, "errors": [NO_READ]}))
    begun = await client.start_transcode(source_key="film.mp4", preset="web")
    assert (begun.id, begun.asset) == ("job_1", None)


async def test_what_has_no_brief_answer_is_refused(client: Client, double: Double) -> None:
    double.http_faults.append((200, {"data": None, "errors": [NO_READ, NO_READ]}))
    with pytest.raises(ForbiddenError) as info:
        await client.jobs()
    assert info.value.message == NO_READ["message"]


async def test_authorities_that_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("missing.pem", "."):
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / name))
        with pytest.raises(ConfigurationError, match="SSL_CERT_FILE"):
            Client("https://media.example.com", KEY)


async def test_a_proxy_that_cannot_be_used_is_none_for_this_machine(
    monkeypatch: pytest.MonkeyPatch, double: Double
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    async with Client(double.url, KEY, timing=QUICK) as client:
        assert (await client.viewer()).key_name == "first"
    async with Client("http://media.example.com", KEY, timing=QUICK) as client:
        assert (await error_of(client)).code == "BAD_CONFIGURATION"


async def test_a_proxy_that_is_away_is_suspected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    async with Client("http://media.example.com", KEY, timing=QUICK) as client:
        error = await error_of(client)
    assert error.code == "UNREACHABLE"
    assert "HTTP_PROXY" in (error.hint or "")


async def test_the_recipe_of_a_preset_is_taken_back(client: Client, double: Double) -> None:
    (web, *_) = await client.presets()
    assert "segment_seconds" in web.recipe["ladder"]
    await client.start_transcode(source_key="film.mp4", recipe=web.recipe)
    (sent,) = double.named("StartTranscode")
    assert sent["input"]["recipe"]["ladder"]["segmentSeconds"] == 4.0
