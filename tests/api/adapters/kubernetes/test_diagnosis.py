"""From what the cluster shows to what it means: a table."""

from __future__ import annotations

import dataclasses
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.adapters.kubernetes import seen
from api.adapters.kubernetes.diagnosis import (
    Cause,
    Over,
    Patience,
    Running,
    Standing,
    Waiting,
    diagnose,
    of_event,
    overdue,
)
from api.adapters.kubernetes.seen import JobSeen, PodSeen
from schema.job import FailureClass

ONE, TWO = UUID(int=1), UUID(int=2)
JOB = JobSeen(ONE, "j", ONE)
POD = PodSeen(TWO, "p", ONE, ONE)
FAILED = JOB._replace(ended="Failed", reason="BackoffLimitExceeded")
DEAD = POD._replace(phase="Failed")


def failure(standing: Standing) -> tuple[FailureClass, str] | None:
    assert isinstance(standing, Over)
    return (standing.verdict.failure, standing.verdict.code) if standing.verdict else None


@pytest.mark.parametrize(
    ("pod", "cause"),
    [
        (None, Cause.NO_POD),
        (POD, Cause.STARTING),
        (POD._replace(waiting="ContainerCreating"), Cause.STARTING),
        (POD._replace(unschedulable="0/1 nodes"), Cause.NO_NODE),
        (POD._replace(waiting="ErrImagePull", waiting_message="no such host"), Cause.IMAGE),
        (POD._replace(waiting="ErrImageNeverPull"), Cause.IMAGE),
        (
            POD._replace(waiting="ErrImagePull", waiting_message="pull QPS exceeded"),
            Cause.IMAGE_QUEUE,
        ),
        (POD._replace(waiting="CreateContainerError", waiting_message="x"), Cause.CONTAINER),
    ],
)
def test_what_it_waits_for(pod: PodSeen | None, cause: Cause) -> None:
    standing = diagnose(JOB, [pod] if pod else [])
    assert isinstance(standing, Waiting)
    assert standing.cause is cause
    assert standing.words[-1] not in ": "


def test_an_image_has_the_same_words_whether_it_backs_off_or_not() -> None:
    said = "rpc error: code = NotFound"
    pulls = POD._replace(waiting="ErrImagePull", waiting_message=said)
    rests = POD._replace(
        waiting="ImagePullBackOff",
        waiting_message=f'Back-off pulling image "r:1": ErrImagePull: {said}',
    )
    assert diagnose(JOB, [pulls]) == diagnose(JOB, [rests])


def test_suspended_is_queued_and_a_pod_that_ends_is_no_end_of_the_job() -> None:
    standing = diagnose(JOB._replace(suspended=True), [])
    assert isinstance(standing, Waiting)
    assert standing.cause is Cause.QUEUED
    for pod in (POD._replace(phase="Running"), POD._replace(deleting=True), DEAD):
        assert diagnose(JOB, [pod]) == Running()
    # Without its Job a pod still has its grace period.
    assert diagnose(None, [POD._replace(phase="Running", deleting=True)]) == Running()


LOST = (FailureClass.DISRUPTED, "RUNNER_LOST")
CONFIG = (FailureClass.CONFIG, "RUNNER_MISCONFIGURED")
OOM = (FailureClass.OOM, "OUT_OF_MEMORY")
DISK = (FailureClass.DISK, "SCRATCH_FULL")


@pytest.mark.parametrize(
    ("job", "pod", "ending"),
    [
        (FAILED, DEAD._replace(exit_code=137, exit_reason="OOMKilled"), OOM),
        (
            JOB._replace(ended="Complete"),
            DEAD._replace(phase="Succeeded", exit_code=0, exit_reason="OOMKilled"),
            OOM,
        ),
        (
            FAILED,
            DEAD._replace(
                status_reason="Evicted",
                status_message="The node was low on resource: ephemeral-storage.",
                disrupted="TerminationByKubelet",
            ),
            DISK,
        ),
        (
            FAILED,
            DEAD._replace(
                status_reason="Evicted",
                status_message="Pod ephemeral local storage usage exceeds the total limit",
                exit_code=137,
            ),
            DISK,
        ),
        (
            FAILED,
            DEAD._replace(status_reason="Evicted", status_message="low on resource: memory"),
            LOST,
        ),
        (FAILED, DEAD._replace(disrupted="DeletionByTaintManager"), LOST),
        (FAILED, DEAD._replace(disrupted="PreemptionByScheduler", exit_code=143), LOST),
        (FAILED, DEAD._replace(exit_code=143, deleting=True), LOST),
        (FAILED, None, LOST),
        (None, None, LOST),
        (JOB._replace(ended="Failed", reason="DeadlineExceeded"), None, None),
        (FAILED, DEAD._replace(exit_code=128, exit_reason="StartError"), CONFIG),
        # Only the exit code speaks: Endings knows what that means.
        (FAILED, DEAD._replace(exit_code=2), None),
        (JOB._replace(ended="Complete"), DEAD._replace(phase="Succeeded", exit_code=0), None),
        (JOB, POD._replace(waiting="InvalidImageName"), CONFIG),
        (JOB, POD._replace(waiting="CreateContainerConfigError"), CONFIG),
    ],
)
def test_what_it_has_died_of(
    job: JobSeen | None, pod: PodSeen | None, ending: tuple[FailureClass, str] | None
) -> None:
    if job is not None and job.reason == "DeadlineExceeded":
        ending = (FailureClass.TIMEOUT, "TIME_LIMIT")
    assert failure(diagnose(job, [pod] if pod else [])) == ending


def test_a_pod_that_is_gone_already_still_tells_how_it_died() -> None:
    last = POD._replace(phase="Running", deleting=True, disrupted="EvictionByEvictionAPI")
    assert failure(diagnose(FAILED, [], last)) == LOST
    killed = DEAD._replace(exit_code=137, exit_reason="OOMKilled")
    assert failure(diagnose(None, [], killed)) == OOM


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ('pods "x-1" is forbidden: exceeded quota: q, requested: cpu=2', Cause.QUOTA),
        ('pods "x-1" is forbidden: error looking up service account', Cause.CONTAINER),
        ('pods "x-1" is forbidden: violates PodSecurity "restricted:latest"', Over),
        ("Timeout: request did not complete within requested timeout", None),
    ],
)
def test_why_there_is_no_pod(words: str, wanted: Any) -> None:
    found = of_event(words)
    assert found == of_event(words.replace("x-1", "x-2")), "each try has words of its own"
    if isinstance(wanted, Cause):
        assert isinstance(found, Waiting)
        assert found.cause is wanted
    else:
        assert type(found) is (wanted or type(None))


@given(st.sampled_from(Cause), st.floats(0, 1e6), st.floats(0, 1e6))
def test_patience(cause: Cause, same: float, all_: float) -> None:
    verdict = overdue(
        Waiting(cause, "words"), same=same, all_=all_, patience=Patience(image=300, start=900)
    )
    if cause is Cause.QUEUED:
        assert verdict is None
    elif cause in {Cause.IMAGE, Cause.CONTAINER} and same >= 300:
        assert verdict is not None
        assert verdict.failure is FailureClass.CONFIG
    else:
        assert (verdict is not None) == (all_ >= 900)
    assert verdict is None or "words" in verdict.message


def test_what_is_kept_of_a_pod_is_slim_and_survives_odd_input() -> None:
    meta = {"name": "p", "uid": str(TWO), "labels": {"reelmill.io/task": "no uuid"}}
    bare = seen.pod({"metadata": meta, "status": None})
    assert bare == PodSeen(TWO, "p", None, None)
    full = seen.pod(
        {
            "metadata": meta | {"deletionTimestamp": "x", "managedFields": [{"f": "x" * 9999}]},
            "status": {
                "phase": "Failed",
                "message": "m" * 5000,
                "conditions": [
                    {"type": "DisruptionTarget", "status": "False", "reason": "No"},
                    {"type": "PodScheduled", "status": "True"},
                ],
                "containerStatuses": [{"state": {"terminated": {"exitCode": 3, "reason": "E"}}}],
            },
        }
    )
    assert (full.exit_code, full.exit_reason, full.disrupted) == (3, "E", "")
    assert full.deleting
    assert len(full.status_message) == 1000
    assert not dataclasses.is_dataclass(full), "a tuple is a third of its size"
