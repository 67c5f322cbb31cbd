"""Is everything there that the executor needs? Asked once, at the start, answered for people."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from uuid import UUID

from api.adapters.kubernetes import account, jobs, manifest, permissions
from api.adapters.kubernetes.cluster import ClusterRefusal
from api.domain.execution import Errand
from api.errors import BadConfiguration, ClusterUnavailable
from schema.job import TaskKind

if TYPE_CHECKING:
    from api.adapters.kubernetes.cluster import Cluster
    from api.config import Settings

_TRIES: Final = 5
_PAUSE: Final = 2.0


def check_settings(settings: Settings) -> None:
    """What can be said without a cluster. Raises BadConfiguration with one line for each."""
    lines = []
    if not settings.kubernetes_image:
        lines.append("REELMILL_KUBERNETES_IMAGE: is not set; name the runner's image")
    if problem := _unreachable(settings.kubernetes_callback_url):
        lines.append(
            f"REELMILL_KUBERNETES_CALLBACK_URL: {problem}; name this service as pods reach it,"
            " such as http://reelmill-api.media.svc:8400"
        )
    if settings.s3_endpoint and (problem := _unreachable(settings.s3_endpoint)):
        lines.append(f"REELMILL_S3_ENDPOINT: {problem}; pods must reach the store")
    if lines:
        raise BadConfiguration("\n".join(lines))


async def check_cluster(cluster: Cluster, settings: Settings) -> None:
    """Permissions, then a Job that is checked by the cluster and not made. Raises BadConfiguration.

    A cluster that does not answer is given some seconds: its API may just be restarting.
    """
    for left in range(_TRIES - 1, -1, -1):
        try:
            await _check(cluster, settings)
        except ClusterUnavailable as error:
            if left == 0:
                raise BadConfiguration(
                    f"REELMILL_EXECUTOR: no cluster answers at {cluster.host}: {error.message}"
                ) from error
            await asyncio.sleep(_PAUSE)
        else:
            return


async def check_callback(settings: Settings) -> None:
    """Whether pods, such as this process, find the host of the callback. Raises BadConfiguration.

    It cannot be called yet: nothing stands behind a Service before this process is ready.
    """
    url = urlsplit(settings.kubernetes_callback_url or "")
    for left in range(_TRIES - 1, -1, -1):
        try:
            await asyncio.get_running_loop().getaddrinfo(url.hostname, url.port)
        except socket.gaierror as error:
            if left == 0:
                raise BadConfiguration(
                    f"REELMILL_KUBERNETES_CALLBACK_URL: pods do not find {url.hostname!r}"
                    f" ({error.strerror}); name this service as they reach it,"
                    " such as http://reelmill-api.media.svc:8400"
                ) from error
            await asyncio.sleep(_PAUSE)
        else:
            return


async def _check(cluster: Cluster, settings: Settings) -> None:
    if lines := await permissions.missing(cluster, settings):
        raise BadConfiguration("\n".join(lines))
    owner = await account.read(cluster, settings)
    # First, for where there is no namespace there is no account either.
    await _rehearse(cluster, settings)
    if owner is None:
        raise BadConfiguration(
            "REELMILL_KUBERNETES_SERVICE_ACCOUNT: there is no ServiceAccount"
            f" {settings.kubernetes_service_account!r} in namespace {cluster.namespace}"
        )


async def _rehearse(cluster: Cluster, settings: Settings) -> None:
    """Have the cluster check a Job of ours with all its settings, and forget it."""
    errand = Errand(task_id=UUID(int=0), attempt_id=UUID(int=0), kind=TaskKind.PROBE)
    body = manifest.job(errand, settings, cluster.namespace, owner=cluster.account)
    jobs.check(body)
    path = cluster.path("batch/v1", "jobs")
    query = [("dryRun", "All"), ("fieldValidation", "Strict")]
    try:
        await cluster.call("POST", path, query=query, body=body)
    except ClusterRefusal as refusal:
        if refusal.status == HTTPStatus.CONFLICT or "exceeded quota" in refusal.message:
            return
        if refusal.status == HTTPStatus.NOT_FOUND:
            raise BadConfiguration(
                f"REELMILL_KUBERNETES_NAMESPACE: there is no namespace {cluster.namespace!r}"
            ) from refusal
        raise BadConfiguration(
            f"REELMILL_KUBERNETES_*: the cluster refuses Jobs with these settings: {refusal}"
        ) from refusal


def _unreachable(url: str | None) -> str | None:
    """What is wrong with a URL that pods are to call."""
    if not url:
        return "is not set"
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return f"{url!r} is no URL"
    if parts.hostname == "localhost" or parts.hostname.endswith(".localhost"):
        return f"{url!r} is this machine itself, which pods cannot reach"
    try:
        address = ipaddress.ip_address(parts.hostname)
    except ValueError:
        return None
    if address.is_loopback or address.is_unspecified:
        return f"{url!r} is this machine itself, which pods cannot reach"
    return None
