"""Jobs at the end of the backlog: what is wanted of them, and their rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from api import tracing
from api.adapters.postgres import events, jobs
from api.domain import keys
from api.domain.models import Job, Json, Principal
from api.services.reuse import folder_of
from api.services.sharing import share_key
from api.services.sources import Sources
from schema.recipe import Recipe

if TYPE_CHECKING:
    from api.adapters.postgres.pool import Connection


@dataclass(frozen=True, slots=True)
class StartTranscode:
    """What is wanted: a source by id or key, a preset with options, or a recipe."""

    asset_id: UUID | None = None
    source_key: str | None = None
    preset: str | None = None
    options: dict[str, Any] | None = None
    recipe: dict[str, Any] | None = None
    output_key: str | None = None
    title: str | None = None
    priority: int = 0
    metadata: Json = field(default_factory=dict)
    force: bool = False
    first_look: bool = False
    idempotency_key: str | None = None


def destination(who: Principal, wanted: StartTranscode) -> str:
    """The folder for the folders of jobs. Raises InvalidInput."""
    return who.prefix + keys.output_folder(wanted.output_key or "", field="input.outputKey")


async def insert(
    connection: Connection,
    who: Principal,
    *,
    job_id: UUID,
    given: Sources,
    recipe: Recipe,
    wanted: StartTranscode,
) -> Job:
    """A job's row and its first event, as the last steps of the caller's transaction."""
    folder = destination(who, wanted)
    job = await jobs.insert(
        connection,
        job_id=job_id,
        project_id=who.project_id,
        asset_id=given.main.id,
        inputs=[asset.id for asset in given.inputs],
        preset=wanted.preset,
        recipe=recipe.model_dump(mode="json"),
        title=wanted.title or given.main.title,
        # The job's id keeps two jobs apart that are sent to the same folder.
        output_prefix=f"{folder}{job_id.hex}/",
        priority=wanted.priority,
        metadata=wanted.metadata,
        traceparent=tracing.traceparent(),
        force=wanted.force,
        share_key=share_key(given, recipe, folder, force=wanted.force),
    )
    await events.append(connection, who.project_id, "JOB_QUEUED", job_id)
    return job


async def again(connection: Connection, old: Job, job_id: UUID, given: Sources) -> Job:
    """A job like one that has ended, likewise."""
    job = await jobs.insert(
        connection,
        job_id=job_id,
        project_id=old.project_id,
        asset_id=given.main.id,
        inputs=[asset.id for asset in given.inputs],
        preset=old.preset,
        recipe=old.recipe,
        title=old.title,
        output_prefix=f"{old.output_prefix.removesuffix(old.id.hex + '/')}{job_id.hex}/",
        priority=old.priority,
        metadata=old.metadata,
        retry_of=old.id,
        traceparent=tracing.traceparent(),
        force=old.force,
        share_key=share_key(
            given, Recipe.model_validate(old.recipe), folder_of(old), force=old.force
        ),
    )
    await events.append(connection, old.project_id, "JOB_QUEUED", job_id)
    return job
