"""An independent look at an animated WebP, after Google's container specification."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple


class Seen(NamedTuple):
    """Pixels, frames, seconds."""

    width: int
    height: int
    frames: int
    seconds: float


def look(path: Path) -> Seen:
    """Size and durations, found by the names of chunks alone."""
    data = path.read_bytes()
    canvas = data.index(b"VP8X") + 8
    width, height = (int.from_bytes(data[canvas + at : canvas + at + 3], "little") for at in (4, 7))
    assert data[data.index(b"ANIM") + 12 :][:2] == b"\0\0", "it does not play for ever"
    begins = [found.end() + 4 for found in re.finditer(b"ANMF", data)]
    shown = [int.from_bytes(data[at + 12 : at + 15], "little") for at in begins]
    return Seen(width + 1, height + 1, len(shown), sum(shown) / 1000)
