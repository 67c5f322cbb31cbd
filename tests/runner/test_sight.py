"""What FFmpeg writes of black and frozen pictures, and where files end."""

from __future__ import annotations

import json

import pytest

from runner import ends, sight, vmaf
from schema.report import Stretch

SEEN = """frame:0    pts:0       pts_time:0
lavfi.black_start=0
frame:25   pts:1000000 pts_time:1
lavfi.black_end=1
frame:75   pts:3000000 pts_time:3
lavfi.freezedetect.freeze_start=1
frame:100  pts:4000000 pts_time:4
lavfi.freezedetect.freeze_duration=3
lavfi.freezedetect.freeze_end=4
lavfi.black_start=4.5
"""


def test_stretches() -> None:
    found = sight.read(SEEN, 6.0)
    assert found.black == (Stretch(start=0, end=1), Stretch(start=4.5, end=6))
    assert found.frozen == (Stretch(start=1, end=4),)
    assert sight.seconds(found.black) == 2.5


def test_nothing_seen() -> None:
    assert sight.read("", 6.0) == sight.Sight((), ())


def test_files_lie_in_scratch_itself() -> None:
    assert "/" not in sight.file_of("ladder/video_144/media.m3u8")


def test_ends() -> None:
    listing = b"0,1.96,0.04\n1,1.99,0.02\n0,1.90,0.04\n2,N/A,N/A\n3,4.0,N/A\n"
    assert ends.read(listing) == {0: 2.0, 1: pytest.approx(2.01), 3: 4.0}


def test_worst_second() -> None:
    scores = [(0, 90), (24, 80), (25, 70), (49, 60), (50, 99)]
    frames = ",".join(f'{{"frameNum":{n},"metrics":{{"vmaf":{v}}}}}' for n, v in scores)
    found = vmaf.read(f'{{"frames":[{frames}]}}', 25.0)
    assert (found.mean, found.lowest, found.lowest_at) == (79.8, 65.0, 1.0)


def test_nothing_compared() -> None:
    with pytest.raises(ValueError, match="no frame"):
        vmaf.read('{"frames":[]}', 25.0)


def log_of(seconds: range, rate: int = 5) -> str:
    """Each second scores its own number, below a hundred."""
    frames = [
        {"frameNum": second * rate + frame, "metrics": {"vmaf": second % 100}}
        for second in seconds
        for frame in range(rate)
    ]
    return json.dumps({"frames": frames})


@pytest.mark.parametrize(
    ("seconds", "step", "points"), [(1, 1, 1), (240, 1, 240), (241, 2, 121), (7_200, 30, 240)]
)
def test_the_curve_goes_through_the_whole_film(seconds: int, step: int, points: int) -> None:
    found = vmaf.read(log_of(range(seconds)), 5.0)
    assert (found.step, len(found.curve)) == (step, points)
    assert found.curve[0] == (step - 1) / 2
    assert found.mean == pytest.approx(sum(n % 100 for n in range(seconds)) / seconds, abs=0.01)


def test_the_curve_stays_level_where_nothing_was_compared() -> None:
    frames = [{"frameNum": at, "metrics": {"vmaf": 90 - at}} for at in (5, 15, 20)]
    assert vmaf.read(json.dumps({"frames": frames}), 5.0).curve == (85.0, 85.0, 85.0, 75.0, 70.0)
