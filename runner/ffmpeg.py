"""The one place where a media process is born, jailed, limited, watched and killed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shlex
import signal
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from runner import log
from runner.deadline import Deadline
from runner.errors import Code, RunnerError
from runner.progress import ProgressParser, Snapshot
from runner.settings import usable_memory, usable_scratch, usable_threads

STDERR_TAIL = 16_384
STDOUT_MOST = 32 * 1024 * 1024  # a probe of a file with absurdly many streams stops here
NICE = 5
# Threads reserve address space that they never touch, so the ceiling lies above real memory.
LEAST_ADDRESS_SPACE = 8 * 1024**3
JAIL = Path(__file__).with_name("jail.py")
EXIT_NO_JAIL = 125  # jail.EXIT_NO_JAIL; importing the shim would only cost time
MOSTLY_BAD = 69  # FFmpeg's own: more frames than not could not be decoded

OnProgress = Callable[[Snapshot], None]
T = TypeVar("T")


@dataclass(frozen=True)
class Finished:
    """A process that ended with status 0. `last` is its final progress block, if it sent any."""

    stdout: bytes
    stderr: str
    last: Snapshot | None


class ChildFailedError(Exception):
    """A process ended with another status. `log` shows status, exact command and last words."""

    def __init__(self, argv: Sequence[str], status: int, stderr: str) -> None:
        self.status = status
        self.stderr = stderr
        self.log = f"{_describe(status)}\n$ {shlex.join(argv)}\n{stderr}"
        super().__init__(self.log)


@dataclass(frozen=True)
class Watch:
    """How a process is watched: the wall-clock deadline, and seconds without any progress.

    `ends` is where its output should end, in seconds, if that is known.
    """

    deadline: Deadline
    stall_seconds: float | None = None
    ends: float | None = None

    def patience(self, last: Snapshot | None) -> float:
        """Seconds of silence to bear. Moving an MP4's index to the front is a silent second pass
        over the file, so at the end it is ten times as much.
        """
        stall = self.stall_seconds or float("inf")
        if self.ends is None or last is None or (last.seconds or 0.0) < self.ends - 1:
            return stall
        return 10 * stall


async def run(
    argv: Sequence[str],
    *,
    cwd: Path,
    watch: Watch,
    on_progress: OnProgress | None = None,
    reads: Sequence[str] = (),
) -> Finished:
    """Run a program in the jail until it ends. Its stdout is progress when somebody listens.

    `reads` are more folders that it may read.

    Raises ChildFailedError for a bad status and RunnerError for what the watch or the jail
    decided. Whatever happens, also a cancellation, no process of the group is left.
    """
    process = await _start(argv, cwd, watch, reads)
    log.logger.debug("started", extra={"fields": {"argv": list(argv), "child": process.pid}})
    session = _Session(process, on_progress)
    try:
        status = await session.attend(watch)
    finally:
        await _end(process)
    return _judge(argv, status, session)


def _judge(argv: Sequence[str], status: int, session: _Session) -> Finished:
    stderr = bytes(session.stderr).decode("utf-8", "replace")
    failed = ChildFailedError(argv, status, stderr)
    if status == 0:
        return Finished(bytes(session.stdout), stderr, session.last)
    if status == EXIT_NO_JAIL:
        raise RunnerError(Code.JAIL_FAILED, f"no jail for {argv[0]}", log=failed.log)
    if status == -signal.SIGXFSZ or "No space left on device" in stderr:
        raise RunnerError(Code.SCRATCH_FULL, "scratch ran out of space", log=failed.log)
    if status == -signal.SIGXCPU:
        raise RunnerError(Code.TIME_LIMIT, "the processor time is used up", log=failed.log)
    # Nobody here sends SIGKILL to a process that it then asks for its status.
    # A damaged packet that claims to be huge is no lack of memory.
    no_memory = status != MOSTLY_BAD and "Cannot allocate memory" in stderr
    if status == -signal.SIGKILL or no_memory:
        raise RunnerError(Code.OUT_OF_MEMORY, "a media process was killed", log=failed.log)
    raise failed


async def _start(
    argv: Sequence[str], cwd: Path, watch: Watch, reads: Sequence[str]
) -> asyncio.subprocess.Process:
    limits = {
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": 512,
        "RLIMIT_CPU": int(watch.deadline.left() * usable_threads()) + 10,
        "RLIMIT_AS": max(LEAST_ADDRESS_SPACE, 2 * usable_memory()),
        # One file may fill what is free: then it is this process that dies, by SIGXFSZ.
        "RLIMIT_FSIZE": max(1024 * 1024, usable_scratch(cwd)),
    }
    terms = json.dumps(
        {
            "parent": os.getpid(),
            "nice": NICE,
            "limits": limits,
            "folder": str(cwd),
            "reads": list(reads),
        }
    )
    try:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", str(JAIL), terms),
            *argv,
            cwd=cwd,
            env={},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise RunnerError(Code.JAIL_FAILED, f"cannot start a process: {error}") from error


class _Session:
    """Reads both pipes of a process while it runs, and notices when nothing moves."""

    def __init__(self, process: asyncio.subprocess.Process, on_progress: OnProgress | None) -> None:
        self.process = process
        self.on_progress = on_progress
        self.stdout = bytearray()
        self.stderr = bytearray()
        self.last: Snapshot | None = None
        self._moved = time.monotonic()

    async def attend(self, watch: Watch) -> int:
        """Wait for the end. Raises RunnerError when the watch says that it must not come."""
        # A group, so that a failing reader cannot leave its brothers behind.
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._read_stderr())
                group.create_task(self._read_stdout())
                guard = group.create_task(self._guard(watch))
                status = await self.process.wait()
                guard.cancel()
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        return status

    async def _read_stderr(self) -> None:
        assert self.process.stderr is not None  # noqa: S101 - we asked for the pipe
        while chunk := await self.process.stderr.read(65_536):
            self.stderr += chunk
            del self.stderr[:-STDERR_TAIL]

    async def _read_stdout(self) -> None:
        assert self.process.stdout is not None  # noqa: S101 - we asked for the pipe
        parser = ProgressParser()
        while chunk := await self.process.stdout.read(65_536):
            if self.on_progress is None:
                self._moved = time.monotonic()
                self.stdout += chunk
                if len(self.stdout) > STDOUT_MOST:
                    raise RunnerError(Code.SOURCE_UNREADABLE, "the probe found endless streams")
                continue
            for snapshot in parser.feed(chunk):
                if self.last is None or snapshot.position != self.last.position:
                    self._moved = time.monotonic()
                self.last = snapshot
                self.on_progress(snapshot)

    async def _guard(self, watch: Watch) -> None:
        while True:
            left = watch.deadline.left()
            if left <= 0:
                raise RunnerError(Code.TIME_LIMIT, "the time of the task is used up")
            quiet = time.monotonic() - self._moved
            patience = watch.patience(self.last)
            if quiet >= patience:
                raise RunnerError(Code.ENCODE_STALLED, f"no progress for {quiet:.0f} s")
            await asyncio.sleep(min(left, patience - quiet, 1.0))


async def _end(process: asyncio.subprocess.Process) -> None:
    """Kill the whole group and reap the child, even while we are being canceled ourselves."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.returncode is None:
        await asyncio.shield(process.wait())


def _describe(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    return f"killed by {signal.Signals(-status).name}"


async def together(runs: Sequence[Coroutine[Any, Any, T]], most: int | None = None) -> list[T]:
    """Several runs at once, at most `most`; results in order. The first error ends the others."""
    gate = asyncio.Semaphore(most or len(runs) or 1)

    async def one(work: Coroutine[Any, Any, T]) -> T:
        async with gate:
            return await work

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(work)) for work in runs]
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    finally:
        for work in runs:
            work.close()  # one whose turn never came would be reported as forgotten
    return [task.result() for task in tasks]


async def version(program: str, folder: Path) -> str:
    """The first line that the program says of itself, such as "ffmpeg version n9.0.2"."""
    watch = Watch(Deadline.after(30))
    done = await run([program, "-hide_banner", "-version"], cwd=folder, watch=watch)
    return done.stdout.decode("utf-8", "replace").partition(" Copyright")[0].strip()
