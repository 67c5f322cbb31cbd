"""Runs the pipeline on a file in a folder: everything but the network is real."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from runner.errors import Code, RunnerError
from runner.ffmpeg import version
from runner.progress import Standing
from runner.sparse import Sparse
from runner.stored import Fetched
from runner.stories import story_of
from runner.story import Made
from schema import inputs
from schema.job import Limits, SourcedAnswer, StorageAccess, Target, TaskSpec
from schema.recipe import Recipe
from schema.source import SourceFacts, SourceRef
from tests.runner import media


class FolderSparse(Sparse):
    """Some bytes of a file. `broken`: behind how many read bytes it fails, and how."""

    etag = "pinned"
    broken: tuple[int, Exception] | None = None

    def __init__(self, stored: Path, path: Path, part: float) -> None:
        size = stored.stat().st_size
        super().__init__(path, size, int(part * size))
        self._stored = stored
        self.create()

    async def _load(self, start: int, end: int) -> None:
        if self.broken and self.bytes_read >= self.broken[0]:
            raise self.broken[1]
        with self._stored.open("rb") as given, self.path.open("r+b") as made:
            given.seek(start)
            made.seek(start)
            made.write(given.read(end - start))
        self.bytes_read += end - start


@dataclass
class FolderStorage:
    """Stands in for S3: the source is a file, others lie beside it, outputs are copied into a
    folder."""

    source: Path
    out: Path
    types: dict[str, dict[str, Any]] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    sparses: list[FolderSparse] = field(default_factory=list)
    fetched: int = 0  # how often the whole was
    access: Callable[[], StorageAccess] | None = None

    async def fetch(
        self, source: SourceRef, path: Path, on_progress: Callable[[float], None]
    ) -> Fetched:
        folder = self.source.parent if source.bucket == "in" else self.out
        stored = folder / source.key
        if not stored.exists():
            raise RunnerError(Code.SOURCE_MISSING, f"{source.key} is not there")
        self.fetched += 1
        shutil.copyfile(stored, path)
        data = path.read_bytes()
        on_progress(1.0)
        return Fetched(len(data), hashlib.sha256(data).hexdigest(), media.md5(data))

    async def sparse(self, source: SourceRef, path: Path, part: float = 1.0) -> FolderSparse:
        made = FolderSparse(self.source, path, part)
        self.sparses.append(made)
        return made

    async def put(self, bucket: str, key: str, path: Path, headers: dict[str, Any]) -> None:
        target = self.out / key
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        self.types[key] = headers
        self.order.append(key)


@dataclass
class Bench:
    """One run: the report, the folder with the outputs, and every progress value."""

    made: Made
    out: Path
    storage: FolderStorage
    standings: list[Standing]

    def path(self, kind: str) -> Path:
        """The file that a user opens for the first output of a kind."""
        return self.out / next(o.key for o in self.made.outputs if o.kind == kind)


async def transcode(source: Path, folder: Path, *, title: str = "Film", **recipe: Any) -> Bench:
    """Run the whole pipeline on `source`; assets that the recipe names lie beside it.

    Limits may be given as `limits`, the key of an encrypted ladder as `key`, and as `known` what
    was made before; the names of that are below the folder `out`. `transcribe` and `access` are
    what Amazon Transcribe is asked with.
    """
    known = recipe.pop("known", SourcedAnswer())

    async def ask(_source: SourceFacts, _inputs: Sequence[SourceFacts]) -> SourcedAnswer:
        answer: SourcedAnswer = known
        return answer

    transcribe, access = recipe.pop("transcribe", None), recipe.pop("access", None)
    key = recipe.pop("key", None)
    limits = recipe.pop("limits", Limits(wall_seconds=100, stall_seconds=30, threads=2))
    wanted = Recipe.model_validate(recipe)
    beside = [ref.key or "" for ref in inputs.named(wanted)]
    spec = TaskSpec(
        job_id="job",
        attempt=1,
        task="encode",
        index=0,
        title=title,
        source=SourceRef(bucket="in", key=source.name, etag=None, size=source.stat().st_size),
        inputs=[SourceRef(bucket="in", key=key, etag=None, size=0) for key in beside],
        recipe=wanted,
        target=Target(bucket="out", prefix="p/"),
        limits=limits,
        transcribe=transcribe,
        content_key=key,
    )
    scratch, out = folder / "scratch", folder / "out"
    scratch.mkdir(parents=True)
    storage = FolderStorage(source, out, access=access)
    standings: list[Standing] = []
    engine = asyncio.create_task(version(media.tools().ffmpeg, scratch))
    pipeline = story_of(
        spec.task,
        spec=spec,
        tools=media.tools(),
        storage=storage,
        folder=scratch,
        engine=engine,
        standing=standings.append,
        known=ask,
    )
    try:
        made = await pipeline.run()
    finally:
        # Whoever looks next finds no child of this run.
        await asyncio.wait([engine])
    assert isinstance(made, Made)
    return Bench(made, out, storage, standings)


def kinds(bench: Bench) -> list[str]:
    """Kinds of the outputs, in order."""
    return [output.kind.value for output in bench.made.outputs]


def facts(bench: Bench, kind: str) -> Any:
    """What was reported of the first output of a kind."""
    return next(output for output in bench.made.outputs if output.kind == kind)


async def refusal(source: Path, folder: Path, **recipe: Any) -> RunnerError:
    """Run a task that must fail, and see that nothing was published."""
    with pytest.raises(RunnerError) as refused:
        await transcode(source, folder, **recipe)
    assert not (folder / "out").exists(), "something was published"
    return refused.value


def joined(track: Path) -> Path:
    """One track of a ladder as one file: the init segment and all media segments."""
    path = track / "joined.mp4"
    names = ["init.mp4", *sorted(found.name for found in track.glob("*.m4s"))]
    path.write_bytes(b"".join((track / name).read_bytes() for name in names))
    return path
