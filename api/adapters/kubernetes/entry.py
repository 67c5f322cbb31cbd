"""What the executor knows of one task that it has started or taken up."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from uuid import UUID

from api.adapters.kubernetes.diagnosis import Cause, Patience, Standing, Waiting, overdue
from api.adapters.kubernetes.seen import PodSeen
from api.domain.execution import STARTING, Errand, Record, Verdict


@dataclass(slots=True)
class Entry:
    """One task. `uid` is that of its Job once there is one for sure."""

    errand: Errand
    record: Record
    name: str
    uid: UUID | None = None
    recorded: bool = False
    pod: PodSeen | None = None  # its newest, even when it is gone
    seen: bool = False  # its Job was in the copy of the cluster at least once
    doomed: bool = False  # its Job must go, or must not be made
    verdict: Verdict | None = None  # why, where it is the cluster's fault
    doomed_at: float = 0.0
    deleted: bool = False  # the API has taken the deletion
    tried: bool = False  # a create was sent, whatever became of it
    said: str = STARTING  # as every job is told to wait at first
    complaint: Standing | None = None  # the controller's words, and when they were asked for
    asked_at: float = 0.0
    cause: Cause | None = None
    cause_since: float = 0.0
    waits_since: float | None = None
    claimed: bool = False  # by what the database says
    runs_since: float | None = None  # its process lives and has not claimed, as far as we know
    heard_at: float = 0.0  # when the database was asked for that
    ended_at: float = 0.0  # when its Job was seen to be over
    born: float = field(default_factory=time.monotonic)

    def overdue(self, waiting: Waiting, patience: Patience) -> Verdict | None:
        """What to end it for, now that it still waits. Time in a queue does not count."""
        now = time.monotonic()
        if waiting.cause is not self.cause:
            self.cause, self.cause_since = waiting.cause, now
        if waiting.cause is Cause.QUEUED:
            self.waits_since = None
        elif self.waits_since is None:
            self.waits_since = now
        return overdue(
            waiting,
            same=now - self.cause_since,
            all_=now - (self.waits_since or now),
            patience=patience,
        )

    def ended_for(self, seconds: float) -> bool:
        """Whether its Job has been over for so long."""
        self.ended_at = self.ended_at or time.monotonic()
        return time.monotonic() - self.ended_at >= seconds

    def starts(self) -> None:
        """It runs: whatever it waited for is history."""
        self.cause, self.waits_since = None, None

    def silent_for(self, *, running: bool) -> float:
        """Seconds for which its process lives without a claim."""
        if self.claimed or not running:
            self.runs_since = None
            return 0.0
        self.runs_since = self.runs_since or time.monotonic()
        return time.monotonic() - self.runs_since

    def may_ask(self, pause: float) -> bool:
        """Whether so many seconds have passed since the last time that this was true."""
        now = time.monotonic()
        if now - self.heard_at < pause:
            return False
        self.heard_at = now
        return True

    @property
    def waited(self) -> float:
        """Seconds for which it waits for the same cause."""
        return time.monotonic() - self.cause_since if self.cause else 0.0
