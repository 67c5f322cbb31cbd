"""From what a runner has stored to blobs and outputs, within the transaction that ends its job."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from api.adapters.postgres import blobs, outputs
from api.adapters.postgres.blobs import Blob, Held
from api.adapters.postgres.outputs import Seen
from api.domain import cache, ids
from api.errors import InvalidReport
from api.services import sealing, sources
from schema import parts
from schema.engine import ENGINE
from schema.output import OutputFacts
from schema.recipe import Recipe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from api.adapters.postgres.pool import Connection
    from api.adapters.s3 import Storage
    from api.domain.models import Job, Json
    from api.services.sealing import Sealed
    from schema.job import CompletionReport


# Places of ladders whose rungs a runner reads.
BORROWED: Final = "rungs/"


async def inspect(
    storage: Storage, bucket: str, prefix: str, report: CompletionReport
) -> dict[str, Sealed]:
    """What the store says of each part. Raises InvalidReport for what is not there."""
    foreign = [o.key for o in report.outputs if not o.key.startswith(prefix)]
    if foreign:
        raise InvalidReport(f"{foreign[0]!r} is not below this task's prefix")
    if not report.parts:
        await _must_exist(storage, bucket, report)
        return {}
    looks = (sealing.look(storage, bucket, prefix, part.files) for part in report.parts)
    found: dict[str, Sealed] = {}
    for part, sealed in zip(report.parts, await asyncio.gather(*looks), strict=True):
        if sealed is None:
            raise InvalidReport(f"the store has not all of {part.name!r}")
        found[part.name] = sealed
    known = frozenset[str]().union(*(sealed.keys for sealed in found.values()))
    lost = [o.key for o in report.outputs if o.key not in known]
    if lost:
        raise InvalidReport(f"{lost[0]!r} belongs to no part that the store has")
    return found


async def _must_exist(storage: Storage, bucket: str, report: CompletionReport) -> None:
    """Of a runner of an earlier version, which does not tell parts; or there are none."""
    found = await asyncio.gather(*(storage.head(bucket, o.key) for o in report.outputs))
    missing = [o.key for o, info in zip(report.outputs, found, strict=True) if info is None]
    if missing:
        raise InvalidReport(f"the store has no object {missing[0]!r}")


async def publish(
    connection: Connection,
    job: Job,
    *,
    bucket: str,
    prefix: str,
    report: CompletionReport,
    sealed: Mapping[str, Sealed],
) -> None:
    """Record what was made, and what a user sees of it and of what was made before.

    Raises InvalidReport when a part of the recipe is neither.
    """
    if report.outputs and not report.parts:
        whole = await blobs.insert_whole(connection, job, bucket, prefix)
        seen = [Seen(facts, whole, bucket) for facts in report.outputs]
        await outputs.insert(connection, job, seen)
        return
    await _let_go(connection, job, report)
    recipe = Recipe.model_validate(job.recipe)
    keys = await _cache_keys(connection, job, recipe, report)
    for blob in _blobs(keys, bucket, prefix, report, sealed):
        await blobs.insert(connection, job, blob)
    held = await blobs.held(connection, job.id)
    await _must_be_whole(connection, recipe, held)
    await show(connection, job, held)


async def _let_go(connection: Connection, job: Job, report: CompletionReport) -> None:
    """A runner that was not told of what is there has made it anew; and ladders that it has taken
    rungs of are needed no longer."""
    held = await blobs.held(connection, job.id)
    borrowed = [place for place in held if place.startswith(BORROWED)]
    await blobs.let_go(connection, job.id, [part.name for part in report.parts] + borrowed)


def _blobs(
    keys: Mapping[str, str],
    bucket: str,
    prefix: str,
    report: CompletionReport,
    sealed: Mapping[str, Sealed],
) -> Iterator[Blob]:
    """One for each part that was made."""
    sha256 = report.source.sha256
    for part in report.parts:
        yield Blob(
            id=ids.new(),
            bucket=bucket,
            prefix=prefix,
            part=part.name,
            names=part.files,
            seal=sealed[part.name].seal,
            facts=_relative(report.outputs, sealed[part.name], prefix),
            cache_key=keys.get(part.name),
            source_key=cache.source_key(sha256) if sha256 else None,
            tracks=part.tracks or None,
        )


async def _cache_keys(
    connection: Connection, job: Job, recipe: Recipe, report: CompletionReport
) -> dict[str, str]:
    """What another engine has made is not what ours would make: it is never found again."""
    contents = await sources.contents(connection, job, report)
    if report.engine != ENGINE:
        return {}
    return cache.keys(recipe, contents)


def _relative(shown: Iterable[OutputFacts], sealed: Sealed, prefix: str) -> list[Json]:
    """Outputs of one part, with keys below the prefix."""
    return [
        facts.model_copy(update={"key": facts.key.removeprefix(prefix)}).model_dump(mode="json")
        for facts in shown
        if facts.key in sealed.keys
    ]


async def _must_be_whole(connection: Connection, recipe: Recipe, held: Mapping[str, Held]) -> None:
    missing = [name for name in parts.parts(recipe) if name not in held]
    if missing:
        raise InvalidReport(f"{missing[0]!r} was neither made nor there before")
    wanted = {each.blob.id for each in held.values()}
    if wanted != await blobs.keep(connection, wanted):
        raise InvalidReport("what was to be used again was deleted meanwhile")


async def show(connection: Connection, job: Job, held: Mapping[str, Held]) -> None:
    """Let users see what a job refers to, in the order of its recipe."""
    seen = [
        Seen(facts, held[name].blob.id, held[name].blob.bucket, held[name].reused)
        for name in parts.parts(Recipe.model_validate(job.recipe))
        for facts in facts_of(held[name].blob)
    ]
    await outputs.insert(connection, job, seen)


def key_id_of(blob: Blob) -> str | None:
    """Which key a blob is encrypted with; None where it is not."""
    return blob.facts[0].get("key_id") if blob.facts else None


def facts_of(blob: Blob) -> list[OutputFacts]:
    """What a user sees of a blob. Raises ValueError for facts that this version does not know."""
    return [
        OutputFacts.model_validate(fact | {"key": blob.prefix + fact["key"]})
        for fact in blob.facts or ()
    ]
