"""Writes down what executors tell of runners that start: whose they are, and why they wait.

A cluster takes hundreds of Jobs a second, and a transaction for each would cost more than the Job.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.adapters.postgres import jobs, tasks
from api.domain.execution import STARTING, Handle
from api.services.together import Together

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from api.adapters.postgres.pool import Database
    from api.domain.execution import Record
    from api.domain.models import Job
    from api.services.hub import Hub

_MOST: Final = 64


class Recorder:
    """All that is told at the same time is one transaction. Raises DatabaseUnavailable."""

    def __init__(self, database: Database, hub: Hub[Job]) -> None:
        self._database = database
        self._hub = hub
        self._start = Together[tuple["UUID", Handle], bool](self._started, _MOST)
        self._reason = Together[tuple["UUID", str], None](self._explained, _MOST)

    def record(self, task_id: UUID) -> Record:
        """What notes the runner of a task."""

        async def record(handle: Handle) -> bool:
            return await self._start((task_id, handle))

        return record

    async def waiting(self, task_id: UUID, reason: str) -> None:
        """Say why a runner has not started."""
        await self._reason((task_id, reason))

    async def _started(self, given: Sequence[tuple[UUID, Handle]]) -> list[bool]:
        """Whose runners they are, and that their jobs wait for them: in one commit."""
        async with self._database.system() as connection:
            job_of = await tasks.record_processes(connection, dict(given))
            await jobs.wait_for_runners(connection, list(job_of), reason=STARTING)
        for job_id in set(job_of.values()):
            self._hub.changed(job_id)
        return [task_id in job_of for task_id, _ in given]

    async def _explained(self, given: Sequence[tuple[UUID, str]]) -> list[None]:
        async with self._database.statement() as connection:
            changed = await jobs.set_reasons(connection, dict(given))
        for job_id in changed:
            self._hub.changed(job_id)
        return [None] * len(given)
