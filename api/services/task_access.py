"""What one epoch of a task is told and may do: spec, place in the store, credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.services import policies, sources
from schema.job import StorageAccess, Target, TaskKind, TaskSpec
from schema.recipe import Recipe

if TYPE_CHECKING:
    from api.adapters.s3 import Storage
    from api.config import Settings
    from api.domain.models import Asset, Job, Task
    from api.domain.objects import Credentials

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

    def spec(self, task: Task, job: Job, asset: Asset, *, epoch: int) -> TaskSpec:
        """All that the runner of an epoch must know."""
        return TaskSpec(
            job_id=str(job.id),
            attempt=task.attempt,
            task=TaskKind(task.kind),
            index=task.index,
            title=job.title,
            source=sources.reference(asset),
            recipe=Recipe.model_validate(job.recipe),
            target=Target(
                bucket=self._settings.bucket_out, prefix=self.prefix(task, job, epoch=epoch)
            ),
        )

    async def credentials(self, spec: TaskSpec) -> Credentials:
        """Credentials for an hour that read the source and write the target, and nothing else."""
        return await self._storage.scoped_credentials(
            name=f"job-{spec.job_id}",
            policy=policies.for_task(spec.source, spec.target),
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


def lifetime(credentials: Credentials) -> int | None:
    """For how many seconds they are good from now on; plain keys have no end."""
    return None if credentials.expires_at is None else _SECONDS
