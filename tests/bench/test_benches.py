"""Each bench runs, at sizes that prove nothing, and leaves nothing behind.

Those of Kubernetes: tests/cluster/test_benches.py.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from bench.__main__ import CLUSTER, NAMES
from bench.sizes import SMALL


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder for temporary files of this test alone; PostgreSQL's own user comes in, too."""
    with tempfile.TemporaryDirectory(prefix="rm-") as name:
        made = Path(name)
        made.chmod(0o711)
        before, tempfile.tempdir = tempfile.tempdir, name
        yield made
        tempfile.tempdir = before


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in NAMES if name not in CLUSTER])
def test_a_bench_runs(name: str, place: Path) -> None:
    rows = import_module(f"bench.{name}").run(SMALL)
    assert rows
    assert all(row.name and row.wanted for row in rows)
    assert not list(place.iterdir())
