"""The API reads what it checks, and keeps none of it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from tests.api.graphql.test_uploads import MIB, complete, put, start
from tests.support.live import LiveApi

pytestmark = pytest.mark.e2e

SIZE = 256 * MIB
PART = 64 * MIB


def peak(pid: int) -> int:
    """The most memory that a process has held, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    assert found
    return int(found[1]) * 1024


async def test_a_big_file_is_checked_in_flat_memory(live_api: LiveApi) -> None:
    assert live_api.process
    part = bytes(range(256)) * (PART // 256)
    digest = hashlib.sha256()
    for _ in range(SIZE // PART):
        digest.update(part)
    opened = await start(
        live_api, filename="big.mp4", size=SIZE, partSize=PART, signParts=4,
        sha256=digest.hexdigest(),
    )  # fmt: skip
    for link in opened["parts"]:
        await put(link["url"], part)
    before = peak(live_api.process.pid)
    done = await complete(live_api, opened["upload"]["id"])
    assert done["userErrors"] == []
    assert peak(live_api.process.pid) - before < 32 * MIB
