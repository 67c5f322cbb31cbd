"""Pure: how the threads of one command are shared by decoder, filters and encoders.

All of them work at the same time. With as many threads for each as there are processors they stand
in each other's way, and a ladder takes more of the processors and of the clock.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from runner.outputs import Picture, VideoTrack

# Threads of an encoder wait for one another. x264 takes so many for each processor by itself.
_FOR_ONE = 1.5


@dataclass(frozen=True)
class Shares:
    """The threads of a decoder and of its filters, and those of each encoder."""

    reading: int
    writing: dict[VideoTrack, int]

    @classmethod
    def of(cls, total: int, picture: Picture | None, tracks: Sequence[VideoTrack]) -> Shares:
        """Encoders get threads by the pixels of their tracks, the smallest one as well."""
        pixels = sum(track.width * track.height for track in tracks)
        writing = {
            track: min(total, math.ceil(_FOR_ONE * total * track.width * track.height / pixels))
            for track in tracks
        }
        return cls(_reading(total, picture, pixels), writing)


def _reading(total: int, picture: Picture | None, encoded: int) -> int:
    """Half is enough where encoders have more to do; where little is encoded, decoding is what
    takes time."""
    if picture is None or encoded < picture.width * picture.height:
        return total
    return math.ceil(total / 2)
