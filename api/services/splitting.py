"""One film over several runners, from the API's side: who is split, what its tasks are told, and
what follows when one of them is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from api.adapters.postgres import pieces
from schema.job import FailureClass, Phase, TaskKind
from schema.probe import Probe
from schema.recipe import Recipe
from schema.split import SplitPlan, Splitting, StoredChunk

if TYPE_CHECKING:
    from api.adapters.postgres.pool import Connection
    from api.config import Settings
    from api.domain.models import Asset, Job, Task
    from schema.job import ChunkReport, PlanReport, ProgressReport

# Up to where the plan takes a job's progress, and up to where the chunks do.
_PLANNED: Final = 0.06
_MADE: Final = 0.92
# Sound and poster cost about so much of what the picture costs.
_EXTRAS: Final = 0.1


@dataclass(frozen=True, slots=True)
class Parts:
    """What the tasks of a split film are told of it."""

    plan: SplitPlan | None = None
    chunks: tuple[StoredChunk, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """What a job shows."""

    phase: Phase
    fraction: float
    speed: float | None
    eta_seconds: float | None


def first_task(job: Job, asset: Asset | None, split_seconds: float) -> TaskKind:
    """PLAN where the film may be split: its runner decides, and else goes on with it whole.

    What takes further assets is made whole: pieces read a part of one source.
    """
    recipe = Recipe.model_validate(job.recipe)
    splittable = not (recipe.clips or job.inputs) and (recipe.ladder or recipe.mp4)
    if split_seconds <= 0 or not splittable or job.retries.get(FailureClass.UNSPLITTABLE):
        return TaskKind.ENCODE
    probe = Probe.model_validate(asset.probe) if asset and asset.probe else None
    if probe and ((probe.duration or 0.0) < split_seconds or not probe.video):
        return TaskKind.ENCODE
    return TaskKind.PLAN


def wanted(settings: Settings) -> Splitting:
    """What a plan task is told."""
    return Splitting(
        from_seconds=settings.split_seconds, chunk_seconds=settings.split_chunk_seconds
    )


async def parts(connection: Connection, task: Task, chunk_prefix: str) -> Parts:
    """What a task must know of the plan, and of chunks that lie below `chunk_prefix`."""
    if task.kind not in {TaskKind.CHUNK, TaskKind.ASSEMBLE}:
        return Parts()
    plan = SplitPlan.model_validate(await pieces.get_plan(connection, task.attempt_id))
    if task.kind == TaskKind.CHUNK:
        return Parts(plan)
    stored = await pieces.stored(connection, task.attempt_id)
    return Parts(
        plan,
        tuple(
            StoredChunk.model_validate(
                chunk.result | {"prefix": f"{chunk_prefix}{chunk.index}/{chunk.epoch}/"}
            )
            for chunk in stored
        ),
    )


async def planned(connection: Connection, task: Task, report: PlanReport) -> bool:
    """The film is split: its chunks wait for runners. False when the task has ended before."""
    plan = report.plan
    if not await pieces.done(connection, task, {}):
        return False
    await pieces.set_plan(connection, task.attempt_id, plan.model_dump(mode="json"))
    lengths = [piece.last - piece.first for piece in plan.slices]
    if plan.extras:
        lengths.append(_EXTRAS * sum(lengths))
    for index, length in enumerate(lengths):
        await pieces.insert(
            connection, task, kind=TaskKind.CHUNK, index=index, weight=max(length, 0.001)
        )
    return True


async def stored(connection: Connection, task: Task, report: ChunkReport) -> bool:
    """A chunk is made; after the last one the film is assembled. False when it has ended before.

    The caller holds the job, so that of two last chunks one is the very last.
    """
    result = report.model_dump(mode="json", include={"engine", "pieces"})
    if not await pieces.done(connection, task, result):
        return False
    if await pieces.unfinished(connection, task.attempt_id) == 0:
        await pieces.insert(connection, task, kind=TaskKind.ASSEMBLE, index=0, weight=1.0)
    return True


async def progress(connection: Connection, task: Task, report: ProgressReport) -> Progress:
    """A job's progress: the weighted sum over its tasks."""
    if task.kind == TaskKind.CHUNK:
        await pieces.progress(connection, task, report.fraction, report.speed)
        all_of_them = await pieces.standing(connection, task.attempt_id)
        speed = all_of_them.speed
        return Progress(
            Phase.ENCODING,
            _PLANNED + (_MADE - _PLANNED) * all_of_them.fraction,
            speed or None,
            all_of_them.left_seconds / speed if speed else None,
        )
    fraction = report.fraction
    if task.kind == TaskKind.ASSEMBLE:
        fraction = _MADE + (1 - _MADE) * fraction
    return Progress(report.phase, fraction, report.speed, report.eta_seconds)
