"""A process is known by its id and its birth; an id alone proves nothing."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import uvloop

from api.adapters.local import processes
from tests.support.waiting import until

LOOPS = [asyncio.new_event_loop, uvloop.new_event_loop]


def test_our_own_process_is_the_same_until_it_is_not() -> None:
    pid = os.getpid()
    born = processes.start_time(pid)
    assert born is not None
    assert processes.is_same(pid, born)
    assert not processes.is_same(pid, born + 1)


def test_names_with_brackets_and_blanks(tmp_path: Path) -> None:
    program = tmp_path / "a) S 1 (b"
    shutil.copy("/bin/sleep", program)
    child = subprocess.Popen([program, "60"])
    try:
        born = processes.start_time(child.pid)
        assert born is not None
        assert born >= (processes.start_time(os.getpid()) or 0)
    finally:
        child.kill()
        child.wait()


def test_what_has_ended_has_no_birth() -> None:
    child = subprocess.Popen(["/bin/true"])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert processes.start_time(child.pid) is None  # a zombie
    child.wait()
    assert processes.start_time(child.pid) is None


def test_a_signal_reaches_the_whole_group_and_a_gone_group_is_no_error() -> None:
    child = subprocess.Popen(
        ["/bin/sh", "-c", "sleep 60 & echo $!; wait"],
        start_new_session=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    grandchild = int(child.stdout.readline())
    handle = os.pidfd_open(grandchild)
    processes.signal_group(child.pid, signal.SIGKILL)
    child.wait(5)
    import select

    assert select.select([handle], [], [], 5)[0]
    os.close(handle)
    processes.signal_group(child.pid, signal.SIGKILL)


async def _child(*words: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(*words, stdin=pipe, stdout=pipe)


@pytest.mark.parametrize("loop", LOOPS)
def test_a_line_arrives(loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    async def story() -> None:
        child = await _child("/bin/cat")
        assert await processes.tell(child, "a proof")
        assert await child.communicate() == (b"a proof\n", None)

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(story())


@pytest.mark.parametrize("loop", LOOPS)
def test_nobody_is_told_who_has_ended(loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    async def story() -> None:
        child = await _child("/bin/true")
        await child.wait()
        pipe = child.stdin
        assert pipe is not None
        await until(pipe.is_closing, "the loop has seen the end")
        assert not await processes.tell(child, "a proof")

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(story())
