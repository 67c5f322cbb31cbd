"""Each bench of Kubernetes runs, at sizes that prove nothing, and takes its cluster down again."""

from __future__ import annotations

import os
from importlib import import_module

import pytest

from bench.__main__ import CLUSTER
from bench.sizes import SMALL
from tests.cluster.paths import State

pytestmark = pytest.mark.cluster


@pytest.mark.parametrize("name", CLUSTER)
def test_a_bench_runs(name: str) -> None:
    if os.geteuid() != 0:
        pytest.skip("a Kubernetes API of its own needs root")
    rows = import_module(f"bench.{name}").run(SMALL)
    assert all(row.ok is not None for row in rows), rows
    # What is no matter of speed holds at any size.
    assert [row.ok for row in rows if row.wanted == "each once"] == [True] * (name == "launch")
    assert not State(f"bench-{os.getpid()}").folder.exists()
