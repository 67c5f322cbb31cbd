"""A process that was told to stop sends its callers elsewhere before it goes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.protocol.wire import closed, socket
from tests.support.live import LiveApi
from tests.support.stack_fixtures import S3Settings

DRAIN_SECONDS = 4


async def test_no_request_is_lost_while_callers_find_another_process(
    new_database: Callable[[], str], s3_settings: S3Settings, tmp_path: Path
) -> None:
    drain = {"REELMILL_DRAIN_SECONDS": str(DRAIN_SECONDS)}
    live = LiveApi(new_database(), s3_settings, tmp_path, drain).migrate().start()
    assert live.process is not None
    async with socket(live) as connection, httpx.AsyncClient() as kept:
        assert "connection" not in (await kept.get(f"{live.url}/healthz")).headers
        live.process.terminate()
        began = time.monotonic()
        last = 0
        # Each request on whatever connection is there: one that was kept, or a new one.
        while time.monotonic() < began + 0.75 * DRAIN_SECONDS:
            answer = await kept.get(f"{live.url}/readyz")
            assert answer.status_code == 200
            last += answer.headers.get("connection") == "close"
        assert last > 1, "the first answer closed the kept connection, the next ones new ones"
        await (await connection.ping())
        assert await closed(connection) == 1012
        assert time.monotonic() - began >= DRAIN_SECONDS
    assert live.process.wait(20) == 0
    assert "Traceback" not in live.log()
