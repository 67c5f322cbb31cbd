"""Which story a task is, and what is reported of its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runner import frugal
from runner.assembly import Assembly
from runner.chunk import Chunk
from runner.cuttings import Cuttings
from runner.pipeline import Pipeline
from runner.story import Made, Split, Stored, Story
from schema.job import ChunkReport, CompletionReport, PhaseTime, PlanReport, TaskKind

LOG_MOST = 60_000  # characters; the protocol takes 65,536

Done = CompletionReport | PlanReport | ChunkReport

# A plan task whose film is not split goes on as the only task.
_STORIES: Mapping[TaskKind, type[Story]] = {
    TaskKind.ENCODE: Pipeline,
    TaskKind.PLAN: Pipeline,
    TaskKind.CHUNK: Chunk,
    TaskKind.ASSEMBLE: Assembly,
}


def story_of(kind: TaskKind, **given: Any) -> Story:
    """The story of a task; `given` is what every Story needs."""
    story = _STORIES[kind]
    if story is Pipeline and frugal.serves(given["spec"]):
        story = Cuttings
    return story(**given)


def report_of(
    made: Made | Split | Stored, *, epoch: int, engine: str, phases: tuple[PhaseTime, ...]
) -> Done:
    """What the API is told."""
    if isinstance(made, Split):
        return PlanReport(epoch=epoch, plan=made.plan, phases=phases)
    if isinstance(made, Stored):
        return ChunkReport(epoch=epoch, engine=engine, pieces=made.pieces, phases=phases)
    return CompletionReport(
        epoch=epoch,
        engine=engine,
        source=made.source,
        inputs=made.inputs,
        outputs=made.outputs,
        parts=made.parts,
        phases=phases,
        log="\n".join(made.notes)[-LOG_MOST:],
    )
