"""What one epoch of a task is told and may do: spec, place in the store, credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.domain import content_keys
from api.services import policies, sources, splitting
from schema.job import Limits, StorageAccess, Target, TaskKind, TaskSpec, TranscribeAccess
from schema.recipe import Recipe, TranscriptEngine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.adapters.s3 import Storage
    from api.config import Settings
    from api.domain.models import Job, Task
    from api.domain.objects import Credentials
    from api.services.sources import Sources
    from api.services.splitting import Parts
    from schema.encryption import ContentKey

_SECONDS: Final = 3600


class TaskAccess:
    """Specs and the credentials that fit them."""

    def __init__(self, storage: Storage, settings: Settings) -> None:
        self._storage = storage
        self._settings = settings

    def prefix(self, task: Task, job: Job, *, epoch: int | None = None) -> str:
        """Where an epoch writes, the task's newest unless another is named; nobody else does."""
        number = task.epoch if epoch is None else epoch
        return f"{job.output_prefix}{task.attempt}/{task.kind}/{task.index}/{number}/"

    def chunk_prefix(self, task: Task, job: Job) -> str:
        """Below which the chunks of a task's attempt write, each below its index and epoch."""
        return f"{job.output_prefix}{task.attempt}/{TaskKind.CHUNK}/"

    def spec(
        self, task: Task, job: Job, given: Sources, *, epoch: int, parts: Parts | None = None
    ) -> TaskSpec:
        """All that the runner of an epoch must know; `parts` of a film that is split."""
        kind, plan = TaskKind(task.kind), parts.plan if parts else None
        source = sources.reference(given.main, unread=given.unread)
        if plan is not None:
            # What the plan has read and checked, whatever was scanned meanwhile.
            source = source.model_copy(update={"etag": plan.etag, "sha256": None, "unread": False})
        threads = self._settings.piece_threads if kind is TaskKind.CHUNK else 0
        recipe = Recipe.model_validate(job.recipe)
        target = Target(
            bucket=self._settings.bucket_out, prefix=self.prefix(task, job, epoch=epoch)
        )
        return TaskSpec(
            job_id=str(job.id),
            attempt=task.attempt,
            task=kind,
            index=task.index,
            title=job.title,
            source=source,
            recipe=recipe,
            target=target,
            limits=Limits(threads=threads),
            splitting=splitting.wanted(self._settings) if kind is TaskKind.PLAN else None,
            plan=plan,
            chunks=parts.chunks if parts else (),
            inputs=tuple(sources.reference(asset) for asset in given.inputs),
            transcribe=self._transcribe(job),
            content_key=self._content_key(kind, job, recipe, target),
        )

    def _transcribe(self, job: Job) -> TranscribeAccess | None:
        if not (self._settings.amazon_transcribe and asks_amazon(job)):
            return None
        return TranscribeAccess(
            jobs=f"reelmill-{job.id}-",
            prefix=transcribe_prefix(job),
            endpoint=self._settings.amazon_transcribe_endpoint,
        )

    def _content_key(
        self, kind: TaskKind, job: Job, recipe: Recipe, target: Target
    ) -> ContentKey | None:
        """For who packages a ladder that is to be encrypted; nobody packages pieces."""
        if kind is TaskKind.CHUNK or recipe.ladder is None or recipe.ladder.encryption is None:
            return None
        return content_keys.of(self._settings.signing_key, job.project_id, target.prefix)

    async def credentials(self, spec: TaskSpec, folders: Sequence[str] = ()) -> Credentials:
        """Credentials for an hour that read the sources and `folders` of the out bucket, and write
        the target, and nothing else.

        Whoever assembles a film reads its pieces too.
        """
        readable = list(folders)
        if spec.task is TaskKind.ASSEMBLE:
            pieces = spec.target.prefix.rsplit(f"/{spec.task}/", 1)[0] + f"/{TaskKind.CHUNK}/"
            readable.append(pieces)
        return await self._storage.scoped_credentials(
            name=f"job-{spec.job_id}",
            policy=policies.for_task(
                (spec.source, *spec.inputs),
                spec.target,
                folders=readable,
                transcribe=spec.transcribe,
            ),
            seconds=_SECONDS,
        )

    def shown(self, credentials: Credentials) -> StorageAccess:
        """Credentials as the runner protocol shows them."""
        return StorageAccess(
            endpoint=self._settings.s3_endpoint,
            region=self._settings.region,
            addressing_style=self._settings.s3_addressing_style,
            access_key_id=credentials.access_key_id,
            secret_access_key=credentials.secret_access_key,
            session_token=credentials.token,
            expires_at=credentials.expires_at,
        )


def asks_amazon(job: Job) -> bool:
    """Whether its recipe wants Amazon Transcribe."""
    engine = (job.recipe.get("transcript") or {}).get("engine")
    return bool(engine == TranscriptEngine.AMAZON)


def transcribe_prefix(job: Job) -> str:
    """Below which the sound lies that Amazon hears, and its words, for all attempts of a job."""
    return f"{job.output_prefix}transcribe/"


def lifetime(credentials: Credentials) -> int | None:
    """For how many seconds they are good from now on; plain keys have no end."""
    return None if credentials.expires_at is None else _SECONDS
