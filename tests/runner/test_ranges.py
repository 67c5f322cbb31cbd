"""Which bytes of an MP4 a piece of its film fetches."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import pytest

from runner import ranges
from runner.ranges import Box, needed
from runner.split import Clock, Frame
from schema.split import Slice

CLOCK = Clock(tick=Fraction(1, 25), shift=0, grid=Fraction(1, 25))
MIB = 1024 * 1024
DATA = 100  # where the media data begins
# 100 seconds, a keyframe a second, 40 kB a frame: 100 MB.
FRAMES = [
    Frame(n, n % 25 == 0, dropped=False, at=DATA + n * 40_000, size=30_000) for n in range(2500)
]
END = DATA + 2500 * 40_000
TOP = [Box(b"ftyp", 0, DATA - 8), Box(b"mdat", DATA - 8, END), Box(b"moov", END, END + 5_000)]


def _slice(start: float, end: float | None, seek: float | None) -> Slice:
    return Slice(start=start, end=end, seek=seek, keys=(start,), first=start, last=start)


SLICES = [_slice(0, 20, None), _slice(20, 40, 19.15), _slice(40, None, 39.15)]


def test_a_piece_needs_its_own_part_the_index_and_the_first_second() -> None:
    first, middle, last = needed(SLICES, FRAMES, CLOCK, TOP, 0.0)
    assert first == ((0, FRAMES[22 * 25].at - 10_000), (END, END + 5_000))
    # From a keyframe before the one that is sought to, until two seconds behind its end.
    assert middle == (
        (0, FRAMES[24].at + 30_000),
        (FRAMES[18 * 25].at, FRAMES[42 * 25 - 1].at + 30_000),
        (END, END + 5_000),
    )
    assert last[-2:] == ((FRAMES[38 * 25].at, END - 10_000), (END, END + 5_000))


def test_times_of_the_file_need_not_begin_at_zero() -> None:
    shifted = [Frame(f.shown + 250, f.key, f.dropped, f.at, f.size) for f in FRAMES]
    clock = Clock(tick=CLOCK.tick, shift=250, grid=CLOCK.grid)
    assert needed(SLICES, shifted, clock, TOP, 10.0) == needed(SLICES, FRAMES, CLOCK, TOP, 0.0)


@pytest.mark.parametrize(
    "top",
    [
        [],
        [Box(b"ftyp", 0, 8), Box(b"mdat", 8, 2 * MIB), Box(b"moov", 2 * MIB, 3 * MIB)],
        [*TOP, Box(b"moof", END + 5_000, END + 6_000)],
        TOP[:2],
    ],
    ids=["unknown", "small", "fragmented", "no index"],
)
def test_other_files_are_fetched_whole(top: list[Box]) -> None:
    assert needed(SLICES, FRAMES, CLOCK, top, 0.0) == [(), (), ()]


def test_a_piece_that_needs_nearly_everything_takes_everything() -> None:
    halves = [_slice(0, 90, None), _slice(90, None, 89.15)]
    first, last = needed(halves, FRAMES, CLOCK, TOP, 0.0)
    assert first == ()
    assert last != ()


def test_packets_without_a_place() -> None:
    nowhere = [Frame(f.shown, f.key, f.dropped) for f in FRAMES]
    assert needed(SLICES, nowhere, CLOCK, TOP, 0.0) == [(), (), ()]


def _box(kind: bytes, body: bytes, *, large: bool = False, to_end: bool = False) -> bytes:
    if large:
        return struct.pack(">I4sQ", 1, kind, 16 + len(body)) + body
    return struct.pack(">I4s", 0 if to_end else 8 + len(body), kind) + body


def test_reading_boxes(tmp_path: Path) -> None:
    path = tmp_path / "x.mp4"
    whole = _box(b"ftyp", b"1234") + _box(b"mdat", b"x" * 90, large=True)
    path.write_bytes(whole + _box(b"moov", b"abc", to_end=True))
    assert ranges.boxes(path) == [
        Box(b"ftyp", 0, 12),
        Box(b"mdat", 12, 118),
        Box(b"moov", 118, 129),
    ]
    for broken in (whole[:-1], whole + b"123", b"\0\0\0\4ftyp"):
        path.write_bytes(broken)
        assert ranges.boxes(path) == []
