"""Jobs that belong to no task: their row was never committed, or is over for long."""

from __future__ import annotations

import time
from collections.abc import Container, Iterable
from typing import TYPE_CHECKING, Final
from uuid import UUID

if TYPE_CHECKING:
    from api.adapters.kubernetes.seen import JobSeen

# The row of a Job may be in a commit under way, and a runner that has reported is still to end.
_PATIENCE: Final = 60.0


class Orphans:
    """Remembers since when each of them is one."""

    def __init__(self) -> None:
        self.since: dict[UUID, float] = {}

    def of(self, jobs: Iterable[JobSeen], live: Container[object]) -> list[JobSeen]:
        """Those whose task has not been `live` in the database for a minute."""
        now = time.monotonic()
        found = [job for job in jobs if not (job.task in live or job.deleting)]
        self.since = {job.uid: self.since.get(job.uid, now) for job in found}
        return [job for job in found if now - self.since[job.uid] >= _PATIENCE]
