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
    "ports": [{"port": 5353, "protocol": "UDP"}, {"port": 5353, "protocol": "TCP"}],
}


def test_ingress_lets_in_whom_it_names_and_nobody_else(cluster: Cluster, namespace: str) -> None:
    cluster.serve(namespace, "web", "hello")
    assert _reaches(cluster, namespace, "web:80"), "before there is a policy"
    _policy(
        cluster,
        namespace,
        podSelector={"matchLabels": {"app": "web"}},
        policyTypes=["Ingress"],
        ingress=[
            {"from": [{"podSelector": {"matchLabels": _FRIEND}}], "ports": [{"port": "http"}]}
        ],
    )
    cluster.until(lambda: not _reaches(cluster, namespace, "web:80"), "strangers are kept out")
    assert _reaches(cluster, namespace, "web:80", labels=_FRIEND)
    with cluster.namespace() as other:
        address = f"web.{namespace}.svc.cluster.local:80"
        assert not _reaches(cluster, other, address, labels=_FRIEND), "a friend from elsewhere"


def test_egress_reaches_what_it_names_and_not_the_kubernetes_api(
    cluster: Cluster, namespace: str
) -> None:
    cluster.serve(namespace, "web", "hello")
    cluster.serve(namespace, "other", "secret")
    api = "kubernetes.default.svc.cluster.local:443"
    assert _reaches(cluster, namespace, api), "before there is a policy"
    _policy(
        cluster,
        namespace,
        podSelector={"matchLabels": _FRIEND},
        policyTypes=["Egress"],
        egress=[
            _DNS,
            {"to": [{"podSelector": {"matchLabels": {"app": "web"}}}], "ports": [{"port": 8080}]},
        ],
    )
    cluster.until(
        lambda: not _reaches(cluster, namespace, "other:80", labels=_FRIEND), "it is enforced"
    )
    assert _reaches(cluster, namespace, "web:80", labels=_FRIEND)
    assert not _reaches(cluster, namespace, api, labels=_FRIEND)
    assert _reaches(cluster, namespace, "other:80"), "who is not selected is free"


def _policy(cluster: Cluster, namespace: str, **spec: Any) -> None:
    body = {"metadata": {"name": "p"}, "spec": spec}
    NetworkingV1Api(cluster.api).create_namespaced_network_policy(namespace, body)


def _reaches(cluster: Cluster, namespace: str, address: str, **pod: Any) -> bool:
    return cluster.run(namespace, "dial", address, "4", **pod).good
