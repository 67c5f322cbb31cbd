"""Brings the gauges up to date when Prometheus asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api import metrics
from api.adapters.postgres import jobs
from api.domain.states import TERMINAL, JobStatus

if TYPE_CHECKING:
    from api.adapters.postgres.pool import Database
    from api.services.connections import Connections


class Gauges:
    """What is so now, rather than what has happened."""

    def __init__(self, database: Database, connections: Connections) -> None:
        self._database = database
        self._connections = connections

    async def refresh(self) -> None:
        """Read what is so now. Raises DatabaseUnavailable."""
        async with self._database.system() as connection:
            backlog = await jobs.backlog(connection)
        for status in JobStatus:
            if status not in TERMINAL:
                metrics.jobs.labels(status).set(backlog.counts.get(status, 0))
        metrics.oldest_queued.set(backlog.oldest_seconds)
        metrics.connections.set(len(self._connections))
        for pool, (used, idle) in self._database.sizes().items():
            metrics.pool_connections.labels(pool, "used").set(used)
            metrics.pool_connections.labels(pool, "idle").set(idle)
