"""Following a job over sockets that break."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from reelmill import Client, ConnectionFailedError, Job, NotFoundError, UnauthenticatedError
from tests.reelmill.conftest import QUICK
from tests.reelmill.double import KEY, Double
from tests.reelmill.shapes import job

RUNNING, HALF, DONE = job("RUNNING"), job("RUNNING", progress=0.5), job("SUCCEEDED")


async def states(client: Client, job_id: str = "job_1") -> list[tuple[str, float]]:
    async with asyncio.timeout(10):
        return [(str(job.status), job.progress) async for job in client.watch_job(job_id)]


async def test_a_snapshot_first_then_changes_then_the_end(client: Client, double: Double) -> None:
    double.sockets.append([RUNNING, HALF, DONE, "complete"])
    assert await states(client) == [("RUNNING", 0), ("RUNNING", 0.5), ("SUCCEEDED", 1)]
    init = {"type": "connection_init", "payload": {"authorization": f"Bearer {KEY}"}}
    assert double.inits == [init]
    assert [name for name, _ in double.operations] == ["JobUpdated"] * 3


async def test_it_ends_with_the_final_state_and_waits_for_no_goodbye(
    client: Client, double: Double
) -> None:
    double.sockets.append([DONE])
    assert await states(client) == [("SUCCEEDED", 1)]


async def test_pings_are_answered(client: Client, double: Double) -> None:
    double.sockets.append([RUNNING, "ping", DONE])
    await states(client)
    assert double.pongs == 1


@pytest.mark.parametrize("end", ["drop", "complete", ("close", 1012), ("close", 1001)])
async def test_a_socket_that_ends_early_is_opened_again(
    client: Client, double: Double, end: object
) -> None:
    double.jobs["job_1"] = HALF
    double.sockets.append([RUNNING, end])
    double.sockets.append([HALF, DONE])
    # Half is told once, though the reading in between and the new socket both begin with it.
    assert await states(client) == [("RUNNING", 0), ("RUNNING", 0.5), ("SUCCEEDED", 1)]
    assert len(double.inits) == 2


async def test_a_job_that_ended_while_the_socket_was_away(client: Client, double: Double) -> None:
    double.jobs["job_1"] = DONE
    double.sockets.append([RUNNING, "drop"])
    assert await states(client) == [("RUNNING", 0), ("SUCCEEDED", 1)]
    assert len(double.inits) == 1


@pytest.mark.parametrize("refusal", [400, 403, 404, 426, [("close", 4429)]])
async def test_without_sockets_it_polls(client: Client, double: Double, refusal: Any) -> None:
    double.jobs["job_1"] = HALF

    async def finish() -> None:
        await double.asked("Job", 3)
        double.jobs["job_1"] = DONE

    double.sockets.append(refusal)
    task = asyncio.create_task(finish())
    assert await states(client) == [("RUNNING", 0.5), ("SUCCEEDED", 1)]
    await task
    assert double.named("JobUpdated") == []
    assert len(double.inits) <= 1


async def test_a_proxy_that_drops_every_socket_leads_to_polling(
    client: Client, double: Double
) -> None:
    double.jobs["job_1"] = HALF
    double.sockets.extend([["drop"]] * 50)

    async def finish() -> None:
        await double.asked("Job", 10)
        double.jobs["job_1"] = DONE

    task = asyncio.create_task(finish())
    assert await states(client) == [("RUNNING", 0.5), ("SUCCEEDED", 1)]
    await task
    assert len(double.inits) == 5


async def test_a_server_that_restarts_is_waited_for(client: Client, double: Double) -> None:
    double.jobs["job_1"] = HALF
    await client.viewer()
    double.sockets.extend([503, [HALF, DONE]])
    double.http_faults.extend([(503, "starting")] * 3)
    assert await states(client) == [("RUNNING", 0.5), ("SUCCEEDED", 1)]


async def test_a_server_that_stays_away_is_an_error(double: Double) -> None:
    timing = replace(QUICK, patience=0.2)
    async with Client(double.url, KEY, timing=timing) as client:
        double.sockets.append([RUNNING])
        watched = client.watch_job("job_1")
        assert (await anext(watched)).status == "RUNNING"
        await double.stop()
        with pytest.raises(ConnectionFailedError):
            await anext(watched)


async def test_a_job_that_is_not_there(client: Client, double: Double) -> None:
    error = {"message": "no such job", "extensions": {"code": "NOT_FOUND"}}
    double.sockets.append([{"errors": [error]}])
    with pytest.raises(NotFoundError):
        await states(client)


@pytest.mark.parametrize("code", [4401, 4403])
async def test_a_refused_key_is_told_in_words(double: Double, code: int) -> None:
    double.sockets.append([("close", code)])
    async with Client(double.url, "rm_wrong", timing=QUICK) as client:
        with pytest.raises(UnauthenticatedError):
            await states(client)


async def test_leaving_early_closes_the_socket(client: Client, double: Double) -> None:
    double.sockets.append([RUNNING])
    watched = client.watch_job("job_1")
    first: Job = await anext(watched)
    await watched.aclose()
    assert first.status == "RUNNING"


async def test_a_key_that_is_revoked_ends_the_log(client: Client, double: Double) -> None:
    double.sockets.append([("close", 4403)])
    with pytest.raises(UnauthenticatedError):
        await anext(client.events(after="7"))
