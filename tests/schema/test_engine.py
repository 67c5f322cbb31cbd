"""The engine that cache keys name is the one that runs."""

from __future__ import annotations

import subprocess

from schema.engine import ENGINE, FFMPEG, named
from tests.support.media import ffmpeg


def test_the_engine_is_the_ffmpeg_of_the_lock_file() -> None:
    """If it fails after an upgrade: write the new version down, so that all is made anew."""
    said = subprocess.run(
        [ffmpeg(), "-version"], capture_output=True, text=True, timeout=30, check=True
    )
    assert said.stdout.partition(" Copyright")[0] == FFMPEG
    assert named(FFMPEG) == ENGINE
    assert named("ffmpeg version n9.1") != ENGINE
