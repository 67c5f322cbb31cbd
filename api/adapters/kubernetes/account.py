"""The runners' ServiceAccount: every Job is owned by it, so that Jobs go when the release goes."""

from __future__ import annotations

import contextlib
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from api.adapters.kubernetes.cluster import ClusterRefusal
from api.errors import ClusterUnavailable

if TYPE_CHECKING:
    from api.adapters.kubernetes.cluster import Cluster
    from api.config import Settings


async def read(cluster: Cluster, settings: Settings) -> UUID | None:
    """Note the account's uid in `cluster`; None when there is no such account.

    Raises ClusterUnavailable and ClusterRefusal.
    """
    path = cluster.path("v1", "serviceaccounts", settings.kubernetes_service_account)
    try:
        found = await cluster.call("GET", path)
    except ClusterRefusal as refusal:
        if refusal.status != HTTPStatus.NOT_FOUND:
            raise
        cluster.account = None
    else:
        cluster.account = UUID(found["metadata"]["uid"])
    return cluster.account


async def refresh(cluster: Cluster, settings: Settings) -> None:
    """The same, now and then; what cannot be read stays as it was.

    An account that was deleted and made again has another uid, and the cluster collects every Job
    that names the old one as its owner.
    """
    with contextlib.suppress(ClusterUnavailable, ClusterRefusal):
        await read(cluster, settings)
