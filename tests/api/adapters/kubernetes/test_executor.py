"""From an errand to the end of its Job, over a cluster that fails in every way it can."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from api.adapters.kubernetes import maker
from api.adapters.kubernetes.cluster import Cluster
from api.adapters.kubernetes.executor import KubernetesExecutor
from api.domain.execution import Handle
from schema.job import FailureClass
from tests.api.adapters.kubernetes.conftest import Ear, begin, errand, settings
from tests.api.adapters.kubernetes.double import Double, first
from tests.api.adapters.kubernetes.pods import terminated


async def test_a_job_runs_is_reported_and_is_deleted(
    executor: KubernetesExecutor, ear: Ear, double: Double
) -> None:
    wanted, job = await begin(executor, ear, double)
    assert executor.has(wanted.task_id)
    assert executor.free == 199
    await double.pod(job, phase="Running")
    await double.pod(job, phase="Succeeded", **terminated(0, "Completed"))
    await double.end(job)
    end = await ear.end()
    assert (end.task_id, end.exit_code, end.verdict) == (wanted.task_id, 0, None)
    while double.jobs or executor.has(wanted.task_id):
        await asyncio.sleep(0.01)
    assert [d["propagationPolicy"] for d in double.deletions] == ["Background"]
    assert executor.free == 200
    assert ear.words == []


async def test_jobs_go_with_the_account_of_runners(
    executor: KubernetesExecutor, ear: Ear, double: Double
) -> None:
    account = double.kinds["accounts"].objects["reelmill-runner"]["metadata"]
    _, job = await begin(executor, ear, double)
    (owner,) = job["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["name"]) == ("ServiceAccount", "reelmill-runner")
    assert owner["uid"] == account["uid"]
    # Made anew, it has another uid; and while nobody can read it, the last one stays.
    account["uid"] = str(errand().task_id)
    await executor.sweep(set())
    double.faults = first("GET", 503)
    await executor.sweep(set())
    other = errand()
    await executor.start(other, ear.record(other.task_id))
    later = await double.job(2)
    assert later["metadata"]["ownerReferences"][0]["uid"] == account["uid"]


@pytest.mark.parametrize("fault", [500, 429, 503, "lost"])
async def test_a_create_that_nobody_has_answered_makes_one_job(
    executor: KubernetesExecutor, ear: Ear, double: Double, fault: int | str
) -> None:
    double.faults = first("POST", fault, times=2)
    _, job = await begin(executor, ear, double)
    assert double.jobs == [job]
    assert sum(1 for method, _ in double.calls if method == "POST") >= 3 - (fault == "lost")


async def test_another_job_of_that_name_is_not_taken_for_ours(
    executor: KubernetesExecutor, ear: Ear, double: Double
) -> None:
    wanted, job = await begin(executor, ear, double)
    executor.follow()
    await executor.lead()
    again = errand(job_id=wanted.job_id)
    await executor.start(again, ear.record(again.task_id))
    end = await ear.end()
    assert end.verdict is not None
    assert (end.verdict.failure, end.verdict.code) == (FailureClass.CONFIG, "JOB_REFUSED")
    assert job["metadata"]["uid"] in end.verdict.message
    assert double.jobs == [job], "a Job of somebody else was deleted"


async def test_what_the_cluster_will_never_take_fails_at_once(
    executor: KubernetesExecutor, ear: Ear, double: Double
) -> None:
    double.faults = first("POST", 403)
    wanted = errand()
    await executor.start(wanted, ear.record(wanted.task_id))
    end = await ear.end()
    assert end.verdict is not None
    assert end.verdict.code == "JOB_REFUSED"
    assert not executor.has(wanted.task_id)


async def test_while_the_cluster_is_away_nothing_is_claimed_and_then_the_job_is_made(
    executor: KubernetesExecutor, ear: Ear, double: Double
) -> None:
    double.away = True
    wanted = errand()
    await executor.start(wanted, ear.record(wanted.task_id))
    while executor.free:
        await asyncio.sleep(0.01)
    double.away = False
    await ear.until(lambda: wanted.task_id in ear.records)
    assert len(double.jobs) == 1


async def test_a_job_canceled_before_it_was_made_is_not_made(
    executor: KubernetesExecutor, ear: Ear, double: Double
) -> None:
    double.away = True
    wanted = errand()
    await executor.start(wanted, ear.record(wanted.task_id))
    executor.kill(wanted.task_id)
    double.away = False
    end = await ear.end()
    assert (end.task_id, end.exit_code) == (wanted.task_id, None)
    assert double.jobs == []
    assert not executor.has(wanted.task_id)


async def test_a_job_that_is_no_longer_wanted_when_it_is_made_is_deleted(
    executor: KubernetesExecutor, ear: Ear, double: Double
) -> None:
    wanted = errand()
    ear.unwanted.add(wanted.task_id)
    await executor.start(wanted, ear.record(wanted.task_id))
    await ear.end()
    assert double.jobs == []


async def test_the_end_of_a_killed_job_waits_for_its_pod(
    executor: KubernetesExecutor, ear: Ear, double: Double
) -> None:
    wanted, job = await begin(executor, ear, double)
    pod = await double.pod(job, phase="Running")
    executor.kill(wanted.task_id)
    while double.jobs:
        await asyncio.sleep(0.01)
    # Its pod has its grace period and may still write.
    pod["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    await double.tell("pods", "MODIFIED", pod)
    await asyncio.sleep(0.3)
    assert ear.ends == []
    await double.remove("pods", pod["metadata"]["name"])
    assert (await ear.end()).task_id == wanted.task_id


async def test_a_pod_of_a_lost_node_is_not_waited_for_for_ever(
    cluster: Cluster, ear: Ear, double: Double, hurry: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    executor = KubernetesExecutor(cluster, settings(kubernetes_grace_seconds=5), ear)
    await executor.lead()
    wanted, job = await begin(executor, ear, double)
    await double.pod(job, phase="Running")
    executor.kill(wanted.task_id)
    while double.jobs:
        await asyncio.sleep(0.01)
    executor._entries[wanted.task_id].doomed_at -= 11
    assert (await ear.end()).task_id == wanted.task_id
    await executor.stop()


@pytest.mark.parametrize(
    ("status", "ending"),
    [
        (terminated(137, "OOMKilled"), (FailureClass.OOM, "OUT_OF_MEMORY")),
        (terminated(0, "OOMKilled"), (FailureClass.OOM, "OUT_OF_MEMORY")),
        (
            {
                "reason": "Evicted",
                "message": 'Usage of EmptyDir volume "scratch" exceeds the limit',
            },
            (FailureClass.DISK, "SCRATCH_FULL"),
        ),
        (
            {"reason": "Evicted", "message": "The node was low on resource: memory."},
            (FailureClass.DISRUPTED, "RUNNER_LOST"),
        ),
        (
            {
                "conditions": [
                    {
                        "type": "DisruptionTarget",
                        "status": "True",
                        "reason": "PreemptionByScheduler",
                    }
                ]
            },
            (FailureClass.DISRUPTED, "RUNNER_LOST"),
        ),
        (
            terminated(128, "StartError", "exec: no such file"),
            (FailureClass.CONFIG, "RUNNER_MISCONFIGURED"),
        ),
    ],
)
async def test_what_a_pod_has_died_of(
    executor: KubernetesExecutor,
    ear: Ear,
    double: Double,
    status: dict[str, Any],
    ending: tuple[FailureClass, str],
) -> None:
    _, job = await begin(executor, ear, double)
    complete = status.get("containerStatuses", [{}])[0].get("state", {}).get("terminated", {})
    await double.pod(job, phase="Failed", **status)
    await double.end(job, "Complete" if complete.get("exitCode") == 0 else "Failed")
    end = await ear.end()
    assert end.verdict is not None
    assert (end.verdict.failure, end.verdict.code) == ending


async def test_a_runner_that_could_not_tell_has_its_log_read(
    executor: KubernetesExecutor, ear: Ear, double: Double
) -> None:
    _, job = await begin(executor, ear, double)
    pod = await double.pod(job, phase="Failed", **terminated(139))
    double.logs[pod["metadata"]["name"]] = "Segmentation fault"
    await double.end(job, "Failed", reason="BackoffLimitExceeded")
    end = await ear.end()
    assert (end.exit_code, end.verdict, end.log) == (139, None, "Segmentation fault")


async def test_a_deadline_and_a_deleted_job(
    executor: KubernetesExecutor, ear: Ear, double: Double
) -> None:
    _, late = await begin(executor, ear, double)
    await double.end(late, "Failed", reason="DeadlineExceeded")
    await ear.until(lambda: len(ear.ends) == 1)
    other = errand()
    await executor.start(other, ear.record(other.task_id))
    await ear.until(lambda: other.task_id in ear.records)
    while not executor._entries[other.task_id].seen:
        await asyncio.sleep(0.01)
    (job,) = [j for j in double.jobs if j["metadata"]["uid"] == str(ear.records[other.task_id].uid)]
    await double.remove("jobs", job["metadata"]["name"])
    await ear.until(lambda: len(ear.ends) == 2)
    codes = [(e.verdict.failure, e.verdict.code) for e in ear.ends if e.verdict]
    assert codes == [
        (FailureClass.TIMEOUT, "TIME_LIMIT"),
        (FailureClass.DISRUPTED, "RUNNER_LOST"),
    ]


async def test_a_new_leader_takes_up_what_it_finds(
    executor: KubernetesExecutor, cluster: Cluster, ear: Ear, double: Double, hurry: None
) -> None:
    wanted, job = await begin(executor, ear, double)
    await executor.stop()
    assert double.jobs == [job], "Jobs run on when the leader goes"
    later = KubernetesExecutor(cluster, settings(), ear)
    await later.lead()
    uid = ear.records.pop(wanted.task_id).uid
    assert not await later.adopt(errand(), Handle(), ear.record(wanted.task_id))
    stranger = Handle(uid=errand().task_id)
    assert not await later.adopt(wanted, stranger, ear.record(wanted.task_id))
    # The leader before died between the create and its row.
    assert await later.adopt(wanted, Handle(), ear.record(wanted.task_id))
    await ear.until(lambda: wanted.task_id in ear.records)
    assert ear.records[wanted.task_id].uid == uid
    await double.pod(job, phase="Succeeded", **terminated(0))
    await double.end(job)
    assert (await ear.end()).task_id == wanted.task_id
    await later.stop()


async def test_no_more_is_taken_on_than_is_made_soon(
    executor: KubernetesExecutor, ear: Ear, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maker, "_AHEAD", 3)
    double.faults = first("POST", 500, times=3)
    wanted = [errand() for _ in range(3)]
    for one in wanted:
        await executor.start(one, ear.record(one.task_id))
    while len(double.faults) == 3:  # the first create is there
        await asyncio.sleep(0)
    assert executor._maker.room == 0
    await ear.until(lambda: len(ear.records) == 3)
    assert executor._maker.room == 3
