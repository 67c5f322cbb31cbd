"""The chart installed with `trial.enabled`: everything a user needs, out of two images."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from reelmill import Client
from tests.cluster import diagnosis, images, paths
from tests.cluster.subject import Cluster

CHART = paths.ROOT / "deploy" / "helm" / "reelmill"
# Jobs of this preset get half a processor: they take their time, on a fast machine too.
PACED = "paced"
_TRANSCODES = "reelmill.io/job"


class HelmError(Exception):
    """helm refused or failed; its words."""


@dataclass(frozen=True)
class NodePorts:
    """Where a client outside of the cluster finds the API and the store, on the node's address."""

    api: int = 30840
    s3: int = 30833


@dataclass(frozen=True)
class Release:
    """One release, alone in its namespace, which enforces Pod Security `restricted`."""

    cluster: Cluster
    namespace: str
    name: str
    values: dict[str, Any]

    def client(self) -> Client:
        """A client outside of the cluster, with the first key of the installation."""
        secret = self.cluster.core.read_namespaced_secret(f"{self.name}-first-key", self.namespace)
        return Client(self.values["publicUrl"], base64.b64decode(secret.data["key"]).decode())

    def helm(self, verb: str, *words: str, seconds: float = 600) -> str:
        """What helm printed. Raises HelmError."""
        words = ("--namespace", self.namespace, verb, *words)
        return _judged(self.cluster.helm(*words, seconds=seconds))

    def jobs(self, job_id: str | None = None) -> list[Any]:
        """The Kubernetes Jobs of transcodes, or of one; finished ones too while they are there."""
        wanted = _selector(job_id)
        listed = self.cluster.batch.list_namespaced_job(self.namespace, label_selector=wanted)
        return list(listed.items)

    def pods(self, job_id: str | None = None) -> list[Any]:
        """The pods of transcodes, or of one; finished ones too while they are there."""
        wanted = _selector(job_id)
        listed = self.cluster.core.list_namespaced_pod(self.namespace, label_selector=wanted)
        return list(listed.items)

    def parts(self, component: str) -> list[Any]:
        """The pods of a part of the release itself: `api`, `postgres`, `s3`."""
        wanted = f"app.kubernetes.io/component={component}"
        listed = self.cluster.core.list_namespaced_pod(self.namespace, label_selector=wanted)
        return list(listed.items)


def _selector(job_id: str | None) -> str:
    return f"{_TRANSCODES}={job_id}" if job_id else _TRANSCODES


@contextmanager
def installed(
    cluster: Cluster,
    name: str = "rm",
    ports: NodePorts | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Iterator[Release]:
    """Builds and loads the images, installs, and uninstalls in the end. `changes` replace values
    by their paths, such as `runner.startTimeoutSeconds`."""
    assert cluster.own is not None, "its images are loaded into the node that the tests brought up"
    built = images.ensure((images.TRIAL, images.RUNNER))
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda it: cluster.load(it.reference, it.archive), built.values()))
    values = _values(built, str(cluster.own[1].node), ports or NodePorts())
    for path, value in (changes or {}).items():
        _put(values, path.split("."), value)
    with cluster.namespace("reelmill") as namespace:
        release = Release(cluster, namespace, name, values)
        try:
            _install(release)
            yield release
        finally:
            release.helm("uninstall", name, "--ignore-not-found", "--wait")


def _install(release: Release) -> None:
    given = (release.name, str(CHART), *_given(release.values))
    try:
        release.helm("install", *given, "--wait", "--timeout", "8m")
    except HelmError as error:
        found = diagnosis.of(release.cluster.core, release.namespace)
        raise HelmError(f"{error}\n{found}") from None


def _values(built: dict[str, images.Built], host: str, ports: NodePorts) -> dict[str, Any]:
    def image(name: str) -> dict[str, str]:
        repository, _, tag = built[name].reference.rpartition(":")
        return {"repository": repository, "tag": tag}

    return {
        "publicUrl": f"http://{host}:{ports.api}",
        "image": {"trial": image("trial"), "runner": image("runner"), "pullPolicy": "Never"},
        "service": {"type": "NodePort", "nodePort": ports.api},
        "runner": {"resourceScale": 0.1, "presetResources": {PACED: {"cpu": "500m"}}},
        "trial": {
            "enabled": True,
            "s3PublicEndpoint": f"http://{host}:{ports.s3}",
            # The test node has nobody who makes volumes.
            "persistence": {"enabled": False},
            "s3": {"service": {"type": "NodePort", "nodePort": ports.s3}},
        },
    }


def _put(values: dict[str, Any], path: list[str], value: Any) -> None:
    for name in path[:-1]:
        values = values.setdefault(name, {})
    values[path[-1]] = value


def _given(values: dict[str, Any]) -> list[str]:
    words = []
    for name, value in values.items():
        words += ["--set-json", f"{name}={json.dumps(value)}"]
    return words


def _judged(done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode != 0:
        raise HelmError(f"{' '.join(map(str, done.args))}:\n{done.stdout}{done.stderr}")
    return done.stdout
