"""The protocol's client against a scripted API on a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import pytest

from runner import report
from runner.errors import Stopped
from runner.progress import Standing
from runner.report import RefusedError, Reporter, UnreachableError, claim_task
from schema.job import FailureClass, FailureReport, Phase
from tests.runner import media, processes
from tests.runner.protocol import FakeApi, claim

FAILURE = FailureReport(
    epoch=3, failure=FailureClass.INPUT, code="SOURCE_EMPTY", message="empty", hint=None
)


@pytest.fixture
def api() -> Iterator[FakeApi]:
    fake = FakeApi(claim(epoch=3, lease_seconds=3))
    yield fake
    fake.close()


@pytest.fixture
async def http(api: FakeApi) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=api.url, timeout=5) as client:
        yield client


async def _reporter(http: httpx.AsyncClient) -> Reporter:
    settings = media.settings(Path("/scratch"), proof="the proof", attempt_id="a1")
    return Reporter(http, await claim_task(http, settings))


async def test_claim_proves_who_asks(api: FakeApi, http: httpx.AsyncClient) -> None:
    reporter = await _reporter(http)
    ((verb, token, body),) = api.calls
    assert (verb, token) == ("claim", "the proof")
    assert (body["attempt_id"], body["task"], body["index"]) == ("a1", "encode", 0)
    assert reporter.epoch == 3


async def test_wrong_proof_is_final(api: FakeApi, http: httpx.AsyncClient) -> None:
    with pytest.raises(RefusedError, match="401"):
        await claim_task(http, media.settings(Path("/scratch"), proof="another"))


async def test_claim_waits_for_an_api_that_restarts(api: FakeApi, http: httpx.AsyncClient) -> None:
    api.away = 2
    assert (await _reporter(http)).epoch == 3


async def test_nobody_there(http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "PATIENCE", 0.2)
    async with httpx.AsyncClient(base_url="http://127.0.0.1:9", timeout=1) as nobody:
        with pytest.raises(UnreachableError):
            await claim_task(nobody, media.settings(Path("/scratch")))


@pytest.mark.parametrize("status", [409, 410])
async def test_newer_claim_or_cancel_stops(
    status: int, api: FakeApi, http: httpx.AsyncClient
) -> None:
    reporter = await _reporter(http)
    api.on_progress = lambda _: (status, {"message": "over"})
    with pytest.raises(Stopped, match=str(status)):
        await asyncio.wait_for(reporter.beat(), 10)


async def test_token_that_is_not_valid_any_more_stops(
    api: FakeApi, http: httpx.AsyncClient
) -> None:
    reporter = await _reporter(http)
    api.on_progress = lambda _: (401, {})
    with pytest.raises(Stopped, match="401"):
        await asyncio.wait_for(reporter.beat(), 10)


async def test_cancel_in_an_answer_stops(api: FakeApi, http: httpx.AsyncClient) -> None:
    reporter = await _reporter(http)
    api.on_progress = lambda _: (200, {"lease_seconds": 3, "cancel": True})
    with pytest.raises(Stopped, match="canceled"):
        await asyncio.wait_for(reporter.beat(), 10)


async def test_beat_carries_progress_and_takes_new_keys(
    api: FakeApi, http: httpx.AsyncClient
) -> None:
    reporter = await _reporter(http)
    fresh = {**api.claim["storage"], "access_key_id": "fresh", "unknown": "ignored"}
    api.on_progress = lambda _: (200, {"lease_seconds": 9, "token": "second", "storage": fresh})
    reporter.standing = Standing(Phase.ENCODING, 0.25, 2.5, 30.0)
    beat = asyncio.create_task(reporter.beat())
    await _until(lambda: len(api.said("progress")) >= 1)
    reporter.standing = Standing(Phase.ENCODING, 0.5, None, None)
    await _until(lambda: len(api.said("progress")) >= 2)
    beat.cancel()
    first, second = api.said("progress")[:2]
    assert first == {
        "epoch": 3,
        "sequence": 1,
        "phase": "ENCODING",
        "fraction": 0.25,
        "speed": 2.5,
        "eta_seconds": 30.0,
    }
    assert (second["sequence"], second["fraction"]) == (2, 0.5)
    assert reporter.storage.access_key_id == "fresh"
    assert [token for verb, token, _ in api.calls if verb == "progress"] == ["token", "second"]


async def test_beat_outlives_an_api_that_is_away(api: FakeApi, http: httpx.AsyncClient) -> None:
    reporter = await _reporter(http)
    api.away = 2
    beat = asyncio.create_task(reporter.beat())
    await _until(lambda: len(api.said("progress")) >= 1)
    assert not beat.done()
    beat.cancel()


async def test_beat_comes_at_least_every_third_of_a_lease(
    api: FakeApi, http: httpx.AsyncClient
) -> None:
    """Also while nothing changes."""
    reporter = await _reporter(http)
    beat = asyncio.create_task(reporter.beat())
    await _until(lambda: len(api.said("progress")) >= 3)
    beat.cancel()
    assert len({body["fraction"] for body in api.said("progress")}) == 1


async def test_endings_are_repeated_until_the_api_has_them(
    api: FakeApi, http: httpx.AsyncClient
) -> None:
    reporter = await _reporter(http)
    api.away = 2
    await reporter.fail(FAILURE)
    assert api.said("fail") == [FAILURE.model_dump(mode="json")]


async def test_ending_that_is_refused_is_not_repeated(
    api: FakeApi, http: httpx.AsyncClient
) -> None:
    reporter = await _reporter(http)
    api.on_end = lambda _: (422, {"message": "no"})
    with pytest.raises(RefusedError, match="422"):
        await reporter.fail(FAILURE)
    assert len(api.said("fail")) == 1


async def _until(holds: Callable[[], bool]) -> None:
    await asyncio.to_thread(processes.until, holds)
