"""Starts, watches, adopts and ends runners as child processes in groups of their own.

A runner outlives a crash of this process: it writes its log to a file, not to a pipe of ours, and
is taken up again by process id and start time. Its scratch folder is made and removed here, so that
nothing of it stays behind, whatever it has died of.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from api.adapters.local import processes
from api.domain.execution import Ended, Handle
from schema.job import TaskKind

if TYPE_CHECKING:
    from api.config import Settings
    from api.domain.execution import Errand, Record

_ROOT = Path(__file__).resolve().parents[3]
_LOG_TAIL_BYTES = 16 * 1024
_TERM_SECONDS = 5.0
_REMOVE_SECONDS = 5.0
# What a runner may know of our environment. No credential is among it.
_PASSED_ON = (
    "PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "LOG_LEVEL",
    "REELMILL_FFMPEG", "REELMILL_FFPROBE", "REELMILL_PACKAGER", "REELMILL_WHISPER_MODEL",
    "REELMILL_FONTS",    "REELMILL_STACK",
)  # fmt: skip

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Running:
    pid: int
    started: int
    attempt_id: UUID
    piece: bool
    watcher: asyncio.Task[None] | None = None


class LocalExecutor:
    """As many runners at once as the settings allow. Each has what the machine has."""

    birth_seconds = 30.0
    sized = False
    repeatable = False

    def __init__(self, settings: Settings, ended: Callable[[Ended], Awaitable[None]]) -> None:
        self._settings = settings
        self._ended = ended
        self._running: dict[UUID, _Running] = {}
        self._buried: set[UUID] = set()  # pieces that are gone, and told of just now

    @property
    def free(self) -> int:
        """How many more runners may start."""
        return max(0, self._settings.local_concurrency - len(self._places()))

    @property
    def free_pieces(self) -> int:
        """How many more runners may start for pieces of films whose attempt has begun."""
        pieces = sum(entry.piece for entry in self._running.values())
        return max(0, self._settings.piece_workers - pieces)

    def _places(self) -> set[UUID]:
        """The attempts that run here: all pieces of a film have one place together."""
        return {entry.attempt_id for entry in self._running.values()}

    def has(self, task_id: UUID) -> bool:
        """Whether this task has a process here."""
        return task_id in self._running or task_id in self._buried

    async def lead(self) -> None:
        """Processes are looked for one by one, when they are adopted."""

    def follow(self) -> None:
        """What was started here is watched on: nobody else can see its exit code."""

    async def start(self, errand: Errand, record: Record) -> None:
        """Start a runner. It gets its proof only after `record` has stored whose process it is.

        If we die in between, the pipe closes, and the runner ends for want of a proof.
        """
        task_id = errand.task_id
        log_path = self._log_path(task_id)
        await asyncio.to_thread(_make_folders, log_path.parent, self._folder(task_id))
        with log_path.open("wb") as log_file:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "runner",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=log_file,
                env=self._environment(errand),
                cwd=_ROOT,
                start_new_session=True,
            )
        started = processes.start_time(process.pid) or 0
        entry = self._running[task_id] = _running(errand, process.pid, started)
        entry.watcher = asyncio.create_task(self._watch_child(task_id, process))
        try:
            wanted = await record(Handle(pid=process.pid, started=started))
        except BaseException:
            processes.signal_group(process.pid, signal.SIGKILL)
            raise
        if not wanted:
            processes.signal_group(process.pid, signal.SIGKILL)
            return
        if not await processes.tell(process, errand.proof):
            log.warning("runner ended before it got its proof", pid=process.pid)

    async def start_together(
        self, errands: Sequence[Errand], record: Callable[[UUID], Record]
    ) -> None:
        """One process after the other. One that cannot be started counts as one that has ended."""
        for errand in errands:
            try:
                await self.start(errand, record(errand.task_id))
            except OSError as error:
                log.exception("no runner could be started", task_id=str(errand.task_id))
                await self._ended(Ended(errand.task_id, None, f"no runner could start: {error}"))
                await self.bury(errand.task_id)

    async def adopt(self, errand: Errand, handle: Handle, record: Record) -> bool:  # noqa: ARG002 - it is recorded before it works
        """Take up a runner that an earlier process of ours has started; False if it is gone."""
        if handle.pid is None or handle.started is None:
            return False
        return self._adopt(errand, handle.pid, handle.started)

    def _adopt(self, errand: Errand, pid: int, started: int) -> bool:
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            return False
        if not processes.is_same(pid, started):
            os.close(handle)
            return False
        entry = self._running[errand.task_id] = _running(errand, pid, started)
        entry.watcher = asyncio.create_task(self._watch_adopted(errand.task_id, handle))
        return True

    def kill(self, task_id: UUID) -> None:
        """End a runner and all that it has started, at once. Its end is reported as usual."""
        if (entry := self._running.get(task_id)) is not None:
            processes.signal_group(entry.pid, signal.SIGKILL)

    async def stop(self) -> None:
        """End every runner: politely, and after five seconds by force."""
        entries = list(self._running.values())
        for entry in entries:
            processes.signal_group(entry.pid, signal.SIGTERM)
        watchers = [entry.watcher for entry in entries if entry.watcher is not None]
        if not watchers:
            return
        _, pending = await asyncio.wait(watchers, timeout=_TERM_SECONDS)
        for entry in entries:
            processes.signal_group(entry.pid, signal.SIGKILL)
        if pending:
            await asyncio.wait(pending, timeout=_TERM_SECONDS)

    async def _watch_child(self, task_id: UUID, process: asyncio.subprocess.Process) -> None:
        code = await process.wait()
        await self._report(task_id, process.pid, code)

    async def _watch_adopted(self, task_id: UUID, handle: int) -> None:
        loop = asyncio.get_running_loop()
        gone = asyncio.Event()
        loop.add_reader(handle, gone.set)
        try:
            await gone.wait()
        finally:
            loop.remove_reader(handle)
            os.close(handle)
        await self._report(task_id, self._running[task_id].pid, None)

    async def _report(self, task_id: UUID, pid: int, code: int | None) -> None:
        # What the runner has started must not outlive it.
        processes.signal_group(pid, signal.SIGKILL)
        entry = self._running.pop(task_id, None)
        if entry is not None and entry.piece:
            self._buried.add(task_id)
        log.info("runner ended", task_id=str(task_id), pid=pid, exit_code=code)
        # At once, for the end can be told only when the database is there.
        await asyncio.to_thread(_remove, self._folder(task_id))
        tail = await self.last_words(task_id)
        try:
            await self._ended(Ended(task_id, code, tail))
            await self.bury(task_id)
        finally:
            self._buried.discard(task_id)

    async def last_words(self, task_id: UUID) -> str:
        """The end of a runner's log, for whoever has to say why it is gone."""
        return await asyncio.to_thread(_tail, self._log_path(task_id))

    async def bury(self, task_id: UUID) -> None:
        """Remove the scratch folder and the log of a runner that is dead and accounted for."""
        await asyncio.to_thread(_remove, self._folder(task_id))
        await asyncio.to_thread(self._log_path(task_id).unlink, missing_ok=True)

    async def sweep(self, live: Collection[UUID]) -> None:
        """Remove what runners of ended tasks have left, where we were killed before we could."""
        for task_id in await asyncio.to_thread(self._remains):
            if task_id not in live and task_id not in self._running:
                await self.bury(task_id)

    def _remains(self) -> set[UUID]:
        scratch = self._settings.scratch
        names = [path.stem for path in (*scratch.glob("logs/*.log"), *scratch.glob("runs/*"))]
        return {found for name in names if (found := _task_id(name)) is not None}

    def _folder(self, task_id: UUID) -> Path:
        return self._settings.scratch / "runs" / str(task_id)

    def _log_path(self, task_id: UUID) -> Path:
        return self._settings.scratch / "logs" / f"{task_id}.log"

    def _environment(self, errand: Errand) -> dict[str, str]:
        folder = str(self._folder(errand.task_id))
        passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        return passed | {
            "HOME": folder,
            "REELMILL_API_URL": self._settings.callback_url,
            "REELMILL_ATTEMPT_ID": str(errand.attempt_id),
            "REELMILL_TASK": errand.kind,
            "REELMILL_TASK_INDEX": str(errand.index),
            "REELMILL_SCRATCH": folder,
        }


def _running(errand: Errand, pid: int, started: int) -> _Running:
    piece = errand.kind in {TaskKind.CHUNK, TaskKind.ASSEMBLE}
    return _Running(pid, started, errand.attempt_id, piece)


def _make_folders(*folders: Path) -> None:
    for folder in folders:
        folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.mkdir(exist_ok=True, mode=0o700)


def _remove(folder: Path) -> None:
    """Media processes die with their runner, but not in the same instant: they may still write."""
    until = time.monotonic() + _REMOVE_SECONDS
    while folder.exists():
        shutil.rmtree(folder, ignore_errors=True)
        if time.monotonic() > until:
            log.warning("a scratch folder cannot be removed", folder=str(folder))
            return


def _task_id(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None


def _tail(path: Path) -> str:
    try:
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - _LOG_TAIL_BYTES))
            return file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
