"""The node's namespaces: made, entered, and ended without a remainder."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.cluster import paths
from tests.cluster.addresses import Addresses
from tests.cluster.command import CommandError, run
from tests.cluster.paths import State

_MODULE = "tests.cluster.supervisor"
# The node writes below these; in its own mount namespace they are empty memory file systems.
_OWN_FOLDERS = ("/run", "/var/log", "/var/lib")


def start(state: State, addresses: Addresses) -> int:
    """Makes the namespaces with the supervisor in them; returns its process id out here."""
    mounts = " && ".join(
        ["mount --make-rshared /", *(f"mount -t tmpfs reelmill {place}" for place in _OWN_FOLDERS)]
    )
    supervisor = [sys.executable, "-m", _MODULE, str(state.folder)]
    with (state.folder / "supervisor.log").open("ab") as log:
        subprocess.Popen(
            [
                *("unshare", "--net", "--mount", "--propagation", "private", "--uts", "--ipc"),
                *("--pid", "--fork", "--kill-child", "--mount-proc"),
                *("sh", "-c", f'{mounts} && exec "$@"', "sh", *supervisor),
            ],
            cwd=paths.ROOT,
            env=_environment(state),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # A Ctrl-C in the terminal is for the tests, which then take the cluster down.
            start_new_session=True,
        )
    pid = _await_supervisor(state)
    _connect(pid, addresses)
    return pid


def _environment(state: State) -> dict[str, str]:
    """No proxy and no credential of who starts it gets into the node's programs."""
    scratch = state.folder / "tmp"
    scratch.mkdir(exist_ok=True)
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return {"PATH": path, "HOME": str(scratch), "TMPDIR": str(scratch), "LC_ALL": "C.UTF-8"}


def _await_supervisor(state: State) -> int:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for pid in processes(state):
            if state.control.exists():
                with contextlib.suppress(OSError, ValueError):
                    ask(state, {"do": "list"})
                    return pid
        time.sleep(0.05)
    raise CommandError(f"The node did not start:\n{(state.folder / 'supervisor.log').read_text()}")


def processes(state: State) -> list[int]:
    """The supervisor of this folder, as this machine counts processes: found by its words.

    No file remembers the number: it could be another process's by now.
    """
    wanted = _words(state)
    return [pid for pid, words in _everybody() if words[1:] == wanted]


def _words(state: State) -> list[str]:
    return ["-m", _MODULE, str(state.folder)]


def _everybody() -> Iterator[tuple[int, list[str]]]:
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            text = entry.read_bytes().decode(errors="replace")
            yield int(entry.parent.name), text.rstrip("\0").split("\0")


def _connect(pid: int, addresses: Addresses) -> None:
    """A pair of interfaces from the machine into the node, and nothing beyond."""
    outside = addresses.interface
    run(["ip", "link", "add", outside, "type", "veth", "peer", "name", "eth0", "netns", str(pid)])
    run(["ip", "addr", "add", f"{addresses.machine}/30", "dev", outside])
    run(["ip", "link", "set", outside, "up"])
    for words in (
        ("ip", "link", "set", "lo", "up"),
        ("ip", "addr", "add", f"{addresses.node}/30", "dev", "eth0"),
        ("ip", "link", "set", "eth0", "up"),
        # kube-proxy and the CNI look for the interface of the default route.
        ("ip", "route", "add", "default", "via", str(addresses.machine)),
        ("sysctl", "-qw", "net.ipv4.ip_forward=1"),
    ):
        inside(pid, words)


def inside(pid: int, argv: Sequence[str], *, seconds: float = 120) -> str:
    """Runs a program on the node, in all of its namespaces."""
    enter = ["nsenter", "-t", str(pid), "-n", "-m", "-p", "-u", "-i", "--"]
    return run([*enter, *argv], seconds=seconds)


def ask(state: State, request: dict[str, Any], *, seconds: float = 30) -> list[dict[str, Any]]:
    """Says something to the supervisor. Raises OSError when there is none."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(seconds)
        connection.connect(str(state.control))
        with connection.makefile("rw") as stream:
            stream.write(json.dumps(request) + "\n")
            stream.flush()
            answer = json.loads(stream.readline())
    if isinstance(answer, dict):
        raise CommandError(f"{request}: {answer['error']}")
    return list(answer)


def end(state: State, seconds: float = 30) -> None:
    """Ends every process of the node; with the last one go its mounts and interfaces."""
    # With `unshare` and `sh` before it, which become the supervisor if they are let live.
    pids = [pid for pid, words in _everybody() if words[-3:] == _words(state)]
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + seconds
    while any(Path(f"/proc/{pid}").exists() and not _zombie(pid) for pid in pids):
        if time.monotonic() > deadline:
            raise CommandError(f"Processes {pids} do not end.")
        time.sleep(0.05)


def _zombie(pid: int) -> bool:
    """Dead but not waited for by its parent, which may be this very process."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True
