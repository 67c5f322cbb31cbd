"""Pure, but for a look at the boxes: which bytes of an MP4 the pieces of its film need.

A piece decodes its own part of the picture. Of a big file the rest need not be fetched: it gets a
file of the same size with holes. Everything outside the media data is kept, and the first second,
by which FFmpeg knows the streams.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from runner.sparse import Range, length, merged
from runner.split import Clock, Frame
from schema.split import Slice

LEAST_SIZE = 32 * 1024 * 1024  # a smaller file is fetched as it is
MOST_PART = 0.7  # of the file; where a piece needs more, it takes all
MOST_BOXES = 10_000
AHEAD = 2.0  # seconds that decoders are given before they see that a piece is over
HEAD = 1.0  # seconds at the film's beginning


@dataclass(frozen=True)
class Box:
    """One box at the top of an MP4: its type, its begin and end in bytes."""

    kind: bytes
    begin: int
    end: int


def boxes(path: Path) -> list[Box]:
    """The boxes at the top; none where the file is built otherwise."""
    found: list[Box] = []
    at, size = 0, path.stat().st_size
    with path.open("rb") as file:
        while at < size:
            file.seek(at)
            head = file.read(16)
            if len(head) < 8 or len(found) >= MOST_BOXES:
                return []
            length, kind = struct.unpack(">I4s", head[:8])
            if length == 1 and len(head) == 16:
                (length,) = struct.unpack(">Q", head[8:])
            end = size if length == 0 else at + length
            if end <= at or end > size:
                return []
            found.append(Box(kind, at, end))
            at = end
    return found


def needed(
    slices: Sequence[Slice],
    frames: Sequence[Frame],
    clock: Clock,
    top: Sequence[Box],
    start_time: float,
) -> list[tuple[Range, ...]]:
    """The bytes of each piece; none where it takes the whole file. `frames` in decoding order."""
    size = top[-1].end if top else 0
    whole: list[tuple[Range, ...]] = [() for _ in slices]
    kinds = {box.kind for box in top}
    if size < LEAST_SIZE or not {b"moov", b"mdat"} <= kinds or b"moof" in kinds:
        return whole
    if any(frame.at < 0 for frame in frames):
        return whole
    shown = [clock.output(frame.shown) for frame in frames]
    head = [(max(0, box.begin - 16), box.begin + 16) for box in top if box.kind == b"mdat"]
    head += [(box.begin, box.end) for box in top if box.kind != b"mdat"]
    head.append(_span([f for f, at in zip(frames, shown, strict=True) if at < HEAD] or frames[:1]))
    found = []
    for piece in slices:
        first = _first(piece, frames, shown, clock, start_time)
        last = max(
            number for number, at in enumerate(shown) if piece.end is None or at < piece.end + AHEAD
        )
        wanted = [*head, _span(frames[first : last + 1])]
        parts = tuple(merged((begin, min(end, size)) for begin, end in wanted))
        found.append(parts if length(parts) < MOST_PART * size else ())
    return found


def _first(
    piece: Slice, frames: Sequence[Frame], shown: Sequence[float], clock: Clock, start_time: float
) -> int:
    """The keyframe before the one at which decoding begins."""
    if piece.seek is None:
        return 0
    # Where decoding begins is said in the file's time, and frames are in the output's.
    at = piece.seek + start_time - float(clock.shift * clock.tick)
    keys = [number for number, frame in enumerate(frames) if frame.key and shown[number] <= at]
    return keys[-2] if len(keys) > 1 else 0


def _span(frames: Sequence[Frame]) -> Range:
    return min(frame.at for frame in frames), max(frame.at + frame.size for frame in frames)
