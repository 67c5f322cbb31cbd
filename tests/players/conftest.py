"""The players, their Node and Chromium."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.browser import PATIENCE, web_tool
from tests.support.live import ROOT

Play = Callable[[Sequence[dict[str, Any]]], None]


@pytest.fixture(scope="session")
def node() -> str:
    """Node, with the players installed."""
    return web_tool("players")


@pytest.fixture
def play(node: str, chromium: str, tmp_path: Path) -> Play:
    """Plays cases; `play.mjs` says what they are and what is looked at."""

    def run(cases: Sequence[dict[str, Any]]) -> None:
        listed = tmp_path / "cases.json"
        listed.write_text(json.dumps(cases))
        done = subprocess.run(
            [node, str(Path(__file__).parent / "play.mjs"), str(listed)],
            cwd=ROOT,
            env=os.environ | {"REELMILL_CHROMIUM": chromium},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-4000:]}"
        assert "players: all good" in done.stdout

    return run
