"""The life of a job as data: which state may follow which."""

from __future__ import annotations

from enum import StrEnum


class JobStatus(StrEnum):
    """States of a job; the last three are final."""

    QUEUED = "QUEUED"
    LAUNCHING = "LAUNCHING"
    WAITING = "WAITING"
    RUNNING = "RUNNING"
    FINALIZING = "FINALIZING"
    RETRY_WAIT = "RETRY_WAIT"
    CANCELING = "CANCELING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELED = "CANCELED"


class AttemptStatus(StrEnum):
    """States of one try."""

    STARTING = "STARTING"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELED = "CANCELED"


class TaskStatus(StrEnum):
    """States of a task. Only pieces of a split film are PENDING: they wait for their runner."""

    PENDING = "PENDING"
    STARTING = "STARTING"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELED = "CANCELED"


class AssetKind(StrEnum):
    """What an asset is: by its name at first, by its streams once a runner has read it."""

    VIDEO = "VIDEO"
    AUDIO = "AUDIO"
    IMAGE = "IMAGE"
    TEXT = "TEXT"


class AssetStatus(StrEnum):
    """What is known of a source object."""

    REGISTERED = "REGISTERED"
    READY = "READY"
    UNREADABLE = "UNREADABLE"
    MISSING = "MISSING"
    DELETING = "DELETING"


class UploadStatus(StrEnum):
    """States of an upload; all but the first are final."""

    STARTED = "STARTED"
    COMPLETED = "COMPLETED"
    ABORTED = "ABORTED"
    EXPIRED = "EXPIRED"


class UploadMethod(StrEnum):
    """How an upload's bytes get to the store."""

    MULTIPART = "MULTIPART"
    PUT = "PUT"
    CREDENTIALS = "CREDENTIALS"


class PartChecksum(StrEnum):
    """What each part of a multipart upload is checked by; a store wants the same for all."""

    NONE = "NONE"
    SHA256 = "SHA256"


class ScanStatus(StrEnum):
    """States of a scan; the last two are final."""

    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


_S = JobStatus
# What a live attempt may turn into at any time: lost, failed, or unwanted.
_BROKEN = frozenset({_S.RETRY_WAIT, _S.FAILED, _S.CANCELING})

TRANSITIONS: dict[JobStatus, frozenset[JobStatus]] = {
    # SUCCEEDED at once where all that is wanted was made before.
    # WAITING for an equal job, which it goes back from.
    _S.QUEUED: frozenset({_S.LAUNCHING, _S.CANCELED, _S.SUCCEEDED, _S.WAITING}),
    _S.RETRY_WAIT: frozenset({_S.LAUNCHING, _S.CANCELED}),
    _S.LAUNCHING: frozenset({_S.WAITING, _S.RUNNING}) | _BROKEN,
    _S.WAITING: frozenset({_S.RUNNING, _S.QUEUED}) | _BROKEN,
    _S.RUNNING: frozenset({_S.FINALIZING, _S.SUCCEEDED}) | _BROKEN,
    _S.FINALIZING: frozenset({_S.SUCCEEDED}) | _BROKEN,
    _S.CANCELING: frozenset({_S.CANCELED}),
    _S.SUCCEEDED: frozenset(),
    _S.FAILED: frozenset(),
    _S.CANCELED: frozenset(),
}

TERMINAL = frozenset(state for state, following in TRANSITIONS.items() if not following)
# What is made again on request: a job of its own, and the old one stays as it has ended.
RETRIED = frozenset({JobStatus.FAILED, JobStatus.CANCELED})


def before(state: JobStatus) -> tuple[JobStatus, ...]:
    """Every state from which `state` may be entered: the `from` set of a guarded update."""
    return tuple(s for s, following in TRANSITIONS.items() if state in following)
