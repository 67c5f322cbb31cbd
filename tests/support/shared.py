"""Servers that all workers of one test session share; the first who needs one starts it."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from local import proc
from local.deadline import Deadline, wait_until
from local.files import tail

_START = 120.0
_STOP = 40.0
ROOT = Path(__file__).resolve().parents[2]


def controller() -> int:
    """The pytest process that outlives all workers: xdist's controller, or this one."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


def session_folder() -> Path:
    """The same for all workers of a session and for nobody else."""
    pid = controller()
    found = proc.stat(pid)
    start = found.start if found else 0
    return Path(tempfile.gettempdir()) / f"reelmill-tests-{os.geteuid()}-{pid}-{start}"


def service(name: str) -> dict[str, Any]:
    """The facts about a running server; starts it if nobody did."""
    folder = session_folder()
    folder.mkdir(mode=0o711, exist_ok=True)
    if folder.stat().st_uid != os.geteuid():
        raise RuntimeError(f"{folder} belongs to somebody else")
    folder.chmod(0o711)  # PostgreSQL's own user must pass through when root runs the tests
    facts = folder / f"{name}.json"
    with (folder / f"{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not facts.exists():
            _start(name, folder, facts)
    loaded: dict[str, Any] = json.loads(facts.read_text())
    return loaded


def _start(name: str, folder: Path, facts: Path) -> None:
    log = folder / f"{name}.log"
    with log.open("ab") as output:
        holder = subprocess.Popen(
            [sys.executable, "-m", "tests.support.holder", name, str(folder), str(controller())],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )

    def settled() -> bool:
        return facts.exists() or holder.poll() is not None

    if not wait_until(settled, Deadline(_START)) or not facts.exists():
        holder.terminate()
        raise RuntimeError(f"the test server {name} did not start:\n{tail(log)}")


def stop_all() -> None:
    """Ends the servers of this session; called once, by the controller, at its end."""
    folder = session_folder()
    if not folder.exists():
        return
    holders = [json.loads(path.read_text())["holder"] for path in folder.glob("*.json")]
    for pid in holders:
        os.kill(pid, signal.SIGTERM)

    def gone() -> bool:
        return not any((found := proc.stat(pid)) and found.alive for pid in holders)

    wait_until(gone, Deadline(_STOP), every=0.1)
    shutil.rmtree(folder, ignore_errors=True)
