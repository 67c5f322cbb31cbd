"""The test cluster is a real one: what the other tests lean on, shown first."""

from __future__ import annotations

import signal
from typing import Any

import httpx
import pytest
from kubernetes.client import ApiException

from tests.cluster import lifecycle, tools
from tests.cluster.subject import Cluster, probe_pod

pytestmark = pytest.mark.cluster


def test_the_node_is_ready_and_runs_the_kubernetes_that_was_compiled(own_cluster: Cluster) -> None:
    (node,) = own_cluster.core.list_node().items
    assert node.status.node_info.kubelet_version == tools.KUBERNETES.release()
    assert {c.type: c.status for c in node.status.conditions}["Ready"] == "True"


def test_a_job_completes_in_a_restricted_namespace(cluster: Cluster, namespace: str) -> None:
    _create_job(cluster, namespace, "good", "exit", "0")
    assert _condition(cluster, namespace, "good") == "Complete"
    _create_job(cluster, namespace, "bad", "exit", "3")
    assert _condition(cluster, namespace, "bad") == "Failed"


def test_an_indexed_job_runs_each_index(cluster: Cluster, namespace: str) -> None:
    indexed = {"completionMode": "Indexed", "completions": 3, "parallelism": 2}
    indexed["backoffLimitPerIndex"] = 0
    _create_job(cluster, namespace, "indexed", "exit", "0", **indexed)
    assert _condition(cluster, namespace, "indexed") == "Complete"
    job = cluster.batch.read_namespaced_job("indexed", namespace)
    assert job.status.completed_indexes == "0-2"


def test_pod_security_refuses_what_is_not_restricted(cluster: Cluster, namespace: str) -> None:
    pod = probe_pod("root", "exit", "0")
    pod["spec"]["containers"][0]["securityContext"] = {"privileged": True}
    with pytest.raises(ApiException) as refused:
        cluster.core.create_namespaced_pod(namespace, pod)
    assert refused.value.status == 403
    assert "violates PodSecurity" in refused.value.body


def test_a_service_answers_by_name_address_and_node_port(
    own_cluster: Cluster, namespace: str
) -> None:
    cluster = own_cluster
    cluster.serve(namespace, "web", "hello")
    service = cluster.core.read_namespaced_service("web", namespace).spec
    for host in (f"web.{namespace}.svc.cluster.local", "web", service.cluster_ip):
        got = cluster.run(namespace, "get", f"http://{host}/", "60")
        assert (got.good, got.log) == (True, "hello\n"), host
    assert cluster.own is not None
    # Its rules reach the kernel a moment after those of the cluster address.
    outside = f"http://{cluster.own[1].node}:{service.ports[0].node_port}/"
    assert cluster.until(lambda: _got(outside), "the node's port answers") == b"hello\n"


def test_a_name_that_is_not_there_is_refused_at_once(cluster: Cluster, namespace: str) -> None:
    got = cluster.run(namespace, "lookup", "nothing.example.com", "10")
    assert not got.good
    assert "lookup nothing.example.com on" in got.log
    assert "timeout" not in got.log


def test_logs_and_exec_reach_the_kubelet(cluster: Cluster, namespace: str) -> None:
    cluster.serve(namespace, "web", "hello")
    assert cluster.execute(namespace, "web", "get", "http://localhost:8080/", "5")
    assert not cluster.execute(namespace, "web", "exit", "3")
    assert cluster.run(namespace, "get", "http://127.0.0.1:1/", "0").log != "", "its log"


def test_a_container_over_its_memory_is_killed(cluster: Cluster, namespace: str) -> None:
    limited = {"requests": {"memory": "32Mi"}, "limits": {"memory": "32Mi"}}
    got = cluster.run(namespace, "eat", "200", resources=limited)
    assert (got.good, got.code) == (False, 128 + signal.SIGKILL)
    # With version 1 of cgroups containerd forgets the first word when the container's group is gone
    # before it has looked. Nothing else kills this pod.
    assert got.reason in {"OOMKilled", "Error"}


def test_the_api_server_comes_back_with_all_that_it_knew(
    own_cluster: Cluster, namespace: str
) -> None:
    own_cluster.core.create_namespaced_config_map(
        namespace, {"metadata": {"name": "kept"}, "data": {"a": "1"}}
    )
    own_cluster.restart("kube-apiserver")
    lifecycle.until_answers(own_cluster.api)
    assert own_cluster.core.read_namespaced_config_map("kept", namespace).data == {"a": "1"}
    assert own_cluster.run(namespace, "exit", "0").good


def _got(url: str) -> bytes | None:
    try:
        return httpx.get(url, timeout=5).raise_for_status().content
    except httpx.HTTPError:
        return None


def _create_job(cluster: Cluster, namespace: str, name: str, *words: str, **spec: Any) -> None:
    template = {"spec": probe_pod("x", *words)["spec"]}
    limit = {} if "backoffLimitPerIndex" in spec else {"backoffLimit": 0}
    body = {"metadata": {"name": name}, "spec": {"template": template} | limit | spec}
    cluster.batch.create_namespaced_job(namespace, body)


def _condition(cluster: Cluster, namespace: str, name: str) -> str:
    def over() -> str | None:
        found = cluster.batch.read_namespaced_job(name, namespace).status.conditions or []
        types = {c.type for c in found if c.status == "True"}
        return next(iter(types & {"Complete", "Failed"}), None)

    return str(cluster.until(over, f"job {name} is over", seconds=90))
