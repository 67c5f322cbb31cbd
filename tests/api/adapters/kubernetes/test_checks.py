"""What is missing is said at the start, in one clear line each."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from api.adapters.kubernetes import checks, permissions
from api.adapters.kubernetes.cluster import Cluster
from api.errors import BadConfiguration
from tests.api.adapters.kubernetes.conftest import settings
from tests.api.adapters.kubernetes.double import Double, first


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"kubernetes_image": None}, "REELMILL_KUBERNETES_IMAGE: is not set"),
        ({"kubernetes_callback_url": None}, "REELMILL_KUBERNETES_CALLBACK_URL: is not set"),
        (
            {"kubernetes_callback_url": "http://127.0.0.1:8400"},
            "REELMILL_KUBERNETES_CALLBACK_URL: 'http://127.0.0.1:8400' is this machine itself",
        ),
        (
            {"kubernetes_callback_url": "http://localhost:8400"},
            "REELMILL_KUBERNETES_CALLBACK_URL: 'http://localhost:8400' is this machine itself",
        ),
        (
            {"kubernetes_callback_url": "reelmill-api:8400"},
            "REELMILL_KUBERNETES_CALLBACK_URL: 'reelmill-api:8400' is no URL",
        ),
        (
            {"s3_endpoint": "http://[::1]:9000"},
            "REELMILL_S3_ENDPOINT: 'http://[::1]:9000' is this machine itself",
        ),
    ],
)
def test_settings_that_cannot_work(changes: dict[str, Any], line: str) -> None:
    with pytest.raises(BadConfiguration) as refused:
        checks.check_settings(settings(**changes))
    assert refused.value.message.startswith(line)
    assert "\n" not in refused.value.message


def test_good_settings_pass() -> None:
    checks.check_settings(settings(s3_endpoint="http://10.0.0.7:9000"))


async def test_a_good_cluster_passes_and_nothing_is_made(cluster: Cluster, double: Double) -> None:
    await checks.check_cluster(cluster, settings())
    assert double.jobs == []


async def test_every_missing_permission_is_named(cluster: Cluster, double: Double) -> None:
    double.denied = {("watch", "pods"), ("create", "tokenreviews"), ("get", "pods/log")}
    double.denied.add(("get", "serviceaccounts"))
    with pytest.raises(BadConfiguration) as refused:
        await checks.check_cluster(cluster, settings())
    account = "serviceaccounts 'reelmill-runner'"
    reviews = "tokenreviews.authentication.k8s.io"
    lines = refused.value.message.splitlines()
    assert [line.partition("; ")[0] for line in lines] == [
        "REELMILL_EXECUTOR: this account may not watch pods in namespace media",
        "REELMILL_EXECUTOR: this account may not get pods/log in namespace media",
        f"REELMILL_EXECUTOR: this account may not get {account} in namespace media",
        f"REELMILL_EXECUTOR: this account may not create {reviews} in the cluster",
    ]


async def test_a_namespace_in_which_nothing_is_allowed_is_one_line(
    cluster: Cluster, double: Double
) -> None:
    double.denied = {
        (verb, "/".join(filter(None, need[1:3])))
        for need in permissions.NEEDED
        for verb in need.verbs
    }
    with pytest.raises(BadConfiguration, match="this account may do nothing") as refused:
        await checks.check_cluster(cluster, settings())
    assert "\n" not in refused.value.message


async def test_an_account_of_runners_that_is_not_there(cluster: Cluster) -> None:
    other = settings(kubernetes_service_account="nobody")
    with pytest.raises(BadConfiguration, match="ACCOUNT: there is no ServiceAccount 'nobody' in n"):
        await checks.check_cluster(cluster, other)


async def test_a_namespace_that_is_not_there(cluster: Cluster) -> None:
    cluster.namespace = "elsewhere"
    with pytest.raises(BadConfiguration, match="KUBERNETES_NAMESPACE: there is no namespace 'els"):
        await checks.check_cluster(cluster, settings())


async def test_settings_that_the_cluster_refuses(cluster: Cluster, double: Double) -> None:
    double.faults = [
        lambda request: 422 if request.query.get("dryRun") else None,
    ]
    with pytest.raises(BadConfiguration, match="the cluster refuses Jobs with these settings: 422"):
        await checks.check_cluster(cluster, settings())
    wrong = settings(kubernetes_tolerations=[{"keyy": "media"}])
    with pytest.raises(BadConfiguration, match=r"the settings make no valid Job: .*keyy"):
        await checks.check_cluster(cluster, wrong)


async def test_a_cluster_that_does_not_know_us(cluster: Cluster, double: Double) -> None:
    double.faults = first("POST", 403)
    with pytest.raises(BadConfiguration, match="does not know us: 403"):
        await checks.check_cluster(cluster, settings())


async def test_a_cluster_that_is_away(
    cluster: Cluster, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "_PAUSE", 0.01)
    double.faults = first("POST", 503, times=2)
    await checks.check_cluster(cluster, settings())  # it was only restarting
    double.away = True
    with pytest.raises(BadConfiguration, match=r"no cluster answers at http://127\.0\.0\.1"):
        await checks.check_cluster(cluster, settings())


async def test_no_cluster_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    async with AsyncExitStack() as stack:
        with pytest.raises(BadConfiguration, match=r"REELMILL_EXECUTOR: no cluster: .*host/port"):
            await Cluster.open(settings(), stack)
        missing = settings(kubernetes_kubeconfig=tmp_path / "none")
        with pytest.raises(BadConfiguration, match=r"REELMILL_EXECUTOR: no cluster: .*KUBECONFIG"):
            await Cluster.open(missing, stack)


async def test_a_kubeconfig_without_a_namespace_setting(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(
        "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
        "clusters: [{name: k, cluster: {server: 'https://10.0.0.1:6443'}}]\n"
        "contexts: [{name: c, context: {cluster: k, user: u}}]\nusers: [{name: u, user: {}}]\n"
    )
    async with AsyncExitStack() as stack:
        named = settings(kubernetes_kubeconfig=config)
        assert (await Cluster.open(named, stack)).host == "https://10.0.0.1:6443"
        with pytest.raises(BadConfiguration, match="KUBERNETES_NAMESPACE: is not set"):
            await Cluster.open(
                settings(kubernetes_kubeconfig=config, kubernetes_namespace=None), stack
            )


async def test_a_callback_whose_host_pods_do_not_find(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_PAUSE", 0.01)
    await checks.check_callback(settings(kubernetes_callback_url="http://127.0.0.1:8400"))
    wrong = settings(kubernetes_callback_url="http://reelmill-api.nowhere.invalid:8400")
    with pytest.raises(BadConfiguration, match="CALLBACK_URL: pods do not find"):
        await checks.check_callback(wrong)
