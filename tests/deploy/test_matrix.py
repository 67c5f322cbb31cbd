"""Every way to install the chart gives objects that Kubernetes takes, and pods that it admits."""

from __future__ import annotations

from typing import Any

import kubernetes_validate
import pytest

from tests.deploy.charts import (
    KUBERNETES,
    PRODUCTION,
    TRIAL,
    Helm,
    Object,
    containers,
    environment,
    merged,
    pods,
)

EVERYTHING: dict[str, Any] = {
    "image": {
        "registry": "registry.example.org/media/",
        "pullSecrets": ["pull"],
        "api": {"digest": f"sha256:{'0' * 64}"},
    },
    "s3": {
        "endpoint": "https://s3.example.org",
        "publicEndpoint": "https://media-s3.example.org",
        "existingSecret": "store",
        "addressingStyle": "virtual",
        "sts": {"endpoint": "https://sts.example.org"},
    },
    "secrets": {"existingSecret": "own"},
    "firstKey": {"existingSecret": "key"},
    "config": {
        "LOG_LEVEL": "DEBUG",
        "REELMILL_ALLOWED_ORIGINS": ["https://app.example.org"],
        "REELMILL_VERIFY_BYTES": 2147483648,
        "REELMILL_INTROSPECTION": False,
    },
    "api": {
        "replicas": 3,
        "autoscaling": {"enabled": True},
        "extraEnv": [{"name": "AWS_CA_BUNDLE", "value": "/ca.pem"}],
        "serviceAccount": {"annotations": {"eks.amazonaws.com/role-arn": "arn:x"}},
        "podAnnotations": {"a": "b"},
        "podLabels": {"team": "media"},
        "nodeSelector": {"pool": "web"},
        "tolerations": [{"key": "web", "operator": "Exists"}],
        "affinity": {"podAntiAffinity": {}},
        "priorityClassName": "high",
    },
    "service": {"type": "NodePort", "nodePort": 30840, "annotations": {"a": "b"}},
    "ingress": {"enabled": True, "className": "nginx", "tlsSecret": "tls"},
    "runner": {
        "resourceScale": 0.1,
        "presetResources": {"uhd": {"cpu": "8", "nvidia.com/gpu": 1}},
        "queueName": "media",
        "nodeSelector": {"pool": "encode"},
        "tolerations": [{"key": "spot", "operator": "Exists", "effect": "NoSchedule"}],
        "priorityClassName": "low",
        "probePriorityClassName": "lowest",
        "runtimeClassName": "gvisor",
        "env": {"AWS_CA_BUNDLE": "/ca.pem"},
    },
    "networkPolicy": {
        "apiFrom": [{"namespaceSelector": {"matchLabels": {"name": "ingress"}}}],
        "s3To": [{"ipBlock": {"cidr": "10.0.0.0/16"}}],
        "s3Ports": [443, 9000],
        "dnsTo": [{"ipBlock": {"cidr": "169.254.20.10/32"}}],
        "dnsPorts": [53, 5353],
    },
    "metrics": {"serviceMonitor": {"enabled": True}, "dashboard": {"enabled": True}},
}
MATRIX: dict[str, dict[str, Any]] = {
    "production": PRODUCTION,
    "everything": merged(PRODUCTION, EVERYTHING),
    "plain keys": {
        "database": {"existingSecret": "database"},
        "s3": {"existingSecret": "store", "sts": {"allowPlainKeys": True}},
    },
    "runners elsewhere": merged(PRODUCTION, {"runner": {"namespace": "runners"}}),
    "no rights, no policies": merged(
        PRODUCTION, {"rbac": {"create": False}, "networkPolicy": {"enabled": False}}
    ),
    "a queue of Kueue": merged(PRODUCTION, {"runner": {"queueName": "media"}}),
    "nodes with a GPU": merged(
        PRODUCTION,
        {
            "runner": {
                "presetResources": {"uhd": {"nvidia.com/gpu": 1, "memory": "16Gi", "cpu": 8}},
                "memoryLimit": "96Gi",
                "runtimeClassName": "nvidia",
                "nodeSelector": {"nvidia.com/gpu.present": "true"},
                "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}],
            }
        },
    ),
    "sandboxed runners": merged(PRODUCTION, {"runner": {"runtimeClassName": "gvisor"}}),
    "films are split": merged(
        PRODUCTION,
        {"config": {"REELMILL_SPLIT_SECONDS": 1200, "REELMILL_SPLIT_CHUNK_SECONDS": 120}},
    ),
    "an ingress without TLS": merged(
        PRODUCTION,
        {"ingress": {"enabled": True, "className": "traefik", "host": "films.example.org"}},
    ),
    "Prometheus and Grafana": merged(
        PRODUCTION,
        {
            "metrics": {
                "serviceMonitor": {"enabled": True, "interval": "15s", "labels": {"team": "a"}},
                "dashboard": {"enabled": True},
            }
        },
    ),
    "autoscaled": merged(
        PRODUCTION,
        {"api": {"autoscaling": {"enabled": True, "minReplicas": 3, "maxReplicas": 12}}},
    ),
    "one replica": merged(
        PRODUCTION, {"api": {"replicas": 1, "disruptionBudget": {"enabled": False}}}
    ),
    "secrets of yours": {
        "publicUrl": "https://media.example.org",
        "database": {"existingSecret": "database"},
        "s3": {"existingSecret": "store", "sts": {"roleArn": "arn:aws:iam::1:role/runner"}},
        "secrets": {"existingSecret": "own"},
        "firstKey": {"existingSecret": "key"},
        "image": {"pullSecrets": ["pull"]},
    },
    "trial": TRIAL,
    "trial with a queue, watched": merged(
        TRIAL,
        {
            "runner": {"queueName": "media", "resourceScale": 0.1},
            "metrics": {"serviceMonitor": {"enabled": True}},
            "networkPolicy": {"enabled": False},
        },
    ),
    "trial at an ingress": merged(
        TRIAL,
        {
            "ingress": {"enabled": True, "tlsSecret": "tls"},
            "trial": {"s3": {"ingressHost": "s3.example.org"}, "persistence": {"keep": True}},
        },
    ),
    "trial on nodes' ports": merged(
        TRIAL,
        {
            "service": {"type": "NodePort"},
            "trial": {
                "persistence": {"enabled": False},
                "s3": {"service": {"type": "NodePort", "nodePort": 30833}},
            },
        },
    ),
}
# Custom resources are nothing that Kubernetes itself knows.
FOREIGN = {"ServiceMonitor"}


@pytest.fixture(params=MATRIX, scope="module")
def values(request: pytest.FixtureRequest) -> dict[str, Any]:
    return MATRIX[request.param]


@pytest.fixture(params=["install", "upgrade"], scope="module")
def objects(request: pytest.FixtureRequest, helm: Helm, values: dict[str, Any]) -> list[Object]:
    return helm.objects(values, upgrade=request.param == "upgrade")


def test_lint_finds_nothing(helm: Helm, values: dict[str, Any]) -> None:
    done = helm.lint(values)
    assert done.returncode == 0, done.stdout + done.stderr


def test_kubernetes_knows_every_field(objects: list[Object]) -> None:
    for found in objects:
        if found["kind"] not in FOREIGN:
            kubernetes_validate.validate(found, KUBERNETES, strict=True)


def test_every_object_says_whose_it_is(objects: list[Object]) -> None:
    names = set()
    for found in objects:
        meta = found["metadata"]
        assert meta["labels"]["app.kubernetes.io/name"] == "reelmill"
        assert meta["labels"]["app.kubernetes.io/instance"] == "demo"
        assert len(meta["name"]) <= 63
        names.add((found["kind"], meta.get("namespace"), meta["name"]))
        cluster_wide = found["kind"].startswith("Cluster")
        assert ("namespace" in meta) is not cluster_wide
    assert len(names) == len(objects)


def test_pod_security_restricted_admits_every_pod(objects: list[Object]) -> None:
    for name, pod in pods(objects):
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["runAsUser"] == 65532, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod), name
        for volume in pod.get("volumes", []):
            assert set(volume) - {"name"} <= {"emptyDir", "configMap", "secret", "projected"}
        for container in containers(pod):
            context = container["securityContext"]
            assert context["allowPrivilegeEscalation"] is False, name
            assert context["readOnlyRootFilesystem"] is True, name
            assert context["capabilities"] == {"drop": ["ALL"]}, name


def test_every_container_says_what_it_needs(objects: list[Object]) -> None:
    for name, pod in pods(objects):
        for container in containers(pod):
            assert container["resources"]["requests"]["memory"], name
            assert container["resources"]["limits"]["memory"], name
            assert "args" in container, name
            assert "command" not in container, name
            assert not container["image"].endswith(":latest"), name


def test_services_set_no_variables(objects: list[Object]) -> None:
    """A Service named reelmill would set REELMILL_PORT to tcp://..."""
    assert all(pod["enableServiceLinks"] is False for _, pod in pods(objects))


def test_only_who_needs_a_token_has_one(objects: list[Object]) -> None:
    for found in objects:
        if found["kind"] == "ServiceAccount":
            assert found["automountServiceAccountToken"] is False
    mounting = {
        name.partition("/")[0] for name, pod in pods(objects) if pod["automountServiceAccountToken"]
    }
    assert mounting <= {"Deployment", "Job"}


def test_no_secret_stands_in_plain_text(objects: list[Object]) -> None:
    words = ("SECRET_KEY", "PASSWORD", "TOKEN", "DATABASE_URL", "ACCESS_KEY", "FIRST_KEY")
    harmless = {"REELMILL_FIRST_KEY_SECRET"}  # a Secret's name
    for name, pod in pods(objects):
        for container in containers(pod):
            for variable, entry in environment(container).items():
                if variable not in harmless and any(word in variable for word in words):
                    assert set(entry) == {"name", "valueFrom"}, (name, variable)
                    assert set(entry["valueFrom"]) == {"secretKeyRef"}, (name, variable)


def test_secrets_that_are_named_exist(objects: list[Object], values: dict[str, Any]) -> None:
    """Every reference is to a Secret of ours with that key, or to one that the values name."""
    ours = {o["metadata"]["name"]: o.get("data", {}) for o in objects if o["kind"] == "Secret"}
    brought = {
        values.get("database", {}).get("existingSecret"),
        values.get("s3", {}).get("existingSecret"),
        values.get("secrets", {}).get("existingSecret"),
        values.get("firstKey", {}).get("existingSecret"),
    }
    for name, pod in pods(objects):
        for container in containers(pod):
            for entry in environment(container).values():
                reference = entry.get("valueFrom", {}).get("secretKeyRef")
                if reference is None or reference["name"] in brought:
                    continue
                # Empty until the first migration.
                if reference["name"] == "demo-first-key":
                    assert ours["demo-first-key"] == {}
                    continue
                assert reference["key"] in ours[reference["name"]], (name, reference)
