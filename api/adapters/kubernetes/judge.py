"""What is to be done about a task, now that something has happened to it or time has passed."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Final

from api.adapters.kubernetes import jobs
from api.adapters.kubernetes.decisions import Decision, Doom, Finish, Tell
from api.adapters.kubernetes.diagnosis import (
    Cause,
    Over,
    Patience,
    Running,
    Standing,
    Waiting,
    diagnose,
    of_event,
    preempted,
)
from api.adapters.kubernetes.silence import Silence
from api.errors import ClusterUnavailable

if TYPE_CHECKING:
    from api.adapters.kubernetes.board import Board
    from api.adapters.kubernetes.cluster import Cluster
    from api.adapters.kubernetes.entry import Entry
    from api.config import Settings
    from api.domain.execution import Listener

# A Job without a pod is asked about after this, and again after that.
_NO_POD_SECONDS: Final = 3.0
_ASK_SECONDS: Final = 10.0
# How long the last state of a pod may come after that of its Job.
_SETTLE_SECONDS: Final = 3.0


class Judge:
    """Looks at the newest state of a task only."""

    def __init__(self, cluster: Cluster, settings: Settings, listener: Listener) -> None:
        self._cluster = cluster
        self.silence = Silence(cluster, settings, listener)
        self._grace = settings.kubernetes_grace_seconds
        self.patience = Patience(
            image=settings.kubernetes_image_timeout, start=settings.kubernetes_start_timeout
        )

    async def judge(self, entry: Entry, board: Board) -> Decision | None:
        """What to do; None for nothing. Raises ClusterRefusal when it may not ask."""
        job = board.all_jobs.get(entry.uid) if entry.uid else None
        found = board.pods_of(entry.errand.task_id)
        pods = [pod for pod in found if pod.job_uid == entry.uid]
        entry.seen = entry.seen or job is not None
        entry.pod = pods[-1] if pods else entry.pod
        if not entry.seen and not entry.deleted:
            return None
        standing = diagnose(job, pods, entry.pod)
        if entry.doomed:
            return self._farewell(entry, standing, gone=job is None)
        if isinstance(standing, Waiting):
            return await self._waits(entry, standing)
        if isinstance(standing, Running):
            entry.starts()
            return await self.silence.look(entry, pods)
        if job is not None and not job.ended:
            return Doom(standing.verdict)
        # The two watches are not in step: the Job's end may come before its pod's.
        told = job is None or any(pod.over for pod in pods)
        return Finish(standing) if told or entry.ended_for(_SETTLE_SECONDS) else None

    def _farewell(self, entry: Entry, standing: Standing, *, gone: bool) -> Finish | None:
        """The end of a task whose Job was deleted, once no pod of it can write any more.

        A lost node never says that its pod is gone; twice the grace period must be enough.
        """
        late = time.monotonic() - entry.doomed_at > 2 * self._grace
        if not entry.deleted or not (late or (gone and isinstance(standing, Over))):
            return None
        over = standing if isinstance(standing, Over) else Over()
        return Finish(Over(over.exit_code, entry.verdict or over.verdict, over.log))

    async def _waits(self, entry: Entry, waiting: Waiting) -> Doom | Tell | None:
        if waiting.cause is Cause.QUEUED and entry.pod is not None:
            # Kueue would admit the same Job again, with a pod whose task is over by then.
            return Doom(preempted())
        if waiting.cause is Cause.NO_POD:
            said = await self._complaint(entry)
            if isinstance(said, Over):
                return Doom(said.verdict)
            waiting = said if isinstance(said, Waiting) else waiting
        if (verdict := entry.overdue(waiting, self.patience)) is not None:
            return Doom(verdict)
        if waiting.cause is Cause.NO_POD and entry.waited < _NO_POD_SECONDS:
            return None  # a moment is nothing to tell of
        return Tell(waiting.words) if waiting.words != entry.said else None

    async def _complaint(self, entry: Entry) -> Standing | None:
        """What the Job's controller says of a pod that does not come; asked for now and then."""
        now = time.monotonic()
        if entry.uid and entry.waited >= _NO_POD_SECONDS and now - entry.asked_at > _ASK_SECONDS:
            entry.asked_at = now
            with contextlib.suppress(ClusterUnavailable):
                entry.complaint = of_event(await jobs.complaint(self._cluster, entry.uid))
        return entry.complaint
