"""A pod of higher priority that needs so much of the node that somebody must go."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kubernetes.client import SchedulingV1Api
from kubernetes.utils import parse_quantity

from tests.cluster.release import Release
from tests.cluster.subject import Cluster, probe_pod


@dataclass(frozen=True)
class Urgent:
    cluster: Cluster
    namespace: str
    name: str

    def runs(self) -> bool:
        pod = self.cluster.core.read_namespaced_pod(self.name, self.namespace)
        return bool(pod.status.phase == "Running")


@contextmanager
def an_urgent_pod(release: Release, victim: Any) -> Iterator[Urgent]:
    """It fits only where a runner was: the scheduler spares whoever has run for longer."""
    cluster, name = release.cluster, f"urgent-{uuid.uuid4().hex[:6]}"
    classes = SchedulingV1Api(cluster.api)
    classes.create_priority_class({"metadata": {"name": name}, "value": 1000})
    milli = _free_milli(cluster) + _asked(victim) - 10
    pod = probe_pod(
        name,
        *("serve", ":8080", "urgent"),
        priorityClassName=name,
        resources={"requests": {"cpu": f"{milli}m", "memory": "16Mi"}},
    )
    try:
        cluster.core.create_namespaced_pod(release.namespace, pod)
        yield Urgent(cluster, release.namespace, name)
    finally:
        cluster.core.delete_namespaced_pod(name, release.namespace, grace_period_seconds=0)
        classes.delete_priority_class(name)


def _free_milli(cluster: Cluster) -> int:
    """Thousandths of a processor that no pod of the only node has asked for."""
    (node,) = cluster.core.list_node().items
    pods = cluster.core.list_pod_for_all_namespaces().items
    taken = sum(_asked(pod) for pod in pods if pod.status.phase not in {"Succeeded", "Failed"})
    return _milli(node.status.allocatable["cpu"]) - taken


def _asked(pod: Any) -> int:
    """Thousandths of a processor that a pod has asked for."""
    containers = pod.spec.containers
    return sum(_milli((each.resources.requests or {}).get("cpu", "0")) for each in containers)


def _milli(quantity: Any) -> int:
    return int(parse_quantity(quantity) * 1000)
