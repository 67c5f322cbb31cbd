"""Who listens on a port: for the message that it is taken (proc_net_tcp(5), proc_pid_fd(5))."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from local.proc import PROC, all_stats

_LISTEN = "0A"


def listener(port: int) -> str | None:
    """The name and number of a program that listens there, on whatever address; None when there is
    none, or when it is somebody else's and we are not root."""
    wanted = {socket for socket, its_port in listening().items() if its_port == port}
    for found in all_stats() if wanted else ():
        if wanted & set(opened(found.pid)):
            return f"{_name(found.pid)}, process {found.pid}"
    return None


def listening() -> dict[str, int]:
    """The port of every TCP socket that is listened on, by what a descriptor of it stands for."""
    found: dict[str, int] = {}
    for table in ("tcp", "tcp6"):
        try:
            lines = (PROC / "net" / table).read_text().splitlines()[1:]
        except OSError:
            continue
        for fields in map(str.split, lines):
            # local_address is ADDRESS:PORT in hexadecimal digits, st the state, the tenth an inode.
            if fields[3] == _LISTEN:
                found[f"socket:[{fields[9]}]"] = int(fields[1].rpartition(":")[2], 16)
    return found


def opened(pid: int) -> Iterator[str]:
    """What the descriptors of a process stand for. Any may close while they are read."""
    try:
        links = list((PROC / str(pid) / "fd").iterdir())
    except OSError:
        return
    for link in links:
        with suppress(OSError):
            yield str(link.readlink())


def _name(pid: int) -> str:
    try:
        return (PROC / str(pid) / "comm").read_text(errors="replace").strip()
    except OSError:
        return "a program"
