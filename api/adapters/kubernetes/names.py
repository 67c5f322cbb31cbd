"""Names and labels of what we make in a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from api.domain import ids
from schema.job import TaskKind

if TYPE_CHECKING:
    from api.domain.execution import Errand

JOB: Final = "reelmill.io/job"
ATTEMPT: Final = "reelmill.io/attempt"
TASK: Final = "reelmill.io/task"
SPEC_HASH: Final = "reelmill.io/spec-hash"
QUEUE: Final = "kueue.x-k8s.io/queue-name"


def job_name(errand: Errand) -> str:
    """Deterministic, so that a create whose answer was lost finds its Job again.

    A run is one Job of a task: a piece of a split film runs again as the next run.
    """
    if errand.job_id is None:
        return f"rm-{errand.kind}-{errand.task_id.hex}-r{errand.run}"
    job = ids.encode(ids.Kind.JOB, errand.job_id).replace("_", "-")
    piece = f"{errand.kind}-{errand.index}" if errand.kind == TaskKind.CHUNK else errand.kind
    return f"rm-{job}-a{errand.attempt}-{piece}-r{errand.run}"


def labels(errand: Errand, instance: str) -> dict[str, str]:
    """What a Job and its pod are found by."""
    found = {
        "app.kubernetes.io/name": "reelmill",
        "app.kubernetes.io/component": "runner",
        "app.kubernetes.io/instance": instance,
        TASK: str(errand.task_id),
    }
    if errand.job_id is not None:
        found |= {JOB: ids.encode(ids.Kind.JOB, errand.job_id), ATTEMPT: str(errand.attempt)}
    return found


def selector(instance: str) -> str:
    """Everything that runners of this installation are, and nothing of anybody else."""
    return (
        "app.kubernetes.io/name=reelmill,app.kubernetes.io/component=runner,"
        f"app.kubernetes.io/instance={instance}"
    )


def task_of(labels: dict[str, str]) -> UUID | None:
    """The task that labels tell of."""
    try:
        return UUID(labels.get(TASK, ""))
    except ValueError:
        return None
