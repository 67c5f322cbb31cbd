"""Looks at processes through /proc, and waits for what they should do."""

from __future__ import annotations

import time
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
    _until(lambda: name(pid) == wanted)


def until_gone(pid: int) -> None:
    """Wait for the end of a process."""
    _until(lambda: name(pid) is None)


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


def _until(holds) -> None:  # type: ignore[no-untyped-def]
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)
