"""Servers and clients of a bench that need a process of their own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.place import environ
from local.api_process import ROOT, is_ready, settings
from local.ports import LOOPBACK, free_ports
from local.stack import Stack

READY_SECONDS = 60.0


@contextmanager
def server(module: str, *arguments: str, log: Path, **settings: str) -> Iterator[int]:
    """`python -m module PORT arguments...` until it accepts connections; yields the port."""
    (port,) = free_ports(1)
    words = [sys.executable, "-m", module, str(port), *arguments]
    with _started(words, environ(settings), log) as process:
        _wait(process, log, lambda: _accepts(port))
        yield port


@contextmanager
def api(stack: Stack, log: Path, **overrides: str) -> Iterator[str]:
    """The API over a stack's database with other settings; yields its URL."""
    (port,) = free_ports(1)
    url = f"http://{LOOPBACK}:{port}"
    env = settings(stack.home, stack.ports, stack.credentials, stack.postgres, environ({}))
    env |= {"REELMILL_PORT": str(port), "REELMILL_PUBLIC_URL": url, **overrides}
    with _started([sys.executable, "-m", "api"], env, log) as process:
        _wait(process, log, lambda: is_ready(url))
        yield url


@contextmanager
def _started(
    words: list[str], env: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as output:
        process = subprocess.Popen(words, cwd=ROOT, env=dict(env), stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], log: Path, ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            last = log.read_text("utf-8", "replace")[-3000:]
            raise RuntimeError(f"{process.args!r} is not ready:\n{last}")
        time.sleep(0.05)


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0


def resident_bytes(pid: int) -> int:
    """Memory that a process holds now."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
