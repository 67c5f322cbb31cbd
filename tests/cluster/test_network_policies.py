"""NetworkPolicies are enforced in the kernel, both ways, and without one everything passes."""

from __future__ import annotations

from typing import Any

import pytest
from kubernetes.client import NetworkingV1Api

from tests.cluster.subject import Cluster

pytestmark = pytest.mark.cluster

_FRIEND = {"role": "friend"}
_DNS = {
    "to": [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        }
    ],
    "ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}],
}


def test_ingress_lets_in_whom_it_names_and_nobody_else(cluster: Cluster, namespace: str) -> None:
    cluster.serve(namespace, "web", "hello")
    cluster.serve(namespace, "friend", "", **_FRIEND)
    cluster.serve(namespace, "stranger", "")
    with cluster.namespace() as other:
        cluster.serve(other, "far", "", **_FRIEND)
        web = f"web.{namespace}.svc.cluster.local:80"
        for space, pod in ((namespace, "friend"), (namespace, "stranger"), (other, "far")):
            _until_reached(cluster, space, pod, web)
        _policy(
            cluster,
            namespace,
            podSelector={"matchLabels": {"app": "web"}},
            policyTypes=["Ingress"],
            ingress=[
                {"from": [{"podSelector": {"matchLabels": _FRIEND}}], "ports": [{"port": "http"}]}
            ],
        )
        _until_kept_out(cluster, namespace, "stranger", web)
        assert _reaches(cluster, namespace, "friend", web)
        assert not _reaches(cluster, other, "far", web), "a friend from elsewhere is none"


def test_egress_reaches_what_it_names_and_not_the_kubernetes_api(
    cluster: Cluster, namespace: str
) -> None:
    cluster.serve(namespace, "web", "hello")
    cluster.serve(namespace, "other", "secret")
    cluster.serve(namespace, "friend", "", **_FRIEND)
    api = "kubernetes.default.svc.cluster.local:443"
    for address in ("web:80", "other:80", api):
        _until_reached(cluster, namespace, "friend", address)
    web = {"to": [{"podSelector": {"matchLabels": {"app": "web"}}}], "ports": [{"port": 8080}]}
    _policy(
        cluster,
        namespace,
        podSelector={"matchLabels": _FRIEND},
        policyTypes=["Egress"],
        egress=[_DNS, web],
    )
    _until_kept_out(cluster, namespace, "friend", "other:80")
    assert _reaches(cluster, namespace, "friend", "web:80")
    assert not _reaches(cluster, namespace, "friend", api)
    assert _reaches(cluster, namespace, "web", "other:80"), "who is not selected is free"


def test_a_pod_gets_through_soon_after_its_start(cluster: Cluster, namespace: str) -> None:
    cluster.serve(namespace, "web", "hello")
    # Its address must be seen first; until then it gets no answer, and asks again.
    assert cluster.run(namespace, "get", "http://web/", "60").log == "hello\n"


def _policy(cluster: Cluster, namespace: str, **spec: Any) -> None:
    body = {"metadata": {"name": "p"}, "spec": spec}
    NetworkingV1Api(cluster.api).create_namespaced_network_policy(namespace, body)


def _reaches(cluster: Cluster, namespace: str, pod: str, address: str) -> bool:
    return cluster.execute(namespace, pod, "dial", address, "4")


def _until_reached(cluster: Cluster, namespace: str, pod: str, address: str) -> None:
    """Without a policy everything passes; what is denied later was possible before."""
    cluster.until(
        lambda: _reaches(cluster, namespace, pod, address), f"{pod} reaches {address}", seconds=120
    )


def _until_kept_out(cluster: Cluster, namespace: str, pod: str, address: str) -> None:
    cluster.until(
        lambda: not _reaches(cluster, namespace, pod, address), f"{pod} is kept from {address}"
    )
