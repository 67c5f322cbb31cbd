"""Liveness and readiness."""

from __future__ import annotations

import asyncio
import time

import httpx
from starlette.applications import Starlette

from api.errors import DatabaseUnavailable
from api.http import health
from api.http.health import Readiness


async def _ok() -> None:
    return


async def _hang() -> None:
    await asyncio.Event().wait()


async def test_the_real_parts_are_ready(http: httpx.AsyncClient) -> None:
    ready = await http.get("/readyz")
    assert (ready.status_code, ready.json()) == (
        200,
        {"status": "ok", "checks": {"database": "ok", "storage": "ok"}},
    )
    assert (await http.head("/healthz")).status_code == 200


async def test_a_failing_part_is_named_without_its_secrets() -> None:
    async def down() -> None:
        raise DatabaseUnavailable("postgresql://u:secret@host does not answer")

    async def broken() -> None:
        raise RuntimeError("secret")

    app = Starlette(routes=health.routes(checks={"database": down, "storage": _ok, "x": broken}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as http:
        answer = await http.get("/readyz")
        assert (await http.get("/healthz")).status_code == 200
    assert answer.status_code == 503
    assert answer.json()["checks"] == {
        "database": "DATABASE_UNAVAILABLE",
        "storage": "ok",
        "x": "ERROR",
    }
    assert "secret" not in answer.text


async def test_checks_run_at_once_within_their_deadline() -> None:
    readiness = Readiness({"a": _hang, "b": _hang, "c": _ok}, deadline=0.2)
    began = time.monotonic()
    assert await readiness.look() == {"a": "TIMEOUT", "b": "TIMEOUT", "c": "ok"}
    assert 0.2 <= time.monotonic() - began < 0.39


async def test_probes_at_the_same_moment_cost_one_round_and_the_next_second_another() -> None:
    rounds = 0

    async def count() -> None:
        nonlocal rounds
        rounds += 1
        await asyncio.sleep(0)

    readiness = Readiness({"a": count}, keep=0.1)
    await asyncio.gather(*(readiness.look() for _ in range(20)))
    assert rounds == 1
    await asyncio.sleep(0.12)
    await readiness.look()
    assert rounds == 2
