"""A runner that is process 1 hears SIGTERM from its first moment on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from runner.early import INTERRUPTED
from tests.runner import processes

ROOT = Path(__file__).resolve().parents[2]
# As `python -m runner` begins, and then as long in its imports as a slow machine is.
_SLOW = "import runner.early, time; print('here', flush=True); time.sleep(60)"
_DEAF = "import time; print('here', flush=True); time.sleep(60)"


def first_process(program: str) -> subprocess.Popen[str]:
    """Python as process 1 of a namespace of its own."""
    words = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child"]
    begun = subprocess.Popen(
        [*words, sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert begun.stdout is not None
    if begun.stdout.readline() != "here\n":
        begun.wait(10)
        pytest.skip("this machine lets nobody make a namespace of processes (unshare --pid)")
    return begun


def child_of(pid: int) -> int:
    """The process that unshare has started."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def test_it_ends_at_once() -> None:
    begun = first_process(_SLOW)
    os.kill(child_of(begun.pid), signal.SIGTERM)
    assert begun.wait(10) == INTERRUPTED


def test_without_it_the_signal_would_be_lost() -> None:
    begun = first_process(_DEAF)
    child = child_of(begun.pid)
    os.kill(child, signal.SIGTERM)
    time.sleep(0.5)  # that nothing happens can only be waited for
    assert processes.name(child) is not None
    begun.kill()
    begun.wait(10)
    processes.until_gone(child)


def test_it_is_the_first_thing_that_is_imported() -> None:
    """What is imported before it is time in which the signal is lost."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import runner.__main__"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    order = [line.rpartition("|")[2].strip() for line in done.stderr.splitlines()]
    assert order.index("runner.early") < order.index("asyncio")
    assert order.index("runner.early") < order.index("httpx")
