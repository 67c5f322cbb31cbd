"""Ctrl-C and SIGTERM in the middle."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from tests.reelmill.cli.conftest import COMMAND
from tests.reelmill.double import Double
from tests.reelmill.shapes import event, job


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


async def closed(env: dict[str, str], redirection: str, *arguments: str) -> tuple[int | None, str]:
    """The exit code and standard error of a command that a shell starts with `redirection`."""
    process = await asyncio.create_subprocess_exec(
        "sh",
        "-c",
        f'exec "$@" {redirection}',
        "sh",
        *COMMAND,
        *arguments,
        env=env,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    _, err = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode, err.decode()


@pytest.mark.parametrize("redirection", [">&-", "<&- >&-", "<&- >&- 2>&-"])
async def test_closed_streams(double: Double, connected: dict[str, str], redirection: str) -> None:
    assert await closed(connected, redirection, "jobs") == (0, "")
    assert double.named("Jobs")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("more", [(), ("--json",)])
async def test_a_full_disk_behind_the_output(
    connected: dict[str, str], more: tuple[str, ...]
) -> None:
    code, err = await closed(connected, ">/dev/full", "jobs", *more)
    assert code == 8
    assert "output" in err
    assert "[DISK]" in err


async def test_a_reader_of_events_that_goes_away(double: Double, connected: dict[str, str]) -> None:
    reader_gone = asyncio.Event()
    double.sockets.append([event("8"), reader_gone.wait, event("9"), asyncio.Event().wait])
    process = await start(connected, "events", "--after", "7")
    assert process.stdout is not None
    assert process.stderr is not None
    assert b'"cursor":"8"' in await asyncio.wait_for(process.stdout.readline(), 20)
    process._transport.get_pipe_transport(1).close()  # type: ignore[attr-defined]
    reader_gone.set()
    err = (await asyncio.wait_for(process.stderr.read(), 20)).decode()
    assert await process.wait() == 141
    assert err == "Go on with: reelmill events --after 8\n"
