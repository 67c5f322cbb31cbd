"""`updateAssets`, `deleteAssets`, `cancelJobs`, `retryJobs`: what one mutation does, for up to a
hundred. Each stands for itself: one that is refused keeps no other from being done."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar
from uuid import UUID

import strawberry

from api.domain import ids
from api.errors import Forbidden, InvalidInput, Refusal, Unauthenticated, Unavailable
from api.graphql.context import Info
from api.graphql.mutations.refusals import refusals_as
from api.graphql.types.asset import Asset
from api.graphql.types.common import IDEMPOTENCY_KEY, UserError
from api.graphql.types.job import Job
from api.services.assets import AssetChange

MOST: Final = 100
_ASSETS: Final = "1 to 100 assets"
T = TypeVar("T")


@strawberry.input(description="Which assets, and which tags they get and lose")
class UpdateAssetsInput:
    """Changes of tags."""

    ids: list[strawberry.ID] = strawberry.field(description=_ASSETS)
    add_tags: list[str] | None = strawberry.field(
        default=None, description="Behind those that each has; up to 50 of 100 characters in all"
    )
    remove_tags: list[str] | None = strawberry.field(
        default=None, description="Who has not got them stays as it is"
    )


@strawberry.input(description="Which assets, and whether their source objects go too")
class DeleteAssetsInput:
    """What to delete."""

    ids: list[strawberry.ID] = strawberry.field(description=_ASSETS)
    delete_source: bool = strawberry.field(
        default=False,
        description="Delete the objects in the in bucket too; else a scan finds them again",
    )


@strawberry.input(description="Which jobs to stop")
class CancelJobsInput:
    """Which jobs."""

    ids: list[strawberry.ID] = strawberry.field(description="1 to 100 jobs in any state")


@strawberry.input(description="Which jobs to make again")
class RetryJobsInput:
    """Which jobs."""

    ids: list[strawberry.ID] = strawberry.field(
        description="1 to 100 jobs that are FAILED or CANCELED"
    )
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.type(description="In the order of `ids`, null for each that was refused")
class AssetsPayload:
    """Many assets as they are now."""

    assets: list[Asset | None]
    user_errors: list[UserError] = strawberry.field(
        description="`field` ends with the place in `ids`, from 0"
    )


@strawberry.type(description="In the order of `ids`, null for each that was refused")
class JobsPayload:
    """Many jobs as they are now; new ones where they are made again."""

    jobs: list[Job | None]
    user_errors: list[UserError] = strawberry.field(
        description="`field` ends with the place in `ids`, from 0"
    )


@refusals_as(lambda errors: AssetsPayload(assets=[], user_errors=errors))
async def update_assets(info: Info, input: UpdateAssetsInput) -> AssetsPayload:
    """Change tags of many assets."""
    who, assets = info.context.writer, info.context.services.assets
    if not input.add_tags and not input.remove_tags:
        raise InvalidInput("say which tags to add or to remove", field="input.addTags")
    change = AssetChange(add_tags=input.add_tags, remove_tags=input.remove_tags)
    found, errors = await _each(
        ids.Kind.ASSET, input.ids, lambda asset_id: assets.update(who, asset_id, change)
    )
    return AssetsPayload(assets=[Asset.of(a) if a else None for a in found], user_errors=errors)


@refusals_as(lambda errors: AssetsPayload(assets=[], user_errors=errors))
async def delete_assets(info: Info, input: DeleteAssetsInput) -> AssetsPayload:
    """Delete many assets with their jobs and outputs."""
    who, assets = info.context.writer, info.context.services.assets
    found, errors = await _each(
        ids.Kind.ASSET,
        input.ids,
        lambda asset_id: assets.delete(who, asset_id, delete_source=input.delete_source),
    )
    return AssetsPayload(assets=[Asset.of(a) if a else None for a in found], user_errors=errors)


@refusals_as(lambda errors: JobsPayload(jobs=[], user_errors=errors))
async def cancel_jobs(info: Info, input: CancelJobsInput) -> JobsPayload:
    """Cancel many jobs."""
    who, transcodes = info.context.writer, info.context.services.transcodes
    found, errors = await _each(
        ids.Kind.JOB, input.ids, lambda job_id: transcodes.cancel(who, job_id)
    )
    return JobsPayload(jobs=[Job.of(job) if job else None for job in found], user_errors=errors)


@refusals_as(lambda errors: JobsPayload(jobs=[], user_errors=errors))
async def retry_jobs(info: Info, input: RetryJobsInput) -> JobsPayload:
    """Make many failed jobs again."""
    who, transcodes = info.context.writer, info.context.services.transcodes
    found, errors = await _each(
        ids.Kind.JOB,
        input.ids,
        lambda job_id: transcodes.retry(who, job_id, _key_of_one(input.idempotency_key, job_id)),
    )
    return JobsPayload(jobs=[Job.of(job) if job else None for job in found], user_errors=errors)


def _key_of_one(key: str | None, job_id: UUID) -> str | None:
    """Each job of a request needs a key of its own, and the same one the next time."""
    if key is None:
        return None
    return hashlib.sha256(f"{job_id.hex}:{key}".encode()).hexdigest()


async def _each(
    kind: ids.Kind, wanted: Sequence[str], act: Callable[[UUID], Awaitable[T]]
) -> tuple[list[T | None], list[UserError]]:
    """What became of each, in order; who is named twice is done once.

    Raises InvalidInput for too many, and what would be the same with all the others.
    """
    if not 1 <= len(wanted) <= MOST:
        raise InvalidInput(f"name 1 to {MOST} at once", field="input.ids")
    done: dict[str, T | Refusal] = {}
    for each in wanted:
        if each not in done:
            done[each] = await _one(kind, each, act)
    found: list[T | None] = []
    errors: list[UserError] = []
    for place, each in enumerate(wanted):
        one = done[each]
        if isinstance(one, Refusal):
            error = UserError.of(one)
            error.field = ["input", "ids", str(place)]
            errors.append(error)
            found.append(None)
        else:
            found.append(one)
    return found, errors


async def _one(kind: ids.Kind, wanted: str, act: Callable[[UUID], Awaitable[T]]) -> T | Refusal:
    try:
        return await act(ids.expect(kind, wanted))
    except (Unauthenticated, Forbidden, Unavailable):
        raise
    except Refusal as refusal:
        return refusal
