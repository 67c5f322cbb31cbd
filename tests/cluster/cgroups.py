"""The cgroup that everything in pods runs under."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
# By default all pods together weigh as much as a single process beside them: on a machine that is
# busy with other things they would starve. As much as ten processes, by version 1 and 2.
_WEIGHTS = {"cpu.shares": "10240", "cpu.weight": "1000"}


def make(name: str) -> None:
    """In every hierarchy: the kubelet refuses a root that is not there."""
    for hierarchy in _hierarchies():
        group = hierarchy / name
        group.mkdir(exist_ok=True)
        # cpuset starts without processors and nodes, and refuses every process until it has some.
        for file in ("cpuset.cpus", "cpuset.mems"):
            if (group / file).exists() and not (group / file).read_text().strip():
                (group / file).write_text((hierarchy / file).read_text())
        for file, weight in _WEIGHTS.items():
            if (group / file).exists():
                (group / file).write_text(weight)
        _delegate(hierarchy, group)


def _delegate(hierarchy: Path, group: Path) -> None:
    """Version 2: children have the controllers that their parent hands down."""
    for folder in (hierarchy, group):
        offered = folder / "cgroup.controllers"
        if offered.exists():
            for controller in offered.read_text().split():
                # One that cannot be handed down now (a real-time process, version 1) is not needed.
                with contextlib.suppress(OSError):
                    (folder / "cgroup.subtree_control").write_text(f"+{controller}")


def remove(name: str, seconds: float = 30) -> None:
    """Waits until the last process has left; the kernel takes a moment after its end."""
    deadline = time.monotonic() + seconds
    for hierarchy in _hierarchies():
        while (hierarchy / name).exists():
            try:
                _remove(hierarchy / name)
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)


def remains(name: str) -> list[Path]:
    return [hierarchy / name for hierarchy in _hierarchies() if (hierarchy / name).exists()]


def _remove(group: Path) -> None:
    for folder, _, _ in os.walk(group, topdown=False):
        Path(folder).rmdir()


def _hierarchies() -> Iterator[Path]:
    """One on a version 2 machine; on version 1 one for each set of controllers."""
    if (_ROOT / "cgroup.controllers").exists():
        yield _ROOT
        return
    for folder in sorted(_ROOT.iterdir()):
        # `cpu` may be a link to `cpu,cpuacct`.
        if folder.is_dir() and not folder.is_symlink() and (folder / "cgroup.procs").exists():
            yield folder
