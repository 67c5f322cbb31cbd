"""A scripted server, and a client that waits milliseconds where a real one waits seconds."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from reelmill import Client, Timing
from tests.reelmill.answers import PART
from tests.reelmill.double import KEY, Double

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
