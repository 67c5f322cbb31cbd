"""What is kept of a Job and of a pod: a slim tuple of what decides anything.

A pod as the client's models hold it takes 70 KB, its JSON 34 KB, these fields less than one.
"""

from __future__ import annotations

import sys
from typing import Any, NamedTuple
from uuid import UUID

from api.adapters.kubernetes import names

Json = dict[str, Any]

_MOST = 1000  # characters of a message


class JobSeen(NamedTuple):
    """One Job. `ended` is Complete or Failed once it is over for good."""

    uid: UUID
    name: str
    task: UUID | None
    suspended: bool = False
    deleting: bool = False
    ended: str | None = None
    reason: str = ""
    message: str = ""


class PodSeen(NamedTuple):
    """One pod, with what its only container says."""

    uid: UUID
    name: str
    task: UUID | None
    job_uid: UUID | None
    phase: str = "Pending"
    deleting: bool = False
    unschedulable: str | None = None  # the scheduler's words
    waiting: str = ""  # the container's reason, such as ErrImagePull
    waiting_message: str = ""
    exit_code: int | None = None
    exit_reason: str = ""  # such as OOMKilled
    last_words: str = ""
    disrupted: str = ""  # the reason of its condition DisruptionTarget
    disrupted_message: str = ""
    status_reason: str = ""  # such as Evicted
    status_message: str = ""

    @property
    def over(self) -> bool:
        """Whether its processes are gone for sure."""
        return self.phase in {"Succeeded", "Failed"}


def job(raw: Json) -> JobSeen:
    """A Job from the JSON of the API."""
    meta, spec, status = raw["metadata"], raw.get("spec") or {}, raw.get("status") or {}
    over: Json = next(
        (
            condition
            for condition in status.get("conditions") or ()
            if condition.get("type") in {"Complete", "Failed"} and condition["status"] == "True"
        ),
        {},
    )
    return JobSeen(
        uid=UUID(meta["uid"]),
        name=meta["name"],
        task=names.task_of(meta.get("labels") or {}),
        suspended=bool(spec.get("suspend")),
        deleting="deletionTimestamp" in meta,
        ended=_word(over.get("type")) or None,
        reason=_word(over.get("reason")),
        message=_text(over.get("message")),
    )


def pod(raw: Json) -> PodSeen:
    """A pod from the JSON of the API."""
    meta, status = raw["metadata"], raw.get("status") or {}
    conditions = {c.get("type"): c for c in status.get("conditions") or ()}
    scheduled, disrupted = conditions.get("PodScheduled", {}), _true(conditions, "DisruptionTarget")
    containers: list[Json] = status.get("containerStatuses") or [{}]
    state = containers[0].get("state") or {}
    waiting, ended = state.get("waiting") or {}, state.get("terminated") or {}
    unschedulable = scheduled.get("status") == "False" and "Unschedulable" in str(
        scheduled.get("reason")
    )
    return PodSeen(
        uid=UUID(meta["uid"]),
        name=meta["name"],
        task=names.task_of(meta.get("labels") or {}),
        job_uid=owner(meta),
        phase=_word(status.get("phase")) or "Pending",
        deleting="deletionTimestamp" in meta,
        unschedulable=_text(scheduled.get("message")) if unschedulable else None,
        waiting=_word(waiting.get("reason")),
        waiting_message=_text(waiting.get("message")),
        exit_code=ended.get("exitCode"),
        exit_reason=_word(ended.get("reason")),
        last_words=str(ended.get("message") or ""),
        disrupted=_word(disrupted.get("reason")),
        disrupted_message=_text(disrupted.get("message")),
        status_reason=_word(status.get("reason")),
        status_message=_text(status.get("message")),
    )


def owner(meta: Json) -> UUID | None:
    """The uid of the Job that has made a pod."""
    for reference in meta.get("ownerReferences") or ():
        if reference.get("kind") == "Job" and reference.get("controller"):
            return UUID(reference["uid"])
    return None


def _true(conditions: dict[Any, Json], name: str) -> Json:
    found = conditions.get(name, {})
    return found if found.get("status") == "True" else {}


def _word(value: object) -> str:
    return sys.intern(str(value)) if value else ""


def _text(value: object) -> str:
    return sys.intern(str(value)[:_MOST]) if value else ""
