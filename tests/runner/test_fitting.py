"""Pieces that do not fit together are never joined."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from runner import command, fitting
from runner.command_split import FILE_AUDIO, FILE_VIDEO
from runner.errors import Code, RunnerError
from runner.times import Times, read_joined, read_packets, read_times
from schema.source import SourceFacts
from schema.split import Piece, Slice, SplitPlan, StoredChunk
from tests.runner.values import plan, probe

PLAN = plan(ladder={"rungs": [{"height": 360}]}, mp4={}, poster={})
RUNG = "rung_360.mp4"
SPLIT = SplitPlan(
    etag=None,
    source=SourceFacts(size=1, probe=probe()),
    shift=0,
    time_base="1/90000",
    slices=tuple(
        Slice(start=at, end=at + 2, seek=None, keys=(at,), first=at, last=at + 1.96)
        for at in (0.0, 2.0)
    ),
    extras=True,
)


def _piece(name: str, **changes: Any) -> Piece:
    return Piece(name=name, size=10, sha256="0" * 64, **changes)


def _picture(number: int, **changes: Any) -> Piece:
    values = {
        "name": RUNG,
        "frames": 50,
        "first": 50 * number,
        "last": 50 * number + 49,
        "time_base": "1/25",
        "codec_hash": "a",
    }
    values |= changes
    return _piece(values.pop("name"), **values)


def _chunk(*pieces: Piece, number: int = 0, engine: str = "ffmpeg 9") -> StoredChunk:
    return StoredChunk(prefix=f"p/{number}/", engine=engine, pieces=pieces)


def _chunks(**last: Any) -> list[StoredChunk]:
    """Two pieces of picture, the second with changes, and the extras."""
    extras = [_piece(name) for name in (command.AUDIO, FILE_AUDIO, command.POSTER)]
    return [
        _chunk(_picture(0), _picture(0, name=FILE_VIDEO)),
        _chunk(_picture(1, **last), _picture(1, name=FILE_VIDEO), number=1),
        _chunk(*extras, number=2),
    ]


def test_pieces_of_every_track_in_order() -> None:
    found = fitting.tracks(PLAN, SPLIT, _chunks())
    assert list(found) == [RUNG, FILE_VIDEO]
    assert [part.key for part in found[RUNG]] == [f"p/0/{RUNG}", f"p/1/{RUNG}"]
    assert found[RUNG][1].first == 2
    assert list(fitting.extras(PLAN, SPLIT, _chunks())) == [
        command.AUDIO,
        FILE_AUDIO,
        command.POSTER,
    ]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda: _chunks()[:2], "2 chunks instead of 3"),
        (lambda: [*_chunks()[:2], _chunk(engine="ffmpeg 10")], "versions"),
        (lambda: _chunks(codec_hash="b"), "codec_hash"),
        (lambda: _chunks(time_base="1/50"), "time_base"),
        (lambda: _chunks(first=49), "same time"),
        (lambda: _chunks(name="rung_720.mp4"), f"no {RUNG}"),
    ],
)
def test_what_does_not_fit(spoil: Callable[[], list[StoredChunk]], why: str) -> None:
    with pytest.raises(RunnerError, match=why) as refused:
        fitting.tracks(PLAN, SPLIT, spoil())
    assert refused.value.code is Code.PIECES_DIFFER


def test_a_joined_track_shows_every_frame_in_its_place() -> None:
    parts = fitting.tracks(PLAN, SPLIT, _chunks())[RUNG]
    tick = Fraction(1, 12800)
    good = [512 * n for n in range(100)]
    fitting.check_joined(RUNG, parts, Times(tuple(reversed(good)), tick))
    for bad in (good[:-1], [*good, 51200], [*good[:50], 512 * 50 + 1, *good[51:]], [0, *good[:-1]]):
        with pytest.raises(RunnerError) as refused:
            fitting.check_joined(RUNG, parts, Times(tuple(bad), tick))
        assert refused.value.code is Code.PIECES_DIFFER


def test_reading_times() -> None:
    assert read_times("0 1001/24000\n3 1001/24000\n") == Times((0, 3), Fraction(1001, 24000))
    for text in ("", "0 1/25\n1 1/50\n"):
        with pytest.raises(RunnerError):
            read_times(text)
    assert read_joined(b"packet|0\npacket|512|x\nstream|1/12800\n") == Times(
        (0, 512), Fraction(1, 12800)
    )
    listed = read_packets(b"audio,-0.021,0.021\nvideo,0.0,0.04\nvideo,0.04,0.04\n")
    assert (listed.frames, listed.begin, listed.end) == (2, -0.021, 0.08)
    with pytest.raises(RunnerError):
        read_packets(b"video,N/A,0.04\n")
