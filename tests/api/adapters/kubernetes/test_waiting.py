"""Why a Job of ours has not started: told once, and ended when it never will."""

from __future__ import annotations

import asyncio

from api.adapters.kubernetes.cluster import Cluster
from api.adapters.kubernetes.diagnosis import Patience
from api.adapters.kubernetes.executor import KubernetesExecutor
from schema.job import FailureClass
from tests.api.adapters.kubernetes.conftest import Ear, begin, settings
from tests.api.adapters.kubernetes.double import Double


async def test_reasons_are_told_once_and_change(
    executor: KubernetesExecutor, ear: Ear, double: Double
) -> None:
    _, job = await begin(executor, ear, double)
    unschedulable = {
        "type": "PodScheduled",
        "status": "False",
        "reason": "Unschedulable",
        "message": "0/1 nodes are available: 1 Insufficient cpu.",
    }
    for _ in range(3):
        await double.pod(job, conditions=[unschedulable])
    await ear.reason("no node has room for it or may run it: 0/1 nodes are available")
    state = {"waiting": {"reason": "ErrImagePull", "message": "pull QPS exceeded"}}
    await double.pod(job, containerStatuses=[{"state": state}])
    await ear.reason("fetches many images")
    await double.pod(job, phase="Running")
    said = [words for _, words in ear.words if "node" in words]
    assert len(said) == len(set(said)) == 2


async def test_an_image_that_does_not_come_and_a_node_that_does_not_come_end_the_job(
    cluster: Cluster, ear: Ear, double: Double, hurry: None
) -> None:
    short = settings(kubernetes_image_timeout=5, kubernetes_start_timeout=5)
    executor = KubernetesExecutor(cluster, short, ear)
    executor._judge.patience = Patience(image=0.2, start=0.4)
    await executor.lead()
    image, job = await begin(executor, ear, double)
    state = {"waiting": {"reason": "ImagePullBackOff", "message": 'Back-off pulling image "x"'}}
    await double.pod(job, containerStatuses=[{"state": state}])
    await ear.reason("cannot fetch the runner's image")
    while double.jobs:
        await asyncio.sleep(0.01)
    await double.remove("pods", job["metadata"]["name"] + "-x")
    await ear.until(lambda: len(ear.ends) == 1)
    node, job = await begin(executor, ear, double)
    await ear.until(lambda: len(ear.ends) == 2)
    codes = {e.task_id: e.verdict.code for e in ear.ends if e.verdict}
    assert codes == {image.task_id: "IMAGE_UNAVAILABLE", node.task_id: "START_TIMEOUT"}
    await executor.stop()


async def test_a_pod_that_is_refused_is_explained_by_the_jobs_events(
    executor: KubernetesExecutor, ear: Ear, double: Double
) -> None:
    _, job = await begin(executor, ear, double)
    event = {"reason": "FailedCreate", "uid": job["metadata"]["uid"], "lastTimestamp": "1"}
    quota = 'pods "x" is forbidden: exceeded quota: q, requested: cpu=2, limited: cpu=1'
    double.events = [event | {"message": quota}]
    await ear.reason("the namespace's quota is used up")
    double.events = [event | {"message": 'violates PodSecurity "restricted:latest": seccomp'}]
    executor._entries[next(iter(executor._entries))].asked_at = 0
    end = await ear.end()
    assert end.verdict is not None
    assert end.verdict.code == "RUNNER_MISCONFIGURED"


async def test_kueue_may_take_its_time(
    cluster: Cluster, ear: Ear, double: Double, hurry: None
) -> None:
    executor = KubernetesExecutor(cluster, settings(kubernetes_queue_name="media"), ear)
    executor._judge.patience = Patience(image=0.1, start=0.1)
    await executor.lead()
    _, job = await begin(executor, ear, double)
    assert job["spec"]["suspend"] is True
    await ear.reason("it is queued in the cluster")
    await asyncio.sleep(0.4)
    assert ear.ends == []
    await executor.stop()


async def test_a_preemption_ends_the_run_and_its_job_is_not_admitted_again(
    cluster: Cluster, ear: Ear, double: Double, hurry: None
) -> None:
    """Kueue suspends a Job that runs, and Kubernetes then deletes its pod."""
    executor = KubernetesExecutor(cluster, settings(kubernetes_queue_name="media"), ear)
    await executor.lead()
    wanted, job = await begin(executor, ear, double)
    job["spec"]["suspend"] = False
    await double.tell("jobs", "MODIFIED", job)
    pod = await double.pod(job, phase="Running")
    while executor._entries[wanted.task_id].pod is None:
        await asyncio.sleep(0.01)
    job["spec"]["suspend"] = True
    await double.tell("jobs", "MODIFIED", job)
    await asyncio.sleep(0.2)
    assert (double.jobs, ear.ends) == ([job], []), "its pod has its grace period"
    await double.remove("pods", pod["metadata"]["name"])
    end = await ear.end()
    assert end.verdict is not None
    assert (end.verdict.failure, end.verdict.code) == (FailureClass.DISRUPTED, "RUNNER_LOST")
    assert double.jobs == []
    await executor.stop()
