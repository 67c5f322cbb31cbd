"""Films with more frames than are wanted."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from runner.outputs import Picture
from runner.rate import capped
from tests.runner import media
from tests.runner.bench import facts, joined, transcode
from tests.runner.flash import AT, SYNC, picture, see, sound
from tests.runner.values import plan, probe, video

pytestmark = pytest.mark.media


def _picture(rate: float, **changes: Any) -> Picture:
    found = plan(probe(video(frame_rate=rate)), mp4={}).picture
    assert found is not None
    return replace(found, **changes)


@pytest.mark.parametrize(
    ("rate", "most", "expected"),
    [
        (25.0, None, None),
        (25.0, 30.0, None),
        (30.0, 29.97, None),
        (60.0, 30.0, 30.0),
        (60000 / 1001, 30.0, 30000 / 1001),
        (50.0, 30.0, 25.0),
        (30.0, 25.0, 25.0),
        (60.0, 50.0, 50.0),
        (120.0, 25.0, 24.0),
    ],
)
def test_rates(rate: float, most: float | None, expected: float | None) -> None:
    assert capped(_picture(rate), most) == (expected and pytest.approx(expected))


def test_irregular_frames_are_thinned_by_their_distance() -> None:
    assert capped(_picture(24.0, variable=True), 30.0) == 30.0


@pytest.mark.parametrize(("source", "most", "rate"), [("60", 30, 30), ("30", 25, 25)])
async def test_fewer_frames(source: str, most: float, rate: int, tmp_path: Path) -> None:
    film = tmp_path / "x.mp4"
    media.ffmpeg(
        *("-f", "lavfi", "-i", picture("160x90", source), "-f", "lavfi", "-i", sound()),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(film)),
    )
    ladder = {"rungs": [{"height": 144}], "segment_seconds": 1, "max_frame_rate": most}
    bench = await transcode(film, tmp_path, ladder=ladder, mp4={"max_frame_rate": most})
    for path in (bench.path("MP4"), joined(bench.out / "p" / "video_90")):
        after = see(path)
        assert after.times == pytest.approx([n / rate for n in range(2 * rate)], abs=0.001)
        assert after.flash == pytest.approx(AT, abs=1 / rate)
    assert abs(see(bench.path("MP4")).drift) < SYNC
    assert f"FRAME-RATE={rate}.000" in bench.path("HLS").read_text()
    assert facts(bench, "MP4").duration == pytest.approx(2, abs=0.05)


@pytest.mark.parametrize("jitter", ["0", "0.003*mod(N,5)/TB"], ids=["a grid", "no grid"])
async def test_irregular_frames_keep_their_times(jitter: str, tmp_path: Path) -> None:
    """Bursts of 60 frames a second, and rests."""
    film = tmp_path / "x.mkv"
    bursts = f"select='lt(mod(t,0.5),0.25)+not(mod(n,6))',setpts='PTS+{jitter}'"
    media.ffmpeg(
        *("-f", "lavfi", "-i", picture("160x90", "60"), "-f", "lavfi", "-i", sound()),
        *("-vf", bursts, "-fps_mode", "vfr", "-enc_time_base", "1/1000"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(film)),
    )
    before = see(film).times
    bench = await transcode(film, tmp_path, mp4={"max_frame_rate": 30})
    after = see(bench.path("MP4")).times
    assert len(after) < 0.7 * len(before)
    steps = [b - a for a, b in pairwise(after)]
    assert min(steps) > 0.95 / 30 - 0.01
    for time in after:
        assert min(abs(time - other) for other in before) < 0.002
