"""Makes and deletes Jobs: again and again while the cluster is away, and never two of one task."""

from __future__ import annotations

import asyncio
import random
import time
from typing import TYPE_CHECKING, Final

import structlog

from api import metrics
from api.adapters.kubernetes import jobs, manifest
from api.adapters.kubernetes.cluster import ClusterRefusal
from api.domain.execution import Verdict
from api.errors import BadConfiguration, ClusterUnavailable
from schema.job import FailureClass

if TYPE_CHECKING:
    from api.adapters.kubernetes.cluster import Cluster
    from api.adapters.kubernetes.entry import Entry
    from api.config import Settings

_FIRST_PAUSE: Final = 0.25
_LONGEST_PAUSE: Final = 10.0
# Taken on before their Jobs are made: as many as a cluster takes in a second, which is how often
# the launcher comes at least. What waits here has neither priority nor a fair share any more.
_AHEAD: Final = 512

log = structlog.get_logger(__name__)


class Maker:
    """Creates of one process; `gate` bounds how many calls it makes at once."""

    def __init__(self, cluster: Cluster, settings: Settings, gate: asyncio.Semaphore) -> None:
        self._cluster = cluster
        self._settings = settings
        self._gate = gate
        self._troubled_until = 0.0
        self._making = 0

    @property
    def room(self) -> int:
        """How many more it takes on."""
        return max(0, _AHEAD - self._making)

    @property
    def troubled(self) -> bool:
        """Whether the cluster took no Job just now: the backlog is better kept in the database."""
        return time.monotonic() < self._troubled_until

    async def make(self, entry: Entry) -> Verdict | None:
        """Set the entry's uid; or return why there never will be a Job; or neither, if doomed."""
        self._making += 1
        try:
            return await self._make(entry)
        finally:
            self._making -= 1

    async def _make(self, entry: Entry) -> Verdict | None:
        pause = _FIRST_PAUSE
        while entry.uid is None and not entry.doomed:
            try:
                await self._try(entry)
            except ClusterUnavailable as error:
                metrics.cluster_jobs.labels("repeated").inc()
                log.warning("a Job waits for the cluster", name=entry.name, reason=error.message)
                await self._rest(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            except (ClusterRefusal, jobs.ForeignJob, BadConfiguration) as error:
                if not _passes(error):
                    metrics.cluster_jobs.labels("refused").inc()
                    log.error("a Job was refused", name=entry.name, reason=str(error))  # noqa: TRY400 - an answer
                    return _refused(str(error))
                log.warning("a Job waits for quota", name=entry.name, reason=str(error))
                await self._rest(_LONGEST_PAUSE)
        return None

    async def _try(self, entry: Entry) -> None:
        async with self._gate:
            # Not before its turn: hundreds that wait would hold theirs.
            wanted = manifest.job(
                entry.errand,
                self._settings,
                self._cluster.namespace,
                owner=self._cluster.account,
            )
            entry.tried = True
            entry.uid = await jobs.create(self._cluster, wanted)
        metrics.cluster_jobs.labels("created").inc()

    async def unmake(self, entry: Entry) -> None:
        """Delete its Job, or the one that a create may have made; again, until that is taken."""
        pause = _FIRST_PAUSE
        while not entry.deleted:
            try:
                async with self._gate:
                    if entry.uid is not None:
                        await jobs.delete(self._cluster, entry.name, entry.uid)
                    else:
                        task = str(entry.errand.task_id)
                        await jobs.forget(self._cluster, entry.name, task)
                entry.deleted = True
            except (ClusterUnavailable, ClusterRefusal) as error:
                log.warning("a Job is still to be deleted", name=entry.name, reason=str(error))
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
                pause = min(2 * pause, _LONGEST_PAUSE)

    async def _rest(self, pause: float) -> None:
        self._troubled_until = time.monotonic() + pause
        await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - no secret


def _passes(error: Exception) -> bool:
    """Whether waiting helps: a quota of Jobs, and not of anything that this Job asks for."""
    return isinstance(error, ClusterRefusal) and "exceeded quota" in error.message


def _refused(message: str) -> Verdict:
    return Verdict(
        FailureClass.CONFIG,
        code="JOB_REFUSED",
        message=f"the cluster refuses the Job: {message}",
        hint="Correct the settings of the Kubernetes executor, or its permissions.",
    )
