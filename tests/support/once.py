"""kill -9, once over all processes that know a marker file."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path


def first(marker: Path) -> bool:
    """Whether nobody was here before."""
    try:
        os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def reach(marker: Path, victim: int | None = None) -> None:
    """Kill, but only once over all processes that know this marker."""
    if not first(marker):
        return
    if victim is None:
        os.kill(os.getpid(), signal.SIGKILL)
    else:
        kill_tree(victim)


def kill_tree(pid: int) -> None:
    """kill -9 of a process and its children: no child of PostgreSQL ends its work in peace."""
    children = [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _parent(entry) == pid]
    for each in (pid, *children):
        with contextlib.suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)


def _parent(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0
