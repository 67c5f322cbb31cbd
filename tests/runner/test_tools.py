"""Which programs the runner takes, and the FFmpeg that it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from runner.errors import Code, RunnerError
from runner.tools import require_recent, tools_named


@pytest.mark.parametrize(
    "engine",
    [
        "ffmpeg version n9.0.2-17-g0123456789-20260930",
        "ffmpeg version 8.1.3-0+deb13u1",
        "ffmpeg version 8.2",
        "ffmpeg version n10.0",
    ],
)
def test_a_recent_ffmpeg_is_taken(engine: str) -> None:
    require_recent(engine)


@pytest.mark.parametrize(
    "engine",
    [
        "ffmpeg version 8.1.2",
        "ffmpeg version n8.1",
        "ffmpeg version 5.1.9-0+deb12u1",
        "ffmpeg version N-120000-gabcdef",
        "avconv version 12.3",
        "",
    ],
)
def test_an_ffmpeg_with_holes_is_refused(engine: str) -> None:
    with pytest.raises(RunnerError) as refused:
        require_recent(engine)
    assert refused.value.code is Code.TOOL_OUTDATED
    assert "8.1.3 is the oldest" in refused.value.message


def check(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "runner.check"],
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_check_tells_what_it_would_encode_with() -> None:
    done = check()
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["ffmpeg"].startswith("ffmpeg version n9.")
    assert found["ffprobe"].startswith("ffprobe version")
    assert "packager" in found["packager"]


def test_the_check_refuses_an_old_ffmpeg(tmp_path: Path) -> None:
    # The jail lets nothing but /usr and the program itself be read: a script needs no more.
    old = tmp_path / "ffmpeg"
    old.write_text("#!/bin/sh\necho 'ffmpeg version 8.1.2 Copyright (c) 2000-2026'\n")
    old.chmod(0o755)
    done = check(REELMILL_FFMPEG=str(old))
    assert done.returncode == 1
    assert "TOOL_OUTDATED" in done.stderr


def test_a_missing_program_is_named() -> None:
    with pytest.raises(RunnerError, match="FFprobe is not installed"):
        tools_named({"REELMILL_FFPROBE": "/nowhere/ffprobe"})
