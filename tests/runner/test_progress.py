"""FFmpeg's progress blocks, and the one fraction of a task."""

from __future__ import annotations

import pytest

from runner.progress import COPY_WEIGHTS, ENCODE_WEIGHTS, Meter, ProgressParser, Snapshot
from schema.job import Phase

BLOCK = b"""frame=50
fps=24.90
stream_0_0_q=28.0
bitrate= 512.3kbits/s
total_size=131072
out_time_us=2046032
out_time_ms=2046032
out_time=00:00:02.046032
dup_frames=0
drop_frames=0
speed=1.02x
progress=continue
"""


def test_a_block_is_one_snapshot() -> None:
    assert list(ProgressParser().feed(BLOCK)) == [
        Snapshot(frame=50, seconds=2.046032, speed=1.02, bytes=131072, finished=False)
    ]


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_chunks_may_end_anywhere(size: int) -> None:
    stream = BLOCK * 3 + BLOCK.replace(b"continue", b"end")
    parser = ProgressParser()
    seen = [
        snapshot
        for at in range(0, len(stream), size)
        for snapshot in parser.feed(stream[at : at + size])
    ]
    assert [snapshot.finished for snapshot in seen] == [False, False, False, True]
    assert {snapshot.frame for snapshot in seen} == {50}


def test_what_ffmpeg_does_not_know_is_absent() -> None:
    block = (
        b"frame=0\nout_time_us=N/A\ntotal_size=N/A\nspeed=N/A\nrubbish\n\xff=\xff\nprogress=end\n"
    )
    assert list(ProgressParser().feed(block)) == [Snapshot(finished=True)]


def test_times_before_zero_are_zero() -> None:
    (snapshot,) = ProgressParser().feed(b"out_time_us=-23220\nprogress=continue\n")
    assert snapshot.seconds == 0


@pytest.mark.parametrize(
    ("text", "speed"),
    [(b"-3.1x", 0.0), (b"infx", None), (b"nan", None), (b" 12.5x", 12.5), (b"N/A", None)],
)
def test_speed_is_a_number_that_a_report_may_carry(text: bytes, speed: float | None) -> None:
    (snapshot,) = ProgressParser().feed(b"speed=" + text + b"\nprogress=continue\n")
    assert snapshot.speed == speed


@pytest.mark.parametrize("weights", [ENCODE_WEIGHTS, COPY_WEIGHTS])
def test_weights_make_one_task(weights: dict[Phase, float]) -> None:
    assert sum(weights.values()) == pytest.approx(1)
    assert set(weights) == set(Phase)


def test_fraction_never_goes_back_and_ends_at_one() -> None:
    meter, seen = Meter(), []
    for phase in Phase:
        for part in (0.0, 0.4, 0.2, 1.0, 7.0):
            seen.append(meter.move(phase, part, elapsed=1.0).fraction)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert meter.move(Phase.FETCHING, 0.0, elapsed=2.0).fraction == 1.0


def test_eta_comes_from_the_time_so_far() -> None:
    meter = Meter()
    assert meter.move(Phase.FETCHING, 0.1, elapsed=9.0).eta_seconds is None
    standing = meter.move(Phase.ENCODING, 0.55, elapsed=10.0, speed=3.5)
    assert standing.fraction == pytest.approx(0.5)
    assert standing.eta_seconds == pytest.approx(10.0)
    assert standing.speed == 3.5
