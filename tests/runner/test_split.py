"""Where a film is cut, and what runs whole."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner import split
from runner.split import Clock, Frame, WholeError
from schema.split import Slice, Splitting
from tests.runner.values import audio, plan, probe, video

HOUR = 3600.0
LADDER: dict[str, Any] = {"rungs": [{"height": 360}], "segment_seconds": 4}
SPLITTING = Splitting(from_seconds=600, chunk_seconds=180)


def _plan(seconds: float = HOUR, **recipe: Any) -> Any:
    return plan(probe(duration=seconds), **(recipe or {"ladder": LADDER}))


def _frames(
    seconds: float,
    rate: Fraction = Fraction(25),
    gop: int = 50,
    tick: Fraction = Fraction(1, 90000),
) -> list[Frame]:
    count = int(seconds * rate)
    return [Frame(round(n / rate / tick), n % gop == 0, dropped=False) for n in range(count)]


def _cut(seconds: float, rate: Fraction = Fraction(25), **changes: Any) -> tuple[Slice, ...]:
    frames = changes.pop("frames", None) or _frames(seconds, rate)
    clock = Clock(tick=Fraction(1, 90000), shift=changes.pop("shift", 0), grid=1 / rate)
    splitting = Splitting(from_seconds=1, chunk_seconds=changes.pop("chunk", 180))
    return split.slices(_plan(seconds), frames, clock, splitting)


def test_an_hour_in_pieces_of_three_minutes() -> None:
    pieces = _cut(HOUR)
    assert len(pieces) == 20
    assert (pieces[0].start, pieces[-1].end) == (0, None)
    for before, after in pairwise(pieces):
        assert before.end == after.start, "a frame would be missing or doubled"
        assert after.first - before.last == pytest.approx(0.04)
        # Half a frame before the border, which is a multiple of four seconds.
        assert after.start + 0.02 == pytest.approx(round((after.start + 0.02) / 4) * 4)
        assert after.keys[0] == pytest.approx(after.first)
        assert after.seek is not None
        assert after.start - 4.2 < after.seek < after.start - 1.9, "the keyframe before the last"
    lengths = [b.first - a.first for a, b in pairwise(pieces)]
    assert max(lengths) - min(lengths) <= 4
    keys = [key for piece in pieces for key in piece.keys]
    assert keys == [4.0 * n for n in range(900)]


@settings(deadline=None, max_examples=40)
@given(
    seconds=st.floats(20, 400),
    rate=st.sampled_from([Fraction(24000, 1001), Fraction(25), Fraction(60000, 1001), Fraction(5)]),
    chunk=st.floats(5, 100),
    shift=st.integers(-10_000, 10**6),
)
def test_every_frame_is_in_exactly_one_piece(
    seconds: float, rate: Fraction, chunk: float, shift: int
) -> None:
    frames = [dataclasses.replace(f, shown=f.shown + shift) for f in _frames(seconds, rate, gop=5)]
    try:
        pieces = _cut(seconds, rate, frames=frames, chunk=chunk, shift=shift)
    except WholeError:
        return
    clock = Clock(tick=Fraction(1, 90000), shift=shift, grid=1 / rate)
    places = [
        [n for n, p in enumerate(pieces) if p.start <= at and (p.end is None or at < p.end)]
        for at in (clock.output(frame.shown) for frame in frames)
    ]
    assert all(len(found) == 1 for found in places)
    assert sorted(found[0] for found in places) == [found[0] for found in places]
    assert len({found[0] for found in places}) == len(pieces)


def test_frames_that_are_rounded_to_one_place_stay_together() -> None:
    """Milliseconds of Matroska: the border's frame may come a little early."""
    clock = Clock(tick=Fraction(1, 1000), shift=0, grid=Fraction(1001, 24000))
    cut = clock.border(4.0)
    early, late = 96 * 1001 / 24000 - 0.001, 95 * 1001 / 24000 + 0.001
    assert late < cut < early


def test_frames_at_irregular_times_are_cut_at_the_border_itself() -> None:
    assert Clock(tick=Fraction(1, 1000), shift=0, grid=None).border(4.0) == 4.0


@pytest.mark.parametrize(
    ("seconds", "recipe", "demuxer", "why"),
    [
        (599.0, {"ladder": LADDER}, "mov", "short"),
        (HOUR, {"mp4": {}, "clips": [{"end": 3}]}, "mov", "clips"),
        (HOUR, {"poster": {}}, "mov", "no picture"),
        (HOUR, {"mp4": {}, "verify": {"max_black_seconds": 1}}, "mov", "quality is measured"),
        (HOUR, {"mp4": {"max_frame_rate": 10}}, "mov", "frame rate is reduced"),
        (HOUR, {"mp4": {}}, "mpegts", "mpegts"),
        (HOUR, {"mp4": {}}, "avi", "avi"),
    ],
)
def test_what_runs_whole(seconds: float, recipe: Any, demuxer: str, why: str) -> None:
    with pytest.raises(WholeError, match=why):
        split.worth(_plan(seconds, **recipe), demuxer, SPLITTING)


def test_sound_alone_and_unreliable_codecs_run_whole() -> None:
    sound = plan(probe(audio(), duration=HOUR), ladder=LADDER)
    with pytest.raises(WholeError, match="no picture"):
        split.worth(sound, "mov", SPLITTING)
    theora = plan(probe(video(codec="theora"), duration=HOUR), ladder=LADDER)
    with pytest.raises(WholeError, match="theora"):
        split.worth(theora, "matroska", SPLITTING)
    split.worth(_plan(), "mov", SPLITTING)


def _gap() -> list[Frame]:
    return [frame for frame in _frames(HOUR) if not 400 < frame.shown / 90000 < 800]


def _one_key() -> list[Frame]:
    return [dataclasses.replace(f, key=f.shown == 0) for f in _frames(HOUR)]


def _edited() -> list[Frame]:
    return [dataclasses.replace(f, dropped=900 < f.shown / 90000 < 901) for f in _frames(HOUR)]


def _twice() -> list[Frame]:
    return [*_frames(HOUR), Frame(90_000, key=False, dropped=False)]


@pytest.mark.parametrize(
    ("frames", "why"),
    [
        (_gap(), "too far apart"),
        (_one_key(), "keyframes stand too far apart"),
        (_edited(), "edit list"),
        (_twice(), "same time"),
    ],
    ids=["gap", "one keyframe", "edit list", "doubled time"],
)
def test_what_cannot_be_cut_safely(frames: list[Frame], why: str) -> None:
    with pytest.raises(WholeError, match=why):
        _cut(HOUR, frames=frames)


def test_an_edit_list_that_cuts_the_ends_does_no_harm() -> None:
    frames = [dataclasses.replace(f, dropped=f.shown < 90_000) for f in _frames(HOUR)]
    assert len(_cut(HOUR, frames=frames, shift=90_000)) == 20


def test_a_clock_that_is_too_fine_to_count_with() -> None:
    clock = Clock(tick=Fraction(1, 1_000_000), shift=0, grid=None)
    frames = _frames(HOUR, tick=Fraction(1, 1_000_000))
    with pytest.raises(WholeError, match="too fine"):
        split.slices(_plan(), frames, clock, SPLITTING)


def test_reading_what_ffprobe_lists() -> None:
    assert split.read(b"0,7592,48,K__\n-512,10,N/A,_D_\n") == [
        Frame(0, key=True, dropped=False, at=48, size=7592),
        Frame(-512, key=False, dropped=True),
    ]
    with pytest.raises(WholeError, match="no time"):
        split.read(b"N/A,10,48,K__\n")


def test_rounding_of_joins_does_not_add_up() -> None:
    firsts = [Fraction(1001, 24000) * n * 96 for n in range(500)]
    lasting = split.durations(firsts)
    assert sum(lasting) == round(firsts[-1] * 1_000_000)
    assert len(lasting) == 499
