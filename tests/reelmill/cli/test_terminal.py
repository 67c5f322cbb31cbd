"""What a terminal gets to see."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import struct
import termios
from pathlib import Path

from tests.reelmill.cli.conftest import COMMAND
from tests.reelmill.double import Double
from tests.reelmill.shapes import job, output

SHOW_CURSOR = "\x1b[?25h"


async def on_terminal(env: dict[str, str], *arguments: str | Path) -> tuple[int, str]:
    """Exit code, and all that was written to an 80 columns wide terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        *map(str, arguments),
        env=env | {"TERM": "xterm-256color"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    text = await asyncio.to_thread(_read_all, ours)
    os.close(ours)
    return await process.wait(), text


def _read_all(descriptor: int) -> str:
    found = b""
    while True:
        try:
            chunk = os.read(descriptor, 65536)
        except OSError:  # EIO: the last writer has gone
            return found.decode()
        if not chunk:
            return found.decode()
        found += chunk


async def test_bars(double: Double, connected: dict[str, str], film: Path) -> None:
    running = job("RUNNING", phase="ENCODING", progress=0.5, speed=2.0, etaSeconds=65)

    async def drawn() -> None:
        await asyncio.sleep(0.3)  # bars are drawn ten times a second

    double.sockets.append([running, drawn, job("SUCCEEDED", outputs=[output("HLS")])])
    code, text = await on_terminal(connected, "upload", film, "--preset", "web", "--wait")
    assert code == 0
    assert "upload film.mp4" in text
    assert "encoding  2x  1:05 left" in text
    assert "succeeded in" in text
    # On a terminal the folder of the outputs is told once.
    assert "Outputs in 0198/1/encode/0/1/hls/" in text
    assert text.rindex(SHOW_CURSOR) > text.rindex("succeeded in")


async def test_a_table_fits(double: Double, connected: dict[str, str]) -> None:
    double.jobs = {"a": job(id="job_" + "f" * 32, title="t" * 200)}
    code, text = await on_terminal(connected, "jobs")
    assert code == 0
    head, row = text.splitlines()
    assert head.startswith("\x1b[1mID")
    assert len(row) == 80
    assert row.endswith("…")


async def test_colours_can_be_turned_off(double: Double, connected: dict[str, str]) -> None:
    code, text = await on_terminal(connected | {"NO_COLOR": "1"}, "jobs")
    assert code == 0
    assert "\x1b[" not in text
