"""One cluster for the whole run: brought up here, or named by REELMILL_TEST_KUBECONFIG."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.cluster import lifecycle
from tests.cluster.paths import State
from tests.cluster.release import Release, installed
from tests.cluster.subject import NAMED, Cluster, foreign

KEEP = "REELMILL_CLUSTER_KEEP"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of the cluster run only when they are asked for: they need root and minutes."""
    if "cluster" in (config.option.markexpr or ""):
        return
    left_out = [item for item in items if item.get_closest_marker("cluster")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def cluster(pytestconfig: pytest.Config) -> Iterator[Cluster]:
    """A cluster whose node is Ready. REELMILL_CLUSTER_KEEP=1 leaves it for the next run."""
    if named := os.environ.get(NAMED):
        yield foreign(named)
        return
    state = State(os.environ.get("REELMILL_CLUSTER", "default"))
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")

    def say(text: str) -> None:
        with capture.global_and_fixture_disabled():
            print(f"\n{text}", end="", flush=True)

    keep = bool(os.environ.get(KEEP))
    net = lifecycle.running(state) if keep else None
    if net is None:
        net = lifecycle.up(state, say)
    try:
        yield Cluster(state.kubeconfig, lifecycle.client(state), (state, net))
    finally:
        if not keep:
            lifecycle.down(state, say)


@pytest.fixture(scope="session")
def own_cluster(cluster: Cluster) -> Cluster:
    """For tests that hurt the node or the control plane."""
    if cluster.own is None:
        pytest.skip(f"{NAMED} names somebody's cluster: its node is not hurt")
    return cluster


@pytest.fixture(scope="session")
def release(own_cluster: Cluster) -> Iterator[Release]:
    """The chart with everything that it needs; its images are built now if they never were."""
    with installed(own_cluster) as found:
        yield found


@pytest.fixture
def namespace(cluster: Cluster) -> Iterator[str]:
    """A fresh one that enforces Pod Security `restricted`."""
    with cluster.namespace() as name:
        yield name
