"""Homes for real servers."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def new_home() -> Iterator[Callable[[], Path]]:
    """Makes homes that PostgreSQL's own user can enter when root runs the tests; pytest's own
    temporary folders are closed to it, and data would go to /var/lib. All are removed."""
    made: list[Path] = []

    def make() -> Path:
        outer = Path(tempfile.mkdtemp(prefix="reelmill-home-"))
        outer.chmod(0o711)
        made.append(outer)
        home = outer / "a home"  # with a blank, as people have them
        home.mkdir(mode=0o700)
        return home.resolve()

    yield make
    for outer in made:
        shutil.rmtree(outer, ignore_errors=True)
