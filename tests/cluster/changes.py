"""Another setting for the API of a release that is installed, for as long as a test needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kubernetes.client import ApiClient, AppsV1Api

from tests.cluster.release import Release


@contextmanager
def setting(release: Release, **variables: str) -> Iterator[None]:
    """The API runs with these variables, rolled out in full; afterwards as it was."""
    apps = AppsV1Api(release.cluster.api)
    name = f"{release.name}-api"
    before = _environment(apps.read_namespaced_deployment(name, release.namespace))
    kept = [entry for entry in before if entry["name"] not in variables]
    try:
        _put(release, kept + [{"name": n, "value": v} for n, v in variables.items()])
        yield
    finally:
        _put(release, before)


def _environment(deployment: Any) -> list[dict[str, Any]]:
    (container,) = deployment.spec.template.spec.containers
    found: list[dict[str, Any]] = ApiClient().sanitize_for_serialization(container.env)
    return found


def _put(release: Release, environment: list[dict[str, Any]]) -> None:
    apps = AppsV1Api(release.cluster.api)
    name = f"{release.name}-api"
    change = [
        {"op": "replace", "path": "/spec/template/spec/containers/0/env", "value": environment}
    ]
    apps.patch_namespaced_deployment(name, release.namespace, change)
    release.cluster.until(lambda: _rolled_out(release), f"{name} runs as it should", seconds=300)


def _rolled_out(release: Release) -> bool:
    """Every process is a new one and ready, and no old one is left to lead."""
    apps = AppsV1Api(release.cluster.api)
    found = apps.read_namespaced_deployment(f"{release.name}-api", release.namespace)
    wanted, now = found.spec.replicas, found.status
    done = now.observed_generation == found.metadata.generation
    counts = {now.replicas, now.updated_replicas, now.available_replicas}
    return done and counts == {wanted} and len(release.parts("api")) == wanted
