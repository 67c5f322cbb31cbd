"""What a user does: install, upload, watch, play, test, uninstall."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
from kubernetes import dynamic
from kubernetes.client import RbacAuthorizationV1Api
from kubernetes.dynamic.resource import ResourceList

from tests.cluster.release import NodePorts, Release, installed
from tests.cluster.subject import Cluster
from tests.support.media import synthesize

pytestmark = pytest.mark.cluster


async def test_a_client_outside_uploads_watches_and_plays(release: Release, tmp_path: Path) -> None:
    film = synthesize(tmp_path / "film.mp4", seconds=8)
    statuses = []
    jobs: set[str] = set()
    pods: dict[str, str] = {}
    async with release.client() as client:
        upload = await client.upload(film, preset="web")
        assert upload.job is not None
        async for job in client.watch_job(upload.job.id):
            statuses.append(str(job.status))
            jobs |= {found.metadata.name for found in release.jobs()}
            pods |= {found.metadata.name: found.spec.node_name for found in release.pods()}
    assert job.succeeded, job
    assert "RUNNING" in statuses, statuses
    assert len(jobs) == 1, "the transcode is one Kubernetes Job"
    assert len(pods) == 1, "with one pod"
    (playlist,) = [output for output in job.outputs if output.kind == "HLS"]
    assert await _played(str(playlist.playback_url)) > 1000
    release.cluster.until(lambda: not release.jobs(), "the Job is deleted once it is written down")


async def _played(master: str) -> int:
    """Goes the way of a player: master, media playlist, first segment; bytes of that."""
    async with httpx.AsyncClient(follow_redirects=True, timeout=30) as player:
        rung = await _first(player, master)
        segment = await _first(player, rung)
        answer = await player.get(segment)
        return len(answer.raise_for_status().content)


async def _first(player: httpx.AsyncClient, playlist: str) -> str:
    text = (await player.get(playlist)).raise_for_status().text
    return urljoin(playlist, next(line for line in text.splitlines() if line[:1] not in {"#", ""}))


def test_the_charts_own_test_passes(release: Release) -> None:
    assert "Succeeded" in release.helm("test", release.name, "--timeout", "3m")


def test_all_of_it_runs_where_pod_security_is_restricted(release: Release) -> None:
    space = release.cluster.core.read_namespace(release.namespace)
    assert space.metadata.labels["pod-security.kubernetes.io/enforce"] == "restricted"
    pods = release.cluster.core.list_namespaced_pod(release.namespace).items
    parts = {pod.metadata.labels["app.kubernetes.io/component"] for pod in pods}
    assert {"api", "postgres", "s3"} <= parts


async def test_uninstall_leaves_nothing_of_what_runs_either(
    own_cluster: Cluster, tmp_path: Path
) -> None:
    film = synthesize(tmp_path / "film.mp4", seconds=60, size="1280x720")
    with installed(own_cluster, "gone", NodePorts(api=30841, s3=30834)) as release:
        async with release.client() as client:
            upload = await client.upload(film, preset="web")
            assert upload.job is not None
            async for job in client.watch_job(upload.job.id):
                if job.status == "RUNNING":
                    break
        assert release.pods()
        there = _everything(own_cluster, release.namespace)
        assert {"Deployment/gone-api", "Secret/gone-first-key", "Service/gone-s3"} <= there
        assert _of_the_cluster(own_cluster, release.namespace)
        release.helm("uninstall", release.name, "--wait")
        # helm does not wait for the pods: an API has its connections to end, and Jobs are collected
        # once their account is gone.
        own_cluster.until(
            lambda: not _everything(own_cluster, release.namespace),
            "nothing is left of the release",
            seconds=180,
        )
        assert not _of_the_cluster(own_cluster, release.namespace)


def _everything(cluster: Cluster, namespace: str) -> set[str]:
    """Kind and name of all that is in a namespace, but for what every namespace has."""
    found = set()
    for resource in dynamic.DynamicClient(cluster.api).resources.search(namespaced=True):
        # The client invents a kind of lists for each kind.
        listed = not isinstance(resource, ResourceList) and "list" in resource.verbs
        if not listed or resource.kind in {"Event", "Lease"}:
            continue
        for item in resource.get(namespace=namespace).items:
            found.add(f"{resource.kind}/{item.metadata.name}")
    return found - {"ConfigMap/kube-root-ca.crt", "ServiceAccount/default"}


def _of_the_cluster(cluster: Cluster, namespace: str) -> set[str]:
    """Names of what the release has outside of its namespace."""
    rbac = RbacAuthorizationV1Api(cluster.api)
    listed = [*rbac.list_cluster_role().items, *rbac.list_cluster_role_binding().items]
    return {item.metadata.name for item in listed if item.metadata.name.startswith(namespace)}
