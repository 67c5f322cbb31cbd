"""The cluster that the tests run on, and the few things that every test does with it."""

from __future__ import annotations

import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import kubernetes
from kubernetes.client import ApiClient, ApiException, BatchV1Api, CoreV1Api
from kubernetes.stream import stream

from tests.cluster import lifecycle, node, tools
from tests.cluster.addresses import Addresses
from tests.cluster.paths import State

# A kubeconfig of somebody's cluster, to be used instead of one of our own.
NAMED = "REELMILL_TEST_KUBECONFIG"
_RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


@dataclass(frozen=True)
class Cluster:
    """`own` is the node that the tests brought up themselves; None on somebody's cluster."""

    kubeconfig: Path
    api: ApiClient
    own: tuple[State, Addresses] | None

    @property
    def core(self) -> CoreV1Api:
        return CoreV1Api(self.api)

    @property
    def batch(self) -> BatchV1Api:
        return BatchV1Api(self.api)

    @contextmanager
    def namespace(self, prefix: str = "t") -> Iterator[str]:
        """A fresh namespace that enforces Pod Security `restricted`; gone afterwards."""
        name = f"{prefix}-{uuid.uuid4().hex[:8]}"
        labels = {"pod-security.kubernetes.io/enforce": "restricted"}
        self.core.create_namespace({"metadata": {"name": name, "labels": labels}})
        try:
            # A pod that is created before its account is refused.
            self.until(
                lambda: self.core.read_namespaced_service_account("default", name),
                "the namespace has its ServiceAccount",
            )
            yield name
        finally:
            self.core.delete_namespace(name)
            self.until(lambda: not self._has_namespace(name), f"{name} is gone", seconds=120)

    def _has_namespace(self, name: str) -> bool:
        listed = self.core.list_namespace(field_selector=f"metadata.name={name}")
        return bool(listed.items)

    def until(self, holds: Callable[[], Any], what: str, seconds: float = 120) -> Any:
        """Returns what `holds` gives as soon as it is true; a 404 is a no."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                if found := holds():
                    return found
            except ApiException as error:
                if error.status != 404:
                    raise
            if time.monotonic() > deadline:
                raise TimeoutError(f"after {seconds:g} s still waiting until {what}")
            time.sleep(0.1)

    def run(self, namespace: str, *words: str, seconds: float = 180, **spec: Any) -> Run:
        """Runs the probe in a pod with these words to its end; `spec` adds to the pod's."""
        name = f"probe-{uuid.uuid4().hex[:8]}"
        labels = spec.pop("labels", {})
        pod = probe_pod(name, *words, labels=labels, **spec)
        self.core.create_namespaced_pod(namespace, pod)
        over = self.until(
            lambda: self.finished(namespace, name), f"pod {name} has finished", seconds
        )
        log = self.core.read_namespaced_pod_log(name, namespace)
        self.core.delete_namespaced_pod(name, namespace, grace_period_seconds=0)
        state = over.status.container_statuses[0].state.terminated
        return Run(over.status.phase == "Succeeded", log, state.exit_code, state.reason)

    def execute(self, namespace: str, pod: str, *words: str) -> bool:
        """Whether the probe, run in a pod that is there already, ended well."""
        return self.within(namespace, pod, "/probe", *words)[0] == 0

    def within(self, namespace: str, pod: str, *argv: str) -> tuple[int | None, str]:
        """Runs a program in a pod's container: its exit code and what it said. There is no code
        when the container ended under it."""
        # A client of its own: `stream` changes the one that it is given, for all threads.
        session = stream(
            CoreV1Api(
                kubernetes.config.new_client_from_config(str(self.kubeconfig))
            ).connect_get_namespaced_pod_exec,
            pod,
            namespace,
            command=list(argv),
            stderr=True,
            stdout=True,
            _preload_content=False,
        )
        session.run_forever(timeout=120)
        said = f"{session.read_stdout()}{session.read_stderr()}"
        try:
            return session.returncode, said
        except (KeyError, TypeError, ValueError):  # no status came
            return None, said

    def finished(self, namespace: str, name: str) -> Any:
        pod = self.core.read_namespaced_pod(name, namespace)
        return pod if pod.status.phase in {"Succeeded", "Failed"} else None

    def serve(self, namespace: str, name: str, text: str, **more: str) -> None:
        """A pod with the probe as a web server on port 8080, and a Service of the same name.
        `more` are labels beside `app`."""
        labels = {"app": name, **more}
        pod = probe_pod(name, "serve", ":8080", text, labels=labels)
        pod["spec"]["containers"][0]["ports"] = [{"name": "http", "containerPort": 8080}]
        pod["spec"]["containers"][0]["readinessProbe"] = {
            "httpGet": {"path": "/", "port": "http"},
            "periodSeconds": 1,
        }
        pod["spec"]["restartPolicy"] = "Always"
        self.core.create_namespaced_pod(namespace, pod)
        ports = [{"port": 80, "targetPort": "http"}]
        spec = {"type": "NodePort", "selector": {"app": name}, "ports": ports}
        self.core.create_namespaced_service(namespace, {"metadata": {"name": name}, "spec": spec})
        self.until(lambda: self._ready(namespace, name), f"{name} is ready")

    def _ready(self, namespace: str, name: str) -> bool:
        found = self.core.read_namespaced_pod(name, namespace).status.conditions or []
        return any(c.type == "Ready" and c.status == "True" for c in found)

    def helm(self, *words: str, seconds: float = 600) -> subprocess.CompletedProcess[str]:
        """Runs helm to its end; the caller judges the exit code."""
        program = tools.ensure(tools.HELM) / "helm"
        return subprocess.run(
            [str(program), "--kubeconfig", str(self.kubeconfig), *words],
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def restart(self, program: str) -> None:
        """Stops and starts one of the node's own programs (`kube-apiserver`, `kubelet`, ...)."""
        assert self.own is not None, "somebody's cluster is not ours to hurt"
        node.ask(self.own[0], {"do": "restart", "name": program})

    def stop(self, program: str) -> None:
        """Ends one of the node's own programs until `start`."""
        assert self.own is not None, "somebody's cluster is not ours to hurt"
        node.ask(self.own[0], {"do": "stop", "name": program})

    def start(self, program: str) -> None:
        """Starts one again that was stopped."""
        assert self.own is not None, "somebody's cluster is not ours to hurt"
        node.ask(self.own[0], {"do": "start", "name": program})

    def until_answers(self) -> None:
        """Waits for the API server, after it was hurt."""
        lifecycle.until_answers(self.api)

    def inside(self, *argv: str) -> str:
        """Runs a program on the node and returns what it printed. Raises CommandError."""
        assert self.own is not None, "somebody's cluster is not ours to hurt"
        return node.inside(lifecycle.the_node(self.own[0]), argv)

    def load(self, reference: str, archive: Path) -> None:
        """Gives the node an image, unless it has one of this name already."""
        assert self.own is not None, "load images into your own cluster yourself"
        if not lifecycle.has(self.own[0], reference):
            lifecycle.load(self.own[0], archive)


@dataclass(frozen=True)
class Run:
    """How a pod ended; `reason` as Kubernetes words it, `OOMKilled` for one."""

    good: bool
    log: str
    code: int
    reason: str | None


def probe_pod(
    name: str, *words: str, labels: dict[str, str] | None = None, **spec: Any
) -> dict[str, Any]:
    """A pod that a `restricted` namespace takes."""
    resources = spec.pop("resources", {"requests": {"cpu": "10m", "memory": "16Mi"}})
    container = {
        "name": "probe",
        "image": lifecycle.PROBE_IMAGE,
        "imagePullPolicy": "Never",
        "args": list(words),
        "securityContext": _RESTRICTED,
        "resources": resources,
    }
    body = {"restartPolicy": "Never", "containers": [container], "enableServiceLinks": False}
    return {"metadata": {"name": name, "labels": labels or {}}, "spec": body | spec}


def foreign(kubeconfig: str) -> Cluster:
    """Somebody's cluster, named by REELMILL_TEST_KUBECONFIG."""
    api = kubernetes.config.new_client_from_config(kubeconfig)
    return Cluster(Path(kubeconfig), api, None)
