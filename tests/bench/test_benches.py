"""Each bench runs, at sizes that prove nothing, and leaves nothing behind."""

from __future__ import annotations

import tempfile
from importlib import import_module
from pathlib import Path

import pytest

from bench.__main__ import NAMES
from bench.sizes import SMALL


def left() -> set[str]:
    return {path.name for path in Path(tempfile.gettempdir()).glob("reelmill-bench-*")}


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_bench_runs(name: str) -> None:
    before = left()
    rows = import_module(f"bench.{name}").run(SMALL)
    assert rows
    assert all(row.name and row.wanted for row in rows)
    assert left() <= before
