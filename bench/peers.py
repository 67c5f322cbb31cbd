"""Programs that a bench compares us with, from the package index."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from local.api_process import ROOT


def program(home: Path, name: str, *packages: str) -> str | None:
    """A program of some packages in an environment of its own; None where they cannot be had."""
    uv = ROOT / ".tools" / "bin" / "uv"
    python = str(home / "bin" / "python")
    steps = (
        [str(uv), "venv", "-q", "--python", sys.executable, str(home)],
        [str(uv), "pip", "install", "-q", "--python", python, *packages],
    )
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(f"  no {name}: {done.stderr.strip()[-300:]}")
            return None
    found = sorted(p for p in home.rglob(name) if os.access(p, os.X_OK) and p.is_file())
    return str(found[0]) if found else None
