"""A folder of its own for each run, empty afterwards, whatever happened.

A run that was killed with SIGKILL leaves its folder. Its name tells who owned it (process id and
start time), so that the next runner can sweep it without touching the folders of living ones.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from runner import log
from runner.errors import Code, RunnerError

PREFIX = "rm-run"


@contextlib.contextmanager
def scratch_folder(root: Path, attempt: str, epoch: int) -> Iterator[Path]:
    """Make `rm-run.<attempt>.<epoch>.<pid>.<start>` below `root`, mode 0700; remove it later."""
    safe = "".join(c if c.isalnum() or c == "-" else "_" for c in attempt)[:80]
    pid = os.getpid()
    path = root / f"{PREFIX}.{safe}.{epoch}.{pid}.{_start_time(pid)}"
    try:
        path.mkdir(mode=0o700)
    except OSError as error:
        raise RunnerError(Code.SCRATCH_FULL, f"no scratch folder can be made: {error}") from error
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def sweep(root: Path) -> list[str]:
    """Remove the folders of runners that are dead. Returns their names."""
    root.mkdir(parents=True, exist_ok=True)
    swept = []
    for path in root.glob(f"{PREFIX}.*"):
        pid, start = _owner(path.name)
        if pid is None or _start_time(pid) == start:
            continue
        shutil.rmtree(path, ignore_errors=True)
        swept.append(path.name)
    if swept:
        log.info("swept the scratch of dead runners", folders=swept)
    return swept


def _owner(name: str) -> tuple[int | None, str]:
    parts = name.split(".")
    if len(parts) != 5 or not parts[3].isdigit():
        return None, ""
    return int(parts[3]), parts[4]


def _start_time(pid: int) -> str:
    """Clock ticks after boot at which the process began: tells it from a later one of that id."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return "dead"
    # The command's name stands in brackets and may hold spaces; the start is field 22. A zombie
    # works no more: it only waits for somebody to take note of its end.
    fields = stat.rpartition(")")[2].split()
    return "dead" if fields[0] == "Z" else fields[19]
