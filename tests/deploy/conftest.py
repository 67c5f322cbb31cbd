"""The helm command, wherever it is."""

from __future__ import annotations

import pytest

from tests.deploy import charts


@pytest.fixture(scope="session")
def helm() -> charts.Helm:
    path = charts.program()
    if path is None:
        # `make cluster-test` compiles it, and runs these tests with it.
        pytest.skip("there is no helm: install it, set REELMILL_HELM, or run make cluster-test")
    return charts.Helm(path)
