"""What becomes of transcodes when the API server, its answers or our own leader go away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from typing import Any

import pytest
import pytest_asyncio

from tests.cluster import harm
from tests.cluster.release import Release
from tests.cluster.stage import Stage, epoch_of, staged

pytestmark = pytest.mark.cluster


@pytest_asyncio.fixture(scope="module")
async def stage(release: Release, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with staged(release, tmp_path_factory.mktemp("films")) as made:
        yield made


async def test_a_leader_that_is_killed_is_followed_by_another(stage: Stage) -> None:
    """One transcode runs and one has just been asked for; both end as if nothing had happened."""
    running = await stage.start()
    await stage.encoding(running)
    before = {job.metadata.uid for job in stage.release.jobs(running)}
    first = await stage.wait(lambda: harm.leader(stage.release), "somebody leads")
    fresh = await stage.start()
    harm.kill(first)
    second = await stage.wait(lambda: _other_leader(stage.release, first), "another leads")
    assert second.metadata.uid != first.metadata.uid
    assert {job.metadata.uid for job in stage.release.jobs(running)} <= before
    for job_id in (running, fresh):
        job = await stage.over(job_id)
        assert job.succeeded, job
        assert len(job.attempts) == 1, "no attempt is lost with a leader"
    await _all_ready(stage)


async def test_no_api_process_need_live_as_long_as_a_transcode(stage: Stage) -> None:
    job_id = await stage.start()
    await stage.encoding(job_id)
    release = stage.release
    old = release.parts("api")
    for pod in old:
        release.cluster.core.delete_namespaced_pod(
            pod.metadata.name, release.namespace, grace_period_seconds=0
        )
    names = {pod.metadata.name for pod in old}
    await _all_ready(stage, names)
    job = await stage.over(job_id)
    assert job.succeeded, job
    assert len(job.attempts) == 1, "the very Job went on"


async def test_a_restart_of_the_api_server_is_not_noticed(stage: Stage) -> None:
    running = await stage.start()
    await stage.encoding(running)
    stage.release.cluster.restart("kube-apiserver")
    fresh = await stage.start()
    await stage.wait_for_cluster()
    for job_id in (running, fresh):
        job = await stage.over(job_id)
        assert job.succeeded, job
        assert len(job.attempts) == 1


async def test_what_happened_under_a_watch_that_has_expired_is_found_by_a_list(
    stage: Stage,
) -> None:
    """The API server restarts, a runner dies and etcd is compacted, while nobody of ours hears: the
    end of the old connections is among what is lost. It comes again, and then the watch goes on
    from a version that the server has forgotten."""
    job_id = await stage.start()
    await stage.encoding(job_id)
    cluster = stage.release.cluster
    pod = await stage.pod(job_id)
    harm.freeze(pod)
    said = _said(stage.release, "a watch has expired")
    with harm.answers_lost(cluster, stage.release.parts("api")):
        cluster.restart("kube-apiserver")
        await stage.wait_for_cluster()
        harm.kill(pod)  # so it cannot report anything itself
        await stage.wait(lambda: _over(stage.release, job_id), "the Job's controller has seen it")
        harm.compact(cluster)
    job = await stage.over(job_id)
    assert job.succeeded, job
    assert [attempt.reason for attempt in job.attempts] == ["RUNNER_LOST", None]
    assert _said(stage.release, "a watch has expired") > said


async def test_a_create_whose_answer_is_lost_makes_one_job(stage: Stage) -> None:
    """The second try is answered 409 and takes the first one's Job for its own."""
    cluster, release = stage.release.cluster, stage.release
    # The connections that this one leaves open carry the next request.
    await stage.over(await stage.start(recipe={"poster": {}}))
    said = _said(release, "a Job waits for the cluster")
    with harm.answers_lost(cluster, release.parts("api")):
        job_id = await stage.start()
        (made,) = await stage.wait(lambda: release.jobs(job_id), "its Job is made")
        job = await stage.client.job(job_id)
        assert job.status == "LAUNCHING", "nobody has been told"
        await stage.wait(
            lambda: _said(release, "a Job waits for the cluster") > said, "it has given up waiting"
        )
    await stage.encoding(job_id)
    assert [job.metadata.uid for job in release.jobs(job_id)] == [made.metadata.uid]
    job = await stage.over(job_id)
    assert job.succeeded, job
    assert len(job.attempts) == 1


async def test_of_two_pods_of_one_task_only_the_newer_publishes(stage: Stage) -> None:
    """Kubernetes says that it may happen. Its controller would end one: it must not see them."""
    job_id = await stage.start()
    await stage.encoding(job_id)
    cluster, namespace = stage.release.cluster, stage.release.namespace
    older = await stage.pod(job_id)
    (made,) = stage.release.jobs(job_id)
    cluster.stop("kube-controller-manager")
    try:
        twin = harm.twin_of(older, made)
        cluster.core.create_namespaced_pod(namespace, twin)
        await stage.wait(
            lambda: _exit_code(stage.release, older) == 3, "the older one has stopped by itself"
        )
        await stage.wait(
            lambda: cluster.finished(namespace, twin["metadata"]["name"]), "the newer one is done"
        )
    finally:
        cluster.start("kube-controller-manager")
    job = await stage.over(job_id)
    assert job.succeeded, job
    assert len(job.attempts) == 1
    assert {epoch_of(output.key, job) for output in job.outputs} == {2}


def _other_leader(release: Release, old: Any) -> Any:
    """Who leads by now; the old one's container may be back and its pod has the same name."""
    found = harm.leader(release)
    return found if found and found.metadata.uid != old.metadata.uid else None


async def _all_ready(stage: Stage, but: Collection[str] = ()) -> None:
    def holds() -> bool:
        pods = [pod for pod in stage.release.parts("api") if pod.metadata.name not in but]
        return len(pods) == 2 and all(
            any(c.type == "Ready" and c.status == "True" for c in pod.status.conditions or [])
            for pod in pods
        )

    await stage.wait(holds, "both API pods are ready")


def _said(release: Release, words: str) -> int:
    """How often the API's processes have said so since their last start."""
    core = release.cluster.core
    return sum(
        core.read_namespaced_pod_log(pod.metadata.name, release.namespace).count(words)
        for pod in release.parts("api")
    )


def _over(release: Release, job_id: str) -> bool:
    (job,) = release.jobs(job_id)
    return any(c.type == "Failed" for c in job.status.conditions or [])


def _exit_code(release: Release, pod: Any) -> int | None:
    found = release.cluster.core.read_namespaced_pod(pod.metadata.name, release.namespace)
    ended = found.status.container_statuses[0].state.terminated
    return ended.exit_code if ended else None
