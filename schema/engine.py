"""Which engine makes outputs: part of every cache key, so that a new one makes all anew."""

from __future__ import annotations

from typing import Final

# Raise it whenever the same recipe and source give other files than before: other options of an
# encoder, another packager, another rounding in a plan. New wishes in a recipe need no new number.
REVISION: Final = 2

# What the FFmpeg of our lock file says of itself. With another one nothing is reused, since what it
# would make is not known before a runner has started.
FFMPEG: Final = "ffmpeg version n9.0.2-17-g2a571b6068-20260930"


def named(ffmpeg: str) -> str:
    """The engine of a runner whose FFmpeg says this of itself."""
    return f"{ffmpeg}; recipe revision {REVISION}"


ENGINE: Final = named(FFMPEG)
