"""A real runner process, the scripted API it talks to, and what can be seen of both."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.runner import processes
from tests.runner.protocol import FakeApi
from tests.runner.store import Store

ROOT = Path(__file__).parents[2]
SECRET = "the proof"

Starter = Callable[..., "Run"]


@dataclass
class Run:
    """One runner process and the API it talks to."""

    api: FakeApi
    process: subprocess.Popen[str]
    scratch: Path
    store: Store

    def finish(self, seconds: float = 60) -> int:
        """Wait for the end; stderr is kept for `logs`."""
        _, self.stderr = self.process.communicate(timeout=seconds)
        return self.process.returncode

    @property
    def logs(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stderr.splitlines()]

    def wait_for_encode(self) -> None:
        """Until FFmpeg really works."""
        end = time.monotonic() + 30
        while not any(p["phase"] == "ENCODING" and p["fraction"] > 0.07 for p in self.progress):
            assert time.monotonic() < end, self.progress
            assert self.process.poll() is None
            time.sleep(0.05)

    def stored(self) -> list[str]:
        """Keys below the task's prefix."""
        return self.store.keys(self.api.claim["spec"]["target"]["prefix"])

    @property
    def progress(self) -> list[dict[str, Any]]:
        return self.api.said("progress")

    @property
    def children(self) -> list[int]:
        return processes.working_in(self.scratch)


def start_runner(url: str, scratch: Path, proof: str = SECRET) -> subprocess.Popen[str]:
    """`python -m runner` with its proof on stdin."""
    env = {
        "PATH": os.defpath,
        "REELMILL_API_URL": url,
        "REELMILL_ATTEMPT_ID": "attempt-1",
        "REELMILL_SCRATCH": str(scratch),
        # Keys of the runner's own environment must not reach FFmpeg.
        "AWS_SECRET_ACCESS_KEY": "from the environment",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "runner"],
        cwd=ROOT,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    process.stdin.write(f"{proof}\n")
    process.stdin.flush()
    return process
