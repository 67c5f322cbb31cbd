"""What a cluster has beside its control plane: a name server."""

from __future__ import annotations

from typing import Any

import kubernetes

from tests.cluster.addresses import Addresses

COREDNS_IMAGE = "reelmill.invalid/coredns:1"
_LABELS = {"k8s-app": "kube-dns"}
# No forward: the cluster knows no name but its own, and says so at once.
_COREFILE = """\
.:53 {
    errors
    health :8080
    ready :8181
    kubernetes cluster.local in-addr.arpa {
        pods insecure
        ttl 5
    }
    cache 5
}
"""


def apply(client: kubernetes.client.ApiClient, addresses: Addresses) -> None:
    core = kubernetes.client.CoreV1Api(client)
    rbac = kubernetes.client.RbacAuthorizationV1Api(client)
    account = _object("v1", "ServiceAccount")
    core.create_namespaced_service_account("kube-system", account)
    rbac.create_cluster_role(_role())
    rbac.create_cluster_role_binding(_binding())
    core.create_namespaced_config_map(
        "kube-system", _object("v1", "ConfigMap", data={"Corefile": _COREFILE})
    )
    kubernetes.client.AppsV1Api(client).create_namespaced_deployment("kube-system", _deployment())
    core.create_namespaced_service("kube-system", _service(addresses))


def _object(version: str, kind: str, name: str = "coredns", **rest: Any) -> dict[str, Any]:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name}, **rest}


def _role() -> dict[str, Any]:
    rules = [
        {
            "apiGroups": [""],
            "resources": ["endpoints", "services", "pods", "namespaces"],
            "verbs": ["list", "watch"],
        },
        {
            "apiGroups": ["discovery.k8s.io"],
            "resources": ["endpointslices"],
            "verbs": ["list", "watch"],
        },
    ]
    return _object("rbac.authorization.k8s.io/v1", "ClusterRole", "system:coredns", rules=rules)


def _binding() -> dict[str, Any]:
    group = "rbac.authorization.k8s.io"
    return _object(
        f"{group}/v1",
        "ClusterRoleBinding",
        "system:coredns",
        roleRef={"apiGroup": group, "kind": "ClusterRole", "name": "system:coredns"},
        subjects=[{"kind": "ServiceAccount", "name": "coredns", "namespace": "kube-system"}],
    )


def _deployment() -> dict[str, Any]:
    container = {
        "name": "coredns",
        "image": COREDNS_IMAGE,
        "imagePullPolicy": "Never",
        "args": ["-conf", "/etc/coredns/Corefile"],
        "ports": [
            {"name": "dns", "containerPort": 53, "protocol": "UDP"},
            {"name": "dns-tcp", "containerPort": 53, "protocol": "TCP"},
        ],
        "readinessProbe": {
            "httpGet": {"path": "/ready", "port": 8181},
            "periodSeconds": 1,
        },
        "resources": {"requests": {"cpu": "10m", "memory": "32Mi"}},
        "volumeMounts": [{"name": "config", "mountPath": "/etc/coredns"}],
    }
    pod = {
        "serviceAccountName": "coredns",
        "priorityClassName": "system-cluster-critical",
        "dnsPolicy": "Default",
        # Policies see the pod's port, which is 53 in everybody's cluster.
        "securityContext": {
            "sysctls": [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "53"}]
        },
        "containers": [container],
        "volumes": [{"name": "config", "configMap": {"name": "coredns"}}],
    }
    spec = {
        "replicas": 1,
        "selector": {"matchLabels": _LABELS},
        "template": {"metadata": {"labels": _LABELS}, "spec": pod},
    }
    return _object("apps/v1", "Deployment", spec=spec)


def _service(addresses: Addresses) -> dict[str, Any]:
    ports = [
        {"name": "dns", "port": 53, "protocol": "UDP", "targetPort": "dns"},
        {"name": "dns-tcp", "port": 53, "protocol": "TCP", "targetPort": "dns-tcp"},
    ]
    spec = {"clusterIP": str(addresses.dns), "selector": _LABELS, "ports": ports}
    return _object("v1", "Service", "kube-dns", spec=spec)
