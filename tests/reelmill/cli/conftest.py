"""Runs the command as a user does: a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.reelmill.double import KEY, Double

ROOT = Path(__file__).resolve().parents[3]
COMMAND = (sys.executable, "-m", "reelmill")


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be exactly one JSON document."""
        return json.loads(self.out)


Run = Callable[..., Awaitable[Done]]


def environment(**more: str) -> dict[str, str]:
    """Ours without the settings of whoever runs the tests.

    Modules are compiled once and not by every command: that would take longer than the commands.
    """
    foreign = ("REELMILL_", "NO_COLOR", "PYTHON", "XDG_")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
    ours = {
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "default::ResourceWarning",
        "TZ": "UTC",
        # Nobody's real uploads and profiles.
        "XDG_STATE_HOME": "/nonexistent",
        "XDG_CONFIG_HOME": "/nonexistent",
    }
    return kept | ours | more


@pytest.fixture
def connected(double: Double, tmp_path: Path) -> dict[str, str]:
    """An environment that leads to the scripted server, with a home of its own."""
    return environment(
        REELMILL_API_URL=double.url,
        REELMILL_API_KEY=KEY,
        XDG_STATE_HOME=str(tmp_path / ".state"),
        XDG_CONFIG_HOME=str(tmp_path / ".config"),
    )


@pytest.fixture
def reelmill(connected: dict[str, str], tmp_path: Path) -> Run:
    """Runs `reelmill` with these arguments to its end."""

    async def run(*arguments: str | Path, env: dict[str, str] | None = None) -> Done:
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            *map(str, arguments),
            env=connected if env is None else env,
            cwd=tmp_path,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode is not None
        done = Done(process.returncode, out.decode(), err.decode())
        assert "Traceback" not in done.err, done.err
        assert KEY not in done.out + done.err
        return done

    return run
