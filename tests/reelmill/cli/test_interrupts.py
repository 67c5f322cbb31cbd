"""Ctrl-C and SIGTERM in the middle."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from tests.reelmill.cli.conftest import COMMAND
from tests.reelmill.double import Double
from tests.reelmill.shapes import job


class Stalled:
    """A server's step that never ends, and says when it was reached."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()

    async def __call__(self) -> None:
        self.reached.set()
        await asyncio.Event().wait()


async def start(env: dict[str, str], *arguments: str | Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *COMMAND,
        *map(str, arguments),
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@pytest.mark.parametrize(
    ("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)]
)
async def test_an_upload_goes_on(
    double: Double, connected: dict[str, str], film: Path, sent: signal.Signals, code: int
) -> None:
    stalled = Stalled()
    double.part_faults[2].append(stalled)
    process = await start(connected, "upload", film)
    await asyncio.wait_for(stalled.reached.wait(), 20)
    await double.holds("upload_1", {1, 3})
    process.send_signal(sent)
    out, err = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == code
    assert out == b""
    assert b"Traceback" not in err
    if code > 0:
        assert b"goes on from there" in err
    assert double.uploads["upload_1"]["status"] == "STARTED"
    process = await start(connected, "upload", film)
    out, err = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0, err
    assert double.received() == film.read_bytes()
    assert double.puts == [*double.puts[:3], 2]
    assert len(double.named("StartUpload")) == 1


async def test_no_store_keeps_ctrl_c_waiting(
    double: Double, connected: dict[str, str], film: Path
) -> None:
    stalled = Stalled()
    double.part_faults[1].append(stalled)
    process = await start(connected, "upload", film, "--json")
    await asyncio.wait_for(stalled.reached.wait(), 20)
    process.send_signal(signal.SIGINT)
    out, err = await asyncio.wait_for(process.communicate(), 5)
    assert process.returncode == 130
    assert b'"INTERRUPTED"' in out
    assert b"Traceback" not in err


async def test_a_watched_job_goes_on(double: Double, connected: dict[str, str]) -> None:
    stalled = Stalled()
    double.sockets.append([job("RUNNING"), stalled])
    process = await start(connected, "watch", "job_1")
    await asyncio.wait_for(stalled.reached.wait(), 20)
    process.send_signal(signal.SIGINT)
    _, err = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 130
    assert b"The job goes on: reelmill watch job_1" in err
    assert not double.named("CancelJob")
