"""Jobs in the cluster: create exactly one, find it, delete it with its pods."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from kubernetes.aio.client import V1Job
from pydantic import ValidationError

from api.adapters.kubernetes import names
from api.adapters.kubernetes.cluster import ClusterRefusal
from api.errors import BadConfiguration, ClusterUnavailable

if TYPE_CHECKING:
    from api.adapters.kubernetes.cluster import Cluster

Json = dict[str, Any]

_GROUP: Final = "batch/v1"


class ForeignJob(Exception):  # noqa: N818 - a finding
    """Another Job bears the name of ours."""


async def create(cluster: Cluster, manifest: Json) -> UUID:
    """Make a Job and return its uid. Called again with the same manifest, it finds the first.

    Raises ClusterUnavailable when nobody knows whether there is a Job now, ClusterRefusal,
    ForeignJob, and BadConfiguration for a manifest that is none.
    """
    check(manifest)
    try:
        made = await cluster.call("POST", cluster.path(_GROUP, "jobs"), body=manifest)
    except ClusterRefusal as refusal:
        if refusal.status != HTTPStatus.CONFLICT:
            raise
        return await _existing(cluster, manifest)
    return UUID(made["metadata"]["uid"])


async def _existing(cluster: Cluster, manifest: Json) -> UUID:
    """The Job of this name, if it is ours: an earlier create has made it, its answer was lost."""
    name = manifest["metadata"]["name"]
    there = await find(cluster, name)
    if there is None or "deletionTimestamp" in there["metadata"]:
        raise ClusterUnavailable(f"a Job {name} is just going away")
    meta, wanted = there["metadata"], manifest["metadata"]
    same_task = (meta.get("labels") or {}).get(names.TASK) == wanted["labels"][names.TASK]
    same_spec = (meta.get("annotations") or {}).get(names.SPEC_HASH) == (
        wanted["annotations"][names.SPEC_HASH]
    )
    if not (same_task and same_spec):
        raise ForeignJob(f"there is another Job {name}, with uid {meta['uid']}")
    return UUID(meta["uid"])


async def find(cluster: Cluster, name: str) -> Json | None:
    """One Job, or None."""
    try:
        return await cluster.call("GET", cluster.path(_GROUP, "jobs", name))
    except ClusterRefusal as refusal:
        if refusal.status == HTTPStatus.NOT_FOUND:
            return None
        raise


async def delete(cluster: Cluster, name: str, uid: UUID | None) -> None:
    """Delete a Job and its pods; nothing happens when it is gone, or when the name is another's.

    Without a propagation policy the API keeps the pods of a Job that was made through batch/v1.
    """
    body: Json = {
        "apiVersion": "v1",
        "kind": "DeleteOptions",
        "propagationPolicy": "Background",
    }
    if uid is not None:
        body["preconditions"] = {"uid": str(uid)}
    try:
        await cluster.call("DELETE", cluster.path(_GROUP, "jobs", name), body=body)
    except ClusterRefusal as refusal:
        if refusal.status not in {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}:
            raise


async def forget(cluster: Cluster, name: str, task: str) -> None:
    """Delete the Job that a create may have made whose answer was lost, and no other."""
    there = await find(cluster, name)
    if there is None:
        return
    meta = there["metadata"]
    if (meta.get("labels") or {}).get(names.TASK) == task:
        await delete(cluster, name, UUID(meta["uid"]))


async def complaint(cluster: Cluster, uid: UUID) -> str:
    """What the controller says of a Job that has no pod; empty when it says nothing."""
    fields = f"involvedObject.kind=Job,involvedObject.uid={uid},type=Warning"
    found = await cluster.call(
        "GET",
        cluster.path("v1", "events"),
        query=[("fieldSelector", fields), ("limit", "20")],
    )
    items = [item for item in found.get("items") or () if item.get("reason") == "FailedCreate"]
    items.sort(key=lambda item: str(item.get("lastTimestamp") or ""))
    return str(items[-1].get("message") or "") if items else ""


async def log_tail(cluster: Cluster, pod: str) -> str:
    """The end of a pod's log; empty when it has none any more."""
    query = [("container", "runner"), ("tailLines", "200"), ("limitBytes", "60000")]
    try:
        return await cluster.text(cluster.path("v1", "pods", pod, "log"), query=query)
    except (ClusterRefusal, ClusterUnavailable):
        return ""


def check(manifest: Json) -> None:
    """Raise BadConfiguration for what is no Job, naming the field."""
    try:
        V1Job.model_validate(manifest)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadConfiguration(
            f"REELMILL_KUBERNETES_*: the settings make no valid Job: {place}: {first['msg']}"
        ) from error
