"""Runs a film over several runners, one after the other: everything but the network is real."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runner.ffmpeg import version
from runner.stories import story_of
from runner.story import Made, Split, Stored
from schema.encryption import ContentKey
from schema.job import Limits, Target, TaskKind, TaskSpec
from schema.recipe import Recipe
from schema.source import SourceRef
from schema.split import SplitPlan, Splitting, StoredChunk
from tests.runner import media
from tests.runner.bench import Bench, FolderStorage

ENGINE = "ffmpeg"
LIMITS = Limits(wall_seconds=100, stall_seconds=30, threads=1)


@dataclass
class Cutter:
    """One job: `plan`, then `chunk` for each index, then `assemble`."""

    source: Path
    folder: Path
    recipe: dict[str, Any]
    chunk_seconds: float = 2.0
    limits: Limits = LIMITS
    key: ContentKey | None = None
    storage: FolderStorage = field(init=False)
    standings: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.storage = FolderStorage(self.source, self.folder / "out")

    async def plan(self) -> SplitPlan | Made:
        """The plan, or what came out where the film runs whole."""
        splitting = Splitting(from_seconds=0.1, chunk_seconds=self.chunk_seconds)
        made = await self._run(TaskKind.PLAN, 0, splitting=splitting)
        assert isinstance(made, Split | Made)
        return made.plan if isinstance(made, Split) else made

    async def chunk(self, plan: SplitPlan, index: int) -> StoredChunk:
        """One piece of the film."""
        made = await self._run(TaskKind.CHUNK, index, plan=plan)
        assert isinstance(made, Stored)
        return StoredChunk(prefix=_prefix("chunk", index), engine=ENGINE, pieces=made.pieces)

    async def assemble(self, plan: SplitPlan, chunks: list[StoredChunk]) -> Bench:
        """The whole of its pieces."""
        made = await self._run(TaskKind.ASSEMBLE, 0, plan=plan, chunks=tuple(chunks))
        assert isinstance(made, Made)
        return Bench(made, self.storage.out, self.storage, self.standings)

    async def run(self) -> tuple[SplitPlan, Bench]:
        """All of it."""
        plan = await self.plan()
        assert isinstance(plan, SplitPlan), "the film was not split"
        chunks = [await self.chunk(plan, index) for index in range(plan.chunks)]
        return plan, await self.assemble(plan, chunks)

    async def _run(self, kind: TaskKind, index: int, **more: Any) -> Split | Stored | Made:
        self.standings.clear()
        scratch = self.folder / f"{kind}-{index}"
        scratch.mkdir()
        size = self.source.stat().st_size
        spec = TaskSpec(
            job_id="job",
            attempt=1,
            task=kind,
            index=index,
            title="Film",
            source=SourceRef(bucket="in", key=self.source.name, etag=None, size=size),
            recipe=Recipe.model_validate(self.recipe),
            target=Target(bucket="out", prefix=_prefix(kind, index)),
            limits=self.limits,
            content_key=None if kind is TaskKind.CHUNK else self.key,
            **more,
        )
        story = story_of(
            kind,
            spec=spec,
            tools=media.tools(),
            storage=self.storage,
            folder=scratch,
            engine=asyncio.create_task(version(media.tools().ffmpeg, scratch)),
            standing=self.standings.append,
        )
        return await story.run()


def _prefix(kind: str, index: int) -> str:
    return f"p/{kind}/{index}/"
