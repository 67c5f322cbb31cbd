"""One task of a runner in a process of its own: `python -m bench.story FOLDER SPEC [ACCESS]`.

The store is a folder, so that what is measured is the work and the start of a runner; or it is what
ACCESS, a file, says of an S3 store. Prints what the task has made, and when, as JSON.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from runner.ffmpeg import version
from runner.settings import Settings
from runner.sparse import Sparse
from runner.storage import open_storage
from runner.stored import Fetched
from runner.stories import report_of, story_of
from runner.tools import Tools, find_tools
from schema.job import StorageAccess, TaskKind, TaskSpec
from schema.source import SourceRef


class FolderSparse(Sparse):
    """Some bytes of a file."""

    etag = None

    def __init__(self, stored: Path, path: Path, part: float) -> None:
        size = stored.stat().st_size
        super().__init__(path, size, int(part * size))
        self._stored = stored
        self.create()

    async def _load(self, start: int, end: int) -> None:
        with self._stored.open("rb") as given, self.path.open("r+b") as made:
            given.seek(start)
            made.seek(start)
            made.write(given.read(end - start))
        self.bytes_read += end - start


class FolderStorage:
    """Objects are files below a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def fetch(
        self, source: SourceRef, path: Path, on_progress: Callable[[float], None]
    ) -> Fetched:
        """Copy and hash, as from a store."""
        fetched = await asyncio.to_thread(_copy, self._folder / source.key, path)
        on_progress(1.0)
        return fetched

    async def sparse(self, source: SourceRef, path: Path, part: float = 1.0) -> FolderSparse:
        """A file with holes."""
        return FolderSparse(self._folder / source.key, path, part)

    async def put(self, bucket: str, key: str, path: Path, headers: dict[str, Any]) -> None:  # noqa: ARG002 - the store's own signature
        """Copy."""
        target = self._folder / key
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def _copy(source: Path, path: Path) -> Fetched:
    shutil.copyfile(source, path)
    data = path.read_bytes()
    md5 = hashlib.md5(data, usedforsecurity=False)
    return Fetched(len(data), hashlib.sha256(data).hexdigest(), md5.hexdigest())


def settings(scratch: Path) -> Settings:
    """Settings of a runner that needs no API."""
    return Settings(
        api_url="http://127.0.0.1:1",
        attempt_id="bench",
        task=TaskKind.ENCODE,
        index=0,
        scratch=scratch,
        log_level="WARNING",
        proof="none",
    )


@asynccontextmanager
async def _store(folder: Path, access: StorageAccess | None) -> AsyncIterator[Any]:
    if access is None:
        yield FolderStorage(folder)
        return
    async with open_storage(lambda: access) as opened:
        yield opened


async def _main(folder: Path, spec: TaskSpec, access: StorageAccess | None) -> str:
    scratch = folder / f"scratch-{spec.task}"  # the other film is made at the same time
    scratch.mkdir()
    tools = find_tools(settings(scratch))
    try:
        async with _store(folder, access) as storage:
            return await _told(spec, tools, storage, scratch)
    finally:
        shutil.rmtree(scratch)


async def _told(spec: TaskSpec, tools: Tools, storage: Any, scratch: Path) -> str:
    story = story_of(
        spec.task,
        spec=spec,
        tools=tools,
        storage=storage,
        folder=scratch,
        engine=asyncio.create_task(version(tools.ffmpeg, scratch)),
        standing=lambda _: None,
    )
    made = await story.run()
    told = report_of(made, epoch=1, engine="bench", phases=()).model_dump(mode="json")
    return json.dumps(told | {"ended": time.time()})


if __name__ == "__main__":
    place, given, *where = map(Path, sys.argv[1:])
    wanted = TaskSpec.model_validate_json(given.read_text())
    store = StorageAccess.model_validate_json(where[0].read_text()) if where else None
    sys.stdout.write(asyncio.run(_main(place, wanted, store)))
