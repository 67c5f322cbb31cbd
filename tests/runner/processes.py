"""Looks at processes through /proc, and waits for what they should do."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 20.0


def name(pid: int) -> str | None:
    """The command's name; None when it is gone or only waits to be reaped."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return None
    head, _, tail = stat.rpartition(")")
    return None if tail.split()[0] == "Z" else head.partition("(")[2]


def until_named(pid: int, wanted: str) -> None:
    """Wait for the shim to become its program."""
    until(lambda: name(pid) == wanted)


def until_gone(pid: int) -> None:
    """Wait for the end of a process."""
    until(lambda: name(pid) is None)


def working_in(folder: Path) -> list[int]:
    """Processes whose working directory lies in a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            inside = entry.name.isdigit() and (entry / "cwd").readlink().is_relative_to(folder)
        except OSError:
            continue
        if inside:
            found.append(int(entry.name))
    return found


def open_files() -> set[Path]:
    """What this process has open."""
    links = Path("/proc/self/fd").iterdir()
    return {link.readlink() for link in links if link.is_symlink()}


def until_working(folder: Path, count: int) -> None:
    """Wait until so many processes work in a folder."""
    until(lambda: len(working_in(folder)) >= count)


def until(holds: Callable[[], bool]) -> None:
    """Wait for anything."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)
