"""Never twice: finds what was made of the same bytes before, and lets a job have it.

Between the moment at which a runner is told that it need not make a part and the end of its job
lie hours, in which whoever has made the part may be deleted. So the job holds it from that moment.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

from api import metrics
from api.adapters.postgres import blobs, events, jobs, tasks
from api.adapters.postgres.blobs import Blob, Held
from api.domain import cache, content_keys
from api.domain.states import JobStatus
from api.errors import InvalidReport, Refusal, Superseded
from api.services import publication, sealing, sources
from api.services.ownership import must_be_wanted, owned
from api.services.task_access import TaskAccess, lifetime
from schema import parts
from schema.job import SourcedAnswer, StoredTrack, TaskKind
from schema.recipe import Recipe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from api.adapters.postgres.pool import Connection, Database
    from api.adapters.s3 import Storage
    from api.config import Settings
    from api.domain.models import Job, Task
    from schema.job import SourcedReport
    from schema.output import OutputFacts

# So many earlier ladders of a source are looked through for rungs.
_LADDERS: Final = 2

log = structlog.get_logger(__name__)


class Reuse:
    """What was made before. Nothing is ever used in another project."""

    def __init__(self, database: Database, storage: Storage, settings: Settings) -> None:
        self._database = database
        self._storage = storage
        self._bucket = settings.bucket_out
        self._secret = settings.signing_key
        self._access = TaskAccess(storage, settings)

    async def find(
        self,
        project_id: UUID,
        recipe: Recipe,
        ways: Sequence[Sequence[str | None]],
        *,
        below: str,
    ) -> dict[str, Blob]:
        """Parts of a recipe that were made of these contents, the source's first, below a folder of
        the out bucket, and whose every file the store has as it was published.

        There may be several `ways` to say what the contents are.
        """
        found: dict[str, Blob] = {}
        for contents in ways:
            keys = cache.keys(recipe, contents)
            wanted = {name: key for name, key in keys.items() if name not in found}
            found |= await self._find(project_id, wanted, below)
        return found

    async def _find(self, project_id: UUID, wanted: dict[str, str], below: str) -> dict[str, Blob]:
        found: dict[str, Blob] = {}
        while wanted:
            async with self._database.tenant(project_id) as connection:
                known = await blobs.find(
                    connection, project_id, set(wanted.values()), bucket=self._bucket, below=below
                )
            chosen = {name: known[key] for name, key in wanted.items() if key in known}
            good = await asyncio.gather(
                *(self._is_useful(project_id, blob) for blob in known.values())
            )
            lost = {b.id for b, whole in zip(known.values(), good, strict=True) if not whole}
            found |= {name: blob for name, blob in chosen.items() if blob.id not in lost}
            # Behind one that is broken there may be an older one.
            wanted = {n: wanted[n] for n, blob in chosen.items() if blob.id in lost}
            await self._forget(project_id, lost)
        return found

    async def _is_useful(self, project_id: UUID, blob: Blob) -> bool:
        """Whole, and its key can be served, if it has one."""
        key_id = publication.key_id_of(blob)
        key = content_keys.of(self._secret, project_id, blob.prefix)
        return key_id in {None, key.id} and await self._is_whole(blob)

    async def _is_whole(self, blob: Blob) -> bool:
        try:
            publication.facts_of(blob)
        except ValueError:
            return False
        seen = await sealing.look(self._storage, blob.bucket, blob.prefix, blob.names or ())
        return seen is not None and seen.seal == blob.seal

    async def _forget(self, project_id: UUID, lost: set[UUID]) -> None:
        for blob_id in lost:
            log.warning("published files are not what they were", blob_id=str(blob_id))
            async with self._database.tenant(project_id) as connection:
                await blobs.forget(connection, blob_id)

    async def whole(
        self,
        project_id: UUID,
        recipe: Recipe,
        ways: Sequence[Sequence[str | None]],
        *,
        below: str,
    ) -> dict[str, Blob]:
        """All that a recipe asks for; nothing unless every part of it is there."""
        found = await self.find(project_id, recipe, ways, below=below)
        # A recipe of which nothing can be made is for a runner to refuse.
        useful = any(blob.facts for blob in found.values())
        return found if useful and found.keys() == parts.parts(recipe).keys() else {}

    async def settle(
        self, connection: Connection, job: Job, found: Mapping[str, Blob]
    ) -> Job | None:
        """End a queued job with what is there; None when some of it was deleted meanwhile."""
        if not found or len(await self._hold(connection, job, found)) < len(found):
            return None
        done = await jobs.finish(connection, job, JobStatus.SUCCEEDED)
        if done is None:
            return None
        held = {name: Held(name, True, blob) for name, blob in found.items()}
        await publication.show(connection, job, held)
        await events.append(connection, job.project_id, "JOB_SUCCEEDED", job.id)
        return done

    async def _hold(
        self, connection: Connection, job: Job, found: Mapping[str, Blob]
    ) -> dict[str, UUID]:
        """Let a job refer to what of it still can be referred to."""
        kept = await blobs.keep(connection, {blob.id for blob in found.values()})
        places = {name: blob.id for name, blob in found.items() if blob.id in kept}
        await blobs.hold(connection, job, places, reused=True)
        return places

    async def sourced(self, token: str, task_id: str, report: SourcedReport) -> SourcedAnswer:
        """A runner has read the source: what need it not make?"""
        async with self._database.system() as connection:
            task = await owned(connection, token, task_id, report.epoch)
            job = await jobs.get(connection, task.job_id)
        if task.kind not in {TaskKind.ENCODE, TaskKind.PLAN}:
            raise InvalidReport(f"a task of kind {task.kind} does not read the whole source")
        if job is None:
            raise Superseded("the job is gone")
        must_be_wanted(task, job)
        found = {} if job.force else await self._parts_for(job, report)
        ladders = await self._ladders(job, report.source.sha256, found)
        async with self._database.system() as connection:
            locked = await jobs.lock(connection, task.job_id)
            newest = await owned(connection, token, task_id, report.epoch)
            if locked is None:
                raise Superseded("the job is gone")
            must_be_wanted(newest, locked)
            await blobs.let_go(connection, job.id)  # of an earlier attempt, or an answer was lost
            places = await self._hold(connection, job, found)
            borrowed = await self._hold(connection, job, ladders)
        metrics.reused_parts.inc(len(places))
        return await self._answer(
            task,
            job,
            {name: found[name] for name in places},
            [b for n, b in ladders.items() if n in borrowed],
        )

    async def _ladders(
        self, job: Job, sha256: str | None, found: Mapping[str, Blob]
    ) -> dict[str, Blob]:
        """Whole ladders of the same source whose rungs may serve one that is to be made."""
        ladder = Recipe.model_validate(job.recipe).ladder
        wanted = ladder is not None and not ladder.encryption and "ladder" not in found
        if job.force or sha256 is None or not wanted:
            return {}
        async with self._database.tenant(job.project_id) as connection:
            key = cache.source_key(sha256)
            known = await blobs.ladders(connection, job.project_id, key, _LADDERS)
        good = await asyncio.gather(*(self._is_whole(blob) for blob in known))
        whole = [blob for blob, is_whole in zip(known, good, strict=True) if is_whole]
        return {f"{publication.BORROWED}{n}": blob for n, blob in enumerate(whole, start=1)}

    async def _answer(
        self, task: Task, job: Job, have: Mapping[str, Blob], ladders: Sequence[Blob]
    ) -> SourcedAnswer:
        """What need not be made, and rungs with credentials that read them."""
        plain = SourcedAnswer(have=tuple(have), outputs=_clips(have))
        tracks = {
            key: f"{b.prefix}{name}/" for b in ladders for name, key in (b.tracks or {}).items()
        }
        async with self._database.system() as connection:
            given = await sources.of_job(connection, job)
        if not tracks or given is None:
            return plain
        spec = self._access.spec(task, job, given, epoch=task.epoch)
        try:
            # By ladder and not by rung: a session's policy may not be long.
            credentials = await self._access.credentials(spec, [b.prefix for b in ladders])
        except Refusal as refusal:
            log.warning("rungs of an earlier ladder cannot be read", reason=refusal.message)
            return plain
        async with self._database.system() as connection:
            await tasks.set_credentials(connection, task.id, lifetime(credentials))
        segments = await asyncio.gather(*(self._segments(folder) for folder in tracks.values()))
        stored = tuple(
            StoredTrack(key=key, prefix=folder, segments=count)
            for (key, folder), count in zip(tracks.items(), segments, strict=True)
        )
        return plain.model_copy(
            update={"tracks": stored, "storage": self._access.shown(credentials)}
        )

    async def _segments(self, folder: str) -> int:
        pages = self._storage.pages(self._bucket, folder)
        return sum([info.key.endswith(".m4s") async for page in pages for info in page])

    async def _parts_for(self, job: Job, report: SourcedReport) -> dict[str, Blob]:
        async with self._database.system() as connection:
            contents = await sources.contents(connection, job, report)
        recipe = Recipe.model_validate(job.recipe)
        return await self.find(job.project_id, recipe, [contents], below=folder_of(job))


def _clips(have: Mapping[str, Blob]) -> dict[str, tuple[OutputFacts, ...]]:
    """What is known of clips: the list of them has it too."""
    return {
        name: tuple(publication.facts_of(blob))
        for name, blob in have.items()
        if name.startswith("clip_")
    }


def folder_of(job: Job) -> str:
    """Where the user wants a job's own folder: what lies elsewhere is not what was asked for."""
    return job.output_prefix.removesuffix(f"{job.id.hex}/")
