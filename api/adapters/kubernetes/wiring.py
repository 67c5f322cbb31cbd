"""The parts of this adapter that the composition root takes; imported only where they are used."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING

from api.adapters.kubernetes import checks
from api.adapters.kubernetes.cluster import Cluster
from api.adapters.kubernetes.executor import KubernetesExecutor
from api.adapters.kubernetes.reviewer import Reviewer

if TYPE_CHECKING:
    from api.config import Settings
    from api.domain.execution import Executor, Listener, Vouching


async def connect(settings: Settings, stack: AsyncExitStack) -> Cluster:
    """The cluster, after all that runners need was looked at. Raises BadConfiguration."""
    checks.check_settings(settings)
    cluster = await Cluster.open(settings, stack)
    await checks.check_cluster(cluster, settings)
    if settings.kubernetes_kubeconfig is None:
        await checks.check_callback(settings)
    return cluster


def executor(cluster: Cluster, settings: Settings) -> Callable[[Listener], Executor]:
    """What makes the executor, once there is somebody to report to."""
    return partial(KubernetesExecutor, cluster, settings)


def proofs(cluster: Cluster, settings: Settings) -> Vouching:
    """Who says whether a claim is genuine."""
    return Reviewer(cluster, settings)
