"""What is wrong with the configuration is said in clear lines: by an API process as it starts in a
pod, and by the job where only a runner's pod can know."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kubernetes.client import ApiClient, AppsV1Api, RbacAuthorizationV1Api

from tests.cluster import changes
from tests.cluster.release import Release
from tests.support.media import synthesize

pytestmark = pytest.mark.cluster

_LIMITED = "limited"


def _start(release: Release, account: str = "", **variables: str) -> tuple[int, list[str]]:
    """Exit code and lines of an API process that starts with other variables, in a pod that is made
    as the release makes its own."""
    core = release.cluster.core
    deployment = AppsV1Api(release.cluster.api).read_namespaced_deployment(
        f"{release.name}-api", release.namespace
    )
    spec: dict[str, Any] = ApiClient().sanitize_for_serialization(deployment.spec.template.spec)
    spec = copy.deepcopy(spec) | {"restartPolicy": "Never"}
    spec["serviceAccountName"] = spec["serviceAccount"] = account or spec["serviceAccountName"]
    del spec["initContainers"]  # the schema is there by now
    (container,) = spec["containers"]
    for probe in ("startupProbe", "livenessProbe", "readinessProbe", "lifecycle"):
        container.pop(probe, None)
    kept = [entry for entry in container["env"] if entry["name"] not in variables]
    container["env"] = kept + [{"name": n, "value": v} for n, v in variables.items()]
    # Policies let nobody else to the database, and the Service must not find it.
    labels = {
        "app.kubernetes.io/name": "reelmill",
        "app.kubernetes.io/instance": release.name,
        "app.kubernetes.io/component": "migrate",
    }
    name = "starts-badly"
    core.create_namespaced_pod(
        release.namespace, {"metadata": {"name": name, "labels": labels}, "spec": spec}
    )
    try:
        over = release.cluster.until(
            lambda: release.cluster.finished(release.namespace, name), f"{name} has ended", 240
        )
        log = core.read_namespaced_pod_log(name, release.namespace, container="api")
    finally:
        core.delete_namespaced_pod(name, release.namespace, grace_period_seconds=0)
        release.cluster.until(lambda: not _there(release, name), f"{name} is gone")
    (status,) = over.status.container_statuses
    return status.state.terminated.exit_code, log.splitlines()


def _there(release: Release, name: str) -> bool:
    listed = release.cluster.core.list_namespaced_pod(
        release.namespace, field_selector=f"metadata.name={name}"
    )
    return bool(listed.items)


# What is changed, and how the only line begins.
WRONG: dict[str, tuple[dict[str, str], str]] = {
    "no cluster": (
        {"KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": "1"},
        "REELMILL_EXECUTOR: no cluster answers at https://127.0.0.1:1: ",
    ),
    "a namespace that is not there": (
        {"REELMILL_KUBERNETES_NAMESPACE": "nowhere"},
        "REELMILL_KUBERNETES_NAMESPACE: this account may do nothing with Jobs and pods in ",
    ),
    "an image that is none": (
        {"REELMILL_KUBERNETES_IMAGE": "Reelmill Runner:1"},
        "REELMILL_KUBERNETES_IMAGE: is no image such as ",
    ),
    "a callback to this machine": (
        {"REELMILL_KUBERNETES_CALLBACK_URL": "http://localhost:8400"},
        "REELMILL_KUBERNETES_CALLBACK_URL: 'http://localhost:8400' is this machine itself",
    ),
    "a callback that is no URL": (
        {"REELMILL_KUBERNETES_CALLBACK_URL": "rm-api:8400"},
        "REELMILL_KUBERNETES_CALLBACK_URL: 'rm-api:8400' is no URL",
    ),
    "a callback to nobody": (
        {"REELMILL_KUBERNETES_CALLBACK_URL": "http://rm-apj.nowhere.svc:8400"},
        "REELMILL_KUBERNETES_CALLBACK_URL: pods do not find 'rm-apj.nowhere.svc'",
    ),
    "an account that is not there": (
        {"REELMILL_KUBERNETES_SERVICE_ACCOUNT": "nobody"},
        "REELMILL_EXECUTOR: this account may not get serviceaccounts 'nobody' in namespace ",
    ),
    "a toleration that is none": (
        {"REELMILL_KUBERNETES_TOLERATIONS": '[{"operator": "Perhaps"}]'},
        "REELMILL_KUBERNETES_*: the cluster refuses Jobs with these settings: 422 Invalid: ",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_it_ends_at_the_start_with_one_clear_line(release: Release, what: str) -> None:
    variables, line = WRONG[what]
    code, lines = _start(release, **variables)
    assert (code, len(lines)) == (2, 1), "\n".join(lines)
    assert lines[0].startswith("BAD_CONFIGURATION: " + line), lines[0]


@pytest.fixture
def limited(release: Release) -> Iterator[str]:
    """An account with the API's role, but for one verb on pods, and with nothing in the cluster."""
    rbac, core = RbacAuthorizationV1Api(release.cluster.api), release.cluster.core
    role = rbac.read_namespaced_role(f"{release.name}-jobs", release.namespace)
    rules = ApiClient().sanitize_for_serialization(role.rules)
    for rule in rules:
        if rule["resources"] == ["pods"]:
            rule["verbs"].remove("watch")
    subject = {"kind": "ServiceAccount", "name": _LIMITED, "namespace": release.namespace}
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": _LIMITED}
    meta = {"metadata": {"name": _LIMITED}}
    core.create_namespaced_service_account(release.namespace, meta)
    rbac.create_namespaced_role(release.namespace, meta | {"rules": rules})
    rbac.create_namespaced_role_binding(
        release.namespace, meta | {"subjects": [subject], "roleRef": reference}
    )
    yield _LIMITED
    rbac.delete_namespaced_role_binding(_LIMITED, release.namespace)
    rbac.delete_namespaced_role(_LIMITED, release.namespace)
    core.delete_namespaced_service_account(_LIMITED, release.namespace)


def test_each_missing_permission_is_a_line_with_its_name(release: Release, limited: str) -> None:
    code, lines = _start(release, account=limited)
    assert code == 2, lines
    pods = f"this account may not watch pods in namespace {release.namespace}"
    reviews = "this account may not create tokenreviews.authentication.k8s.io in the cluster"
    assert [line.partition("REELMILL_EXECUTOR: ")[2].partition(";")[0] for line in lines] == [
        pods,
        reviews,
    ]


async def test_a_callback_that_pods_do_not_reach_is_told_by_the_job(
    release: Release, tmp_path: Path
) -> None:
    """The host is known, and a network policy stands between: nobody can see that at the start."""
    film = synthesize(tmp_path / "film.mp4", seconds=4)
    url = f"http://{release.name}-postgres.{release.namespace}.svc:5432"
    changed = {
        "REELMILL_KUBERNETES_CALLBACK_URL": url,
        "REELMILL_KUBERNETES_IMAGE_TIMEOUT": "30",
    }
    with changes.setting(release, **changed):
        async with release.client() as client, asyncio.timeout(300):
            upload = await client.upload(film, preset="web")
            assert upload.job is not None
            reasons = []
            async for job in client.watch_job(upload.job.id):
                if job.waiting_reason:
                    reasons.append(job.waiting_reason)
            job = await client.job(upload.job.id)
    assert any(reason.startswith(f"its runner does not reach {url}: ") for reason in reasons), (
        reasons
    )
    assert job.error is not None
    assert (job.status, job.error.code) == ("FAILED", "CALLBACK_UNREACHABLE"), job
    assert "REELMILL_KUBERNETES_CALLBACK_URL" in (job.error.hint or "")
    assert len(job.attempts) == 1, "a setting is not tried again"
    release.cluster.until(lambda: not release.jobs(), "its Job is gone")
