"""Processes by id and start time, so that a reused id is never mistaken for one of ours."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path


def start_time(pid: int) -> int | None:
    """When a process was born, in clock ticks after boot; None when there is no such process.

    Field 22 of /proc/<pid>/stat; the name in field 2 may hold spaces and brackets.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = stat.rpartition(")")[2].split()
    if fields[0] == "Z":
        return None
    return int(fields[19])


def is_same(pid: int, started: int) -> bool:
    """Whether the process that was born then still lives."""
    return start_time(pid) == started


def signal_group(pid: int, number: signal.Signals) -> None:
    """Signal a runner and everything it has started; it leads a group of its own."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


async def tell(process: asyncio.subprocess.Process, text: str) -> bool:
    """Write a line to a process and close its input; False where nobody reads any more."""
    pipe = process.stdin
    assert pipe is not None  # noqa: S101 - whoever calls has asked for a pipe
    # Behind its reader's end uvloop closes a pipe, and to write then is a RuntimeError.
    if pipe.is_closing():
        return False
    try:
        pipe.write(text.encode() + b"\n")
        await pipe.drain()
    except (BrokenPipeError, ConnectionResetError):
        return False
    finally:
        pipe.close()
    return True
