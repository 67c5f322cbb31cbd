"""`python -m local demo [FILE]`: one real file, from the disk to playable streams."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local import credentials, graphql, outputs
from local.api_process import is_ready
from local.credentials import Credentials
from local.deadline import Deadline, wait_until
from local.errors import AlreadyRunningError, LocalError
from local.files import read_json
from local.graphql import GraphQL
from local.progress import ProgressLine, line
from local.sample import FILENAME, find_sample, user_file
from local.stack import Stack
from local.upload import upload_and_start

PRESET = "web-and-mp4"
_ENDED = {"SUCCEEDED", "FAILED", "CANCELED"}


@dataclass(frozen=True, slots=True)
class Reached:
    """A stack that answers. `check` raises when a part of it died."""

    connection: dict[str, Any]
    credentials: Credentials
    check: Callable[[], None]


def demo(stack: Stack, file: str | None, target: Path) -> None:
    """Sends one file through and shows what came out. Raises LocalError when the job failed."""
    path = user_file(file) if file else find_sample()
    filename = path.name if file else FILENAME
    with reach(stack) as reached:
        connection = reached.connection
        with GraphQL(connection["graphql"], connection["key"]) as api:
            began = time.monotonic()
            job_id = _upload(api, path, _printable(filename))
            job = follow(api, job_id, reached.check)
            seconds = time.monotonic() - began
        _say_result(job, seconds)
        folder = target / outputs.folder_name(job["title"])
        count = asyncio.run(
            outputs.copy(connection["s3"], reached.credentials, job["outputs"], folder)
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


def _upload(api: GraphQL, path: Path, filename: str) -> str:
    size = path.stat().st_size
    sent = 0
    progress = ProgressLine()

    def count(more: int) -> None:
        nonlocal sent
        sent += more
        done = f"{outputs.size_text(sent)} of {outputs.size_text(size)}"
        progress.show(f"Uploading {filename}: {done}")

    try:
        return upload_and_start(api, path, filename=filename, preset=PRESET, on_bytes=count)
    finally:
        progress.end()


def follow(api: GraphQL, job_id: str, check: Callable[[], None]) -> dict[str, Any]:
    """Shows the job's progress until it ends; returns it. Raises LocalError when it failed."""
    progress = ProgressLine()
    while True:
        check()
        job: dict[str, Any] | None = api.ask(graphql.JOB, {"id": job_id})
        if job is None:
            raise LocalError("The job is gone: another client deleted it.")
        progress.show(line(job), key=(job["status"], job["phase"]))
        if job["status"] in _ENDED:
            break
        time.sleep(0.3)  # between two real questions; the API counts progress once a second
    progress.end()
    if job["status"] != "SUCCEEDED":
        raise LocalError(failure(job))
    return job


def failure(job: dict[str, Any]) -> str:
    error = job["error"] or {"code": job["status"], "message": "no reason was given", "hint": None}
    hint = f"\nWhat to do: {error['hint']}" if error["hint"] else ""
    return f"The transcode did not succeed. {error['code']}: {error['message']}{hint}"


def _say_result(job: dict[str, Any], seconds: float) -> None:
    print(f"\n{job['title']}: {len(job['outputs'])} outputs in {seconds:.1f} s\n")
    print(outputs.table(job["outputs"]))


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


def _printable(name: str) -> str:
    """A file name that JSON and terminals can hold; names are bytes on this system."""
    return name.encode("utf-8", "replace").decode()
