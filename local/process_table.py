"""Which processes belong to one home: written down as they start, swept when they end.

A record names a process by pid, start time and boot, so that a number which the kernel gave to
somebody else since is never signalled. Children also carry the home in their environment, for
those that were started by our children.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from local import proc
from local.deadline import Deadline, wait_until
from local.files import read_json, write_private_json
from local.process import MARKER, Child, ProcessSpec

# PostgreSQL: SIGINT is its fast shutdown; SIGTERM would wait for every client to leave.
# SeaweedFS: see its `stop_signals`; nobody uses it any more, and a stop by SIGTERM takes 15 s.
_GENTLE = {"postgres": signal.SIGINT, "seaweedfs": signal.SIGKILL}


class ProcessTable:
    """The processes of one home."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._path = home / "processes.json"
        self._children: dict[str, Child] = {}

    def marked(self, env: Mapping[str, str]) -> dict[str, str]:
        return {**env, MARKER: str(self._home)}

    def spawn(self, spec: ProcessSpec) -> Child:
        child = Child(spec)
        self._children[spec.name] = child
        self._write()
        return child

    def forget(self, name: str) -> None:
        self._children.pop(name, None)
        self._write()

    def _write(self) -> None:
        records = {}
        for name, child in self._children.items():
            found = proc.stat(child.pid)
            if found:
                records[name] = {"pid": child.pid, "start": found.start}
        write_private_json(self._path, {"boot": proc.boot_id(), "processes": records})

    def sweep_leftovers(self, *, seconds: float = 10.0) -> list[str]:
        """Ends what an earlier supervisor of this home left behind, when it was killed.

        Call it under the home's lock: then no living supervisor owns them. Who does not end
        within `seconds` is killed. Returns the names.
        """
        recorded = self._recorded()
        found = dict(recorded)
        spare = proc.ancestors(os.getpid())
        for stat in proc.all_stats():
            if stat.pid not in spare and stat.alive and self.owns(proc.environ(stat.pid)):
                found.setdefault((stat.pid, stat.start), f"process {stat.pid}")
        end_all(found, gentle=_GENTLE, seconds=seconds)
        self._write()
        return sorted(found.values())

    def owns(self, environ: Mapping[str, str]) -> bool:
        """Whether an environment says that its process belongs to this home: our own marker, or
        a runner's scratch folder inside it."""
        scratch = environ.get("REELMILL_SCRATCH", "")
        return environ.get(MARKER) == str(self._home) or (
            bool(scratch) and Path(scratch).is_relative_to(self._home)
        )

    def _recorded(self) -> dict[tuple[int, int], str]:
        data = read_json(self._path)
        if not data or data.get("boot") != proc.boot_id():
            return {}
        return {
            (record["pid"], record["start"]): name
            for name, record in data.get("processes", {}).items()
            if _still(record["pid"], record["start"])
        }


def _still(pid: int, start: int) -> bool:
    found = proc.stat(pid)
    return found is not None and found.start == start and found.alive


def end_all(
    targets: Mapping[tuple[int, int], str],
    *,
    gentle: Mapping[str, signal.Signals],
    seconds: float = 10.0,
) -> None:
    """Asks every process to end, waits for all of them together, then kills what is left."""
    for (pid, start), name in targets.items():
        _send(pid, start, gentle.get(name, signal.SIGTERM))
    if wait_until(_none_left(targets), Deadline(seconds)):
        return
    for pid, start in targets:
        _send(pid, start, signal.SIGKILL)
    wait_until(_none_left(targets), Deadline(seconds))


def _none_left(targets: Iterable[tuple[int, int]]) -> Callable[[], bool]:
    return lambda: not any(_still(pid, start) for pid, start in targets)


def _send(pid: int, start: int, number: signal.Signals) -> None:
    if _still(pid, start):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
