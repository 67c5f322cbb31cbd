"""`python -m local demo [FILE]`: one real file, from the disk to playable streams."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local import credentials, outputs
from local.api_process import is_ready
from local.credentials import Credentials
from local.deadline import Deadline, wait_until
from local.errors import AlreadyRunningError, LocalError
from local.files import read_json
from local.progress import ProgressLine, line
from local.sample import TITLE, find_sample, user_file
from local.stack import Stack
from reelmill import Client, Job, JobStatus, ReelmillError, UploadProgress

PRESET = "web-and-mp4"


@dataclass(frozen=True, slots=True)
class Reached:
    """A stack that answers. `check` raises when a part of it died."""

    connection: dict[str, Any]
    credentials: Credentials
    check: Callable[[], None]


def demo(stack: Stack, file: str | None, target: Path) -> None:
    """Sends one file through and shows what came out. Raises LocalError when the job failed."""
    path = user_file(file) if file else find_sample()
    title = None if file else TITLE
    with reach(stack) as reached:
        connection = reached.connection
        began = time.monotonic()
        job = asyncio.run(_send_through(reached, path, title))
        _say_result(job, time.monotonic() - began)
        folder = target / outputs.folder_name(job.title)
        count = asyncio.run(
            outputs.copy(connection["s3"], reached.credentials, job.outputs, folder)
        )
    print(f"\nA copy ({count} files) is in {folder}{_what_to_open(folder)}")
    print("now: make run")


@contextmanager
def reach(stack: Stack) -> Iterator[Reached]:
    """The stack that runs in this home already, else one that lives as long as the block."""
    try:
        stack.prepare()
    except AlreadyRunningError as error:
        yield _running(stack.home, error)
        return
    print("Starting PostgreSQL, S3 and the API ...", flush=True)
    with stack:
        yield Reached(stack.connection(), stack.credentials, stack.require_alive)


def _running(home: Path, error: AlreadyRunningError) -> Reached:
    def answers() -> bool:
        connection = read_json(home / "connection.json")
        return connection is not None and is_ready(connection["api"])

    # Somebody may have started it a moment ago.
    if not wait_until(answers, Deadline(60), every=0.25):
        raise LocalError(f"{error} It does not answer, though.") from error
    connection = read_json(home / "connection.json") or {}
    print(f"Using the stack that runs at {connection['api']}", flush=True)
    return Reached(connection, credentials.load_or_create(home / "secrets.json"), lambda: None)


async def _send_through(reached: Reached, path: Path, title: str | None) -> Job:
    """Upload, transcode and watch, as any program with the SDK would."""
    connection = reached.connection
    try:
        async with Client(connection["api"], connection["key"]) as client:
            with closing(ProgressLine()) as progress:
                upload = await client.upload(
                    path,
                    preset=PRESET,
                    title=title,
                    on_progress=lambda now: progress.show(
                        _sent(now), key=(now.stage, now.parts_done)
                    ),
                )
            if upload.job is None:
                raise LocalError("The upload is complete, but no job was started.")
            return await _follow(client, upload.job.id, reached.check)
    except ReelmillError as error:
        hint = f"\nWhat to do: {error.hint}" if error.hint else ""
        raise LocalError(f"{error.code}: {error.message}{hint}") from error


def _sent(now: UploadProgress) -> str:
    done = f"{outputs.size_text(now.sent)} of {outputs.size_text(now.size)}"
    return f"Uploading {now.filename}: {done}"


async def _follow(client: Client, job_id: str, check: Callable[[], None]) -> Job:
    """Shows the job's progress until it ends. Raises LocalError when it or the stack failed."""
    guard = asyncio.create_task(_guard(check))
    watching = asyncio.create_task(_watch(client, job_id))
    try:
        await asyncio.wait({guard, watching}, return_when=asyncio.FIRST_COMPLETED)
        if guard.done():
            guard.result()
        job = watching.result()
    finally:
        guard.cancel()
        watching.cancel()
        await asyncio.gather(guard, watching, return_exceptions=True)
    if job.status != JobStatus.SUCCEEDED:
        raise LocalError(failure(job))
    return job


async def _watch(client: Client, job_id: str) -> Job:
    with closing(ProgressLine()) as progress:
        async for job in client.watch_job(job_id):
            progress.show(line(job), key=(job.status, job.phase))
    return await client.job(job_id)


async def _guard(check: Callable[[], None]) -> None:
    """A stack that has died answers nobody: without this the watch would wait for it."""
    while True:
        check()
        await asyncio.sleep(0.5)


def failure(job: Job) -> str:
    """Why a job did not succeed, and what to do."""
    error = job.error
    if error is None:
        return f"The transcode did not succeed: it is {job.status}."
    hint = f"\nWhat to do: {error.hint}" if error.hint else ""
    return f"The transcode did not succeed. {error.code}: {error.message}{hint}"


def _say_result(job: Job, seconds: float) -> None:
    count = f"{len(job.outputs)} outputs in {seconds:.1f} s{outputs.again(job.outputs)}"
    print(f"\n{job.title}: {count}\n")
    print(outputs.table(job.outputs))


def _what_to_open(folder: Path) -> str:
    names = sorted(path.relative_to(folder) for path in folder.rglob("*.m3u8"))
    masters = [name for name in names if name.name.startswith("master")]
    videos = sorted(path.relative_to(folder) for path in folder.rglob("*.mp4"))
    chosen = [f"{name}" for name in (*masters[:1], *_downloads(videos))]
    return f"\nOpen in any player: {', '.join(chosen)}" if chosen else ""


def _downloads(videos: list[Path]) -> list[Path]:
    """MP4 files that stand for themselves: initialisation segments end in .mp4 too, but lie
    deeper."""
    shallow = min((len(path.parts) for path in videos), default=0)
    return [path for path in videos if len(path.parts) == shallow][:1]
