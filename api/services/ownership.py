"""Whose a task is: the checks that every call of a runner begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from api.adapters.postgres import tasks
from api.domain import tokens
from api.domain.states import JobStatus, TaskStatus
from api.errors import Gone, Superseded, Unauthenticated

if TYPE_CHECKING:
    from api.adapters.postgres.pool import Connection
    from api.domain.models import Job, Task


async def owned(connection: Connection, token: str, task_id: str, epoch: int) -> Task:
    """The task of a token. Raises Unauthenticated, Superseded and Gone."""
    task = await tasks.find(connection, uuid_of(task_id))
    if task is None:
        raise Unauthenticated("this token belongs to no such task")
    if epoch < task.epoch:
        raise Superseded("a newer claim of this task exists")
    if not tokens.matches(token, task.token_hash) or epoch != task.epoch:
        raise Unauthenticated("this token belongs to no such task")
    if task.status is TaskStatus.CANCELED:
        raise Gone("the job was canceled")
    return task


def must_be_wanted(task: Task, job: Job) -> None:
    """Refuse what a task reports that is over. Raises Superseded and Gone."""
    if task.status is not TaskStatus.RUNNING:
        raise Superseded("the task is over")
    if job.status in {JobStatus.CANCELING, JobStatus.CANCELED}:
        raise Gone("the job was canceled")


def uuid_of(text: str) -> UUID:
    """An id as runners write it. Raises Unauthenticated."""
    try:
        return UUID(text)
    except ValueError:
        raise Unauthenticated("this is no id of a task") from None
