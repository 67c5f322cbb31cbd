"""Reading /proc: who runs, since when, under which parent, with which marker (proc(5))."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Stat:
    pid: int
    state: str
    parent: int
    start: int
    """Clock ticks between boot and the start of the process: with `pid` it names one process."""

    @property
    def alive(self) -> bool:
        return self.state not in "ZX"


def parse_stat(text: str) -> Stat:
    """One line of /proc/<pid>/stat. The command name may hold spaces and brackets, so the
    fields are counted from the last closing bracket."""
    pid = int(text.split(" ", 1)[0])
    rest = text[text.rindex(")") + 2 :].split()
    return Stat(pid=pid, state=rest[0], parent=int(rest[1]), start=int(rest[19]))


def stat(pid: int) -> Stat | None:
    try:
        return parse_stat((PROC / str(pid) / "stat").read_text(errors="replace"))
    except (OSError, ValueError):
        return None


def all_stats() -> Iterator[Stat]:
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (found := stat(int(entry.name))):
            yield found


def environ(pid: int) -> dict[str, str]:
    """The environment at the start of `pid`; empty when it is gone or belongs to others."""
    try:
        data = (PROC / str(pid) / "environ").read_bytes()
    except OSError:
        return {}
    pairs = (item.decode(errors="replace").partition("=") for item in data.split(b"\0") if item)
    return {name: value for name, _, value in pairs}


def children(parent: int) -> list[Stat]:
    return [found for found in all_stats() if found.parent == parent]


def descendants(root: int) -> list[Stat]:
    """All processes below `root`, parents before their children."""
    children: dict[int, list[Stat]] = {}
    for found in all_stats():
        children.setdefault(found.parent, []).append(found)
    below: list[Stat] = []
    queue = [root]
    while queue:
        for child in children.get(queue.pop(0), []):
            below.append(child)
            queue.append(child.pid)
    return below


def ancestors(pid: int) -> set[int]:
    """`pid` and everything above it."""
    line: set[int] = set()
    current = stat(pid)
    while current and current.pid not in line:
        line.add(current.pid)
        current = stat(current.parent)
    return line


def boot_id() -> str:
    """Start times count from the boot, so they say nothing about another one."""
    try:
        return (PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
