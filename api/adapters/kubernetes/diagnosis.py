"""What a Job and its pods mean for the task: it waits, runs, or is over, and of what. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from api.adapters.kubernetes.seen import JobSeen, PodSeen
from api.domain.execution import STARTING, Verdict
from schema.job import FailureClass


class Cause(StrEnum):
    """Why a runner has not started."""

    QUEUED = "QUEUED"  # Kueue's turn; no time limit
    NO_POD = "NO_POD"
    QUOTA = "QUOTA"
    NO_NODE = "NO_NODE"
    IMAGE = "IMAGE"
    IMAGE_QUEUE = "IMAGE_QUEUE"
    CONTAINER = "CONTAINER"
    STARTING = "STARTING"


@dataclass(frozen=True, slots=True)
class Waiting:
    """It has not started; `words` are for the user."""

    cause: Cause
    words: str


@dataclass(frozen=True, slots=True)
class Over:
    """It has ended, or it will never start: then the Job must be ended too."""

    exit_code: int | None = None
    verdict: Verdict | None = None
    log: str = ""


@dataclass(frozen=True, slots=True)
class Running:
    """Its process lives, as far as anybody knows."""


Standing = Waiting | Running | Over

_IMAGE: Final = frozenset(
    {"ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "RegistryUnavailable"}
    | {"ImageInspectError", "SignatureValidationFailed"}
)
# Nothing that the cluster does by itself will mend these.
_HOPELESS: Final = frozenset({"InvalidImageName", "CreateContainerConfigError"})
_TROUBLED: Final = frozenset(
    {"CreateContainerError", "RunContainerError", "CreatePodSandboxError", "ContainerCannotRun"}
)
_DISK: Final = re.compile(r"ephemeral|emptydir|disk|storage|inode", re.IGNORECASE)
_BACK_OFF: Final = re.compile(r'^Back-off pulling image "[^"]*":? ?(ErrImagePull: )?')
# Each try to make a pod has a name of its own; the words for the user stay the same.
_POD_NAME: Final = re.compile(r'pods "[^"]*"')
_SPACES: Final = re.compile(r"\s+")


def diagnose(job: JobSeen | None, pods: Sequence[PodSeen], last: PodSeen | None = None) -> Standing:
    """Where a task stands. Without its Job it is over as soon as no pod of it lives.

    `last` is the newest pod that was ever seen: one that was deleted is gone before its Job ends.
    """
    if job is None and any(not pod.over for pod in pods):
        return Running()
    if job is None or job.ended:
        return _over(job, pods[-1] if pods else last)
    living = [pod for pod in pods if not pod.over]
    if not living:
        if pods:  # the Job's controller will say so in a moment
            return Running()
        if job.suspended:
            return Waiting(Cause.QUEUED, "it is queued in the cluster until there is room for it")
        return Waiting(Cause.NO_POD, "the cluster has not made its pod yet")
    return _pending(living[-1])


def _pending(pod: PodSeen) -> Standing:
    if pod.phase != "Pending" or pod.deleting:
        return Running()
    if pod.unschedulable is not None:
        return Waiting(
            Cause.NO_NODE,
            f"no node has room for it or may run it: {pod.unschedulable or 'Unschedulable'}",
        )
    return _container(pod)


def _container(pod: PodSeen) -> Standing:
    """A pod that has a node and no process."""
    said = _short(_BACK_OFF.sub("", pod.waiting_message))
    if pod.waiting in _HOPELESS:
        return Over(verdict=_misconfigured(f"{pod.waiting}: {said}"))
    if pod.waiting in _IMAGE:
        if "pull QPS exceeded" in pod.waiting_message:
            return Waiting(Cause.IMAGE_QUEUE, "its node fetches many images and will come to it")
        return Waiting(
            Cause.IMAGE, f"its node cannot fetch the runner's image: {said}".rstrip(": ")
        )
    if pod.waiting in _TROUBLED:
        return Waiting(Cause.CONTAINER, f"its node cannot start the runner: {said}".rstrip(": "))
    return Waiting(Cause.STARTING, STARTING)


def _over(job: JobSeen | None, pod: PodSeen | None) -> Over:
    code = pod.exit_code if pod else None
    return Over(exit_code=code, verdict=_verdict(job, pod), log=pod.last_words if pod else "")


def _verdict(job: JobSeen | None, pod: PodSeen | None) -> Verdict | None:
    """What is known from outside; None where only the exit code speaks.

    The order matters: a pod that was evicted for its disk also has DisruptionTarget, and one whose
    child was killed for memory may have ended with exit code 0.
    """
    if pod is not None and (wanting := _wanting(pod)) is not None:
        return wanting
    if job is not None and job.reason == "DeadlineExceeded":
        return Verdict(
            FailureClass.TIMEOUT,
            code="TIME_LIMIT",
            message="the runner took longer than a task may",
            hint="Ask for less, or cut the film into pieces.",
        )
    if pod is None:
        return _disrupted(_no_pod(job) if job else "the runner's Job was deleted")
    if pod.exit_reason in {"StartError", "ContainerCannotRun"}:
        return _misconfigured(f"{pod.exit_reason}: {_short(pod.last_words)}")
    why = pod.disrupted_message or pod.status_message or pod.disrupted or pod.status_reason
    if why:
        return _disrupted(f"the cluster has ended the runner: {_short(why)}")
    return _disrupted("the runner's pod was deleted") if pod.deleting else None


def _wanting(pod: PodSeen) -> Verdict | None:
    """A runner that had too little of something."""
    again = "It is tried again with twice as much."
    if pod.exit_reason == "OOMKilled":
        return Verdict(
            FailureClass.OOM,
            code="OUT_OF_MEMORY",
            message="the runner was killed because its memory was used up",
            hint=again,
        )
    said = f"{pod.status_message} {pod.disrupted_message}"
    if pod.status_reason == "Evicted" and _DISK.search(said):
        message = f"the runner was evicted for its scratch: {_short(said)}"
        return Verdict(FailureClass.DISK, code="SCRATCH_FULL", message=message, hint=again)
    return None


def _no_pod(job: JobSeen) -> str:
    return f"the runner's pod is gone: {_short(job.message or job.reason)}".rstrip(": ")


def of_event(message: str) -> Standing | None:
    """Why a Job has no pod, by the words of its controller; None for words that say nothing."""
    said = _POD_NAME.sub("its pod", _short(message))
    if "exceeded quota" in message:
        return Waiting(Cause.QUOTA, f"the namespace's quota is used up: {said}")
    if "violates PodSecurity" in message or "is invalid" in message:
        return Over(verdict=_misconfigured(said))
    if "forbidden" in message or "not found" in message:
        return Waiting(Cause.CONTAINER, f"the cluster refuses its pod: {said}")
    return None


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds."""

    image: float
    start: float


def overdue(waiting: Waiting, *, same: float, all_: float, patience: Patience) -> Verdict | None:
    """What ends a task that has not started: for `same` seconds for this cause, for `all_` at all.

    A queue is no start, and an image behind others is no image that is missing.
    """
    if waiting.cause is Cause.QUEUED:
        return None
    if waiting.cause is Cause.IMAGE and same >= patience.image:
        return Verdict(
            FailureClass.CONFIG,
            code="IMAGE_UNAVAILABLE",
            message=waiting.words,
            hint="Check REELMILL_KUBERNETES_IMAGE, its registry and the pull secrets.",
        )
    if waiting.cause is Cause.CONTAINER and same >= patience.image:
        return _misconfigured(waiting.words)
    if all_ >= patience.start:
        return Verdict(
            FailureClass.TIMEOUT,
            code="START_TIMEOUT",
            message=f"the runner had not started after {all_:.0f} s: {waiting.words}",
            hint="Give the cluster more room, or lower REELMILL_KUBERNETES_RESOURCE_SCALE.",
        )
    return None


def _misconfigured(message: str) -> Verdict:
    return Verdict(
        FailureClass.CONFIG,
        code="RUNNER_MISCONFIGURED",
        message=f"the cluster cannot run the runner: {message}",
        hint="Correct the settings of the Kubernetes executor.",
    )


def _disrupted(message: str) -> Verdict:
    return Verdict(
        FailureClass.DISRUPTED,
        code="RUNNER_LOST",
        message=message,
        hint="it is started again by itself",
    )


def preempted() -> Verdict:
    """What ends a runner whose Job was suspended under it."""
    return _disrupted("the runner's place was given to another; it is queued anew")


def _short(text: str) -> str:
    return _SPACES.sub(" ", text).strip()[:400]
