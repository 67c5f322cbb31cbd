"""The helm command, wherever it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster import tools
from tests.deploy import charts

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs the command belongs to `make cluster-test`, which compiles it."""
    for item in items:
        if HERE in item.path.parents and "helm" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.cluster)


@pytest.fixture(scope="session")
def helm(pytestconfig: pytest.Config) -> charts.Helm:
    path = charts.program()
    if path is None:
        if "cluster" not in (pytestconfig.option.markexpr or ""):
            pytest.skip("there is no helm: install it, set REELMILL_HELM, or run make cluster-test")
        path = str(tools.ensure(tools.HELM) / "helm")
    return charts.Helm(path)
