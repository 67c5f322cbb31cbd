"""A scripted server, and a client that waits milliseconds where a real one waits seconds; and a
client of the real API."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from reelmill import Client, Timing
from tests.reelmill.answers import PART
from tests.reelmill.double import KEY, Double
from tests.support.live import LiveApi
from tests.support.stack_fixtures import S3Settings

QUICK = Timing(
    connect=2, read=5, transfer=5, patience=3, first_patience=0.2, pause=0.01, poll=0.02, abort=2
)


@pytest.fixture
async def double() -> AsyncIterator[Double]:
    server = await Double().start()
    yield server
    await server.stop()


@pytest.fixture
async def client(double: Double) -> AsyncIterator[Client]:
    async with Client(double.url, KEY, timing=QUICK) as client:
        yield client


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Two and a half parts of bytes that differ everywhere."""
    path = tmp_path / "film.mp4"
    path.write_bytes(random.Random(1).randbytes(PART * 5 // 2))
    return path


@pytest.fixture(scope="module")
def live_api(
    new_database: Callable[[], str],
    s3_settings: S3Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[LiveApi]:
    live = LiveApi(new_database(), s3_settings, tmp_path_factory.mktemp("sdk")).migrate()
    live.start()
    yield live
    assert live.stop() == 0, live.log()[-3000:]
    assert "Traceback" not in live.log()


@pytest.fixture
async def live(live_api: LiveApi) -> AsyncIterator[Client]:
    async with Client(live_api.url, live_api.key) as client:
        yield client
