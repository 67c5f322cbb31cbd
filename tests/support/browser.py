"""Node and Chromium, for tests that look at a page or speak as a client in JavaScript does."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from tests.support.live import ROOT

PATIENCE = 300


def web_tool(task: str) -> str:
    """What `make web` runs: it brings Node and packages along where they are missing. Returns what
    it has printed: for `node` and `players` the path of Node."""
    done = subprocess.run(
        [sys.executable, "scripts/web.py", task],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout.strip()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for path in map(shutil.which, names) if path), None)
    if found is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    return found
