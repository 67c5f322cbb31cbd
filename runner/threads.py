"""Pure: how the threads of one command are shared by decoder, filters and encoders.

All of them work at the same time. With as many threads for each as there are processors they stand
in each other's way, and a ladder takes more of the processors and of the clock.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from runner.outputs import Picture, VideoTrack
from schema.codecs import VideoCodec

# Threads of an encoder wait for one another, and x264's the most: each works on a frame that needs
# the frames of the others. So all rungs together get more threads than there are processors.
_FOR_ALL = 1.5
_FOR_ALL_X264 = 3.0
# A rung gets no more than twice the processors (x264 by itself would take one and a half), and no
# more than let x264 look for motion over 16 lines: half of what (lines + 24) / threads - 24 says.
_FOR_ONE = 2
_LINES_EACH = 56


@dataclass(frozen=True)
class Shares:
    """The threads of a decoder and of its filters, and those of each encoder."""

    reading: int
    writing: dict[VideoTrack, int]

    @classmethod
    def of(cls, total: int, picture: Picture | None, tracks: Sequence[VideoTrack]) -> Shares:
        """Encoders get threads by the pixels of their tracks, the smallest one as well."""
        pixels = sum(track.width * track.height for track in tracks)
        writing = {track: _writing(total, track, pixels) for track in tracks}
        return cls(_reading(total, picture, pixels), writing)


def _writing(total: int, track: VideoTrack, encoded: int) -> int:
    share = total * track.width * track.height / encoded
    if track.codec is VideoCodec.H264:
        most = min(_FOR_ONE * total, (track.height + 24) // _LINES_EACH)
        return max(1, min(most, math.ceil(_FOR_ALL_X264 * share)))
    return min(total, math.ceil(_FOR_ALL * share))


def _reading(total: int, picture: Picture | None, encoded: int) -> int:
    """Half is enough where encoders have more to do; where little is encoded, decoding is what
    takes time."""
    if picture is None or encoded < picture.width * picture.height:
        return total
    return math.ceil(total / 2)
