"""What decoding and filtering do to pictures and sound, seen in real outputs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runner import media
from tests.runner.bench import facts, joined, transcode

LADDER = {"rungs": [{"height": 180}], "segment_seconds": 1}


@pytest.mark.parametrize(("rotation", "corner"), [(90, 2), (-90, 1), (180, 3)])
async def test_rotated_film_stands_upright(rotation: int, corner: int, tmp_path: Path) -> None:
    """A white corner of the coded picture must be where a player would show it."""
    box = "color=black:s=320x180:r=25:d=0.4,drawbox=w=80:h=45:c=white:t=fill"
    plain, turned = tmp_path / "plain.mp4", tmp_path / "turned.mp4"
    media.ffmpeg("-f", "lavfi", "-i", box, "-pix_fmt", "yuv420p", str(plain))
    media.ffmpeg("-display_rotation", str(rotation), "-i", str(plain), "-c", "copy", str(turned))
    bench = await transcode(turned, tmp_path, ladder={}, mp4={}, poster={})
    size = (320, 180) if rotation == 180 else (180, 320)
    for kind in ("MP4", "POSTER"):
        path = bench.path(kind)
        picture = media.stream(path, "video")
        assert (picture["width"], picture["height"]) == size
        assert "side_data_list" not in picture, "still tagged as rotated"
        (shown, *_) = media.pixels(path, size="4x4")
        bright = {at for at in range(4) if shown[3 * (0, 3, 12, 15)[at]] > 128}
        assert bright == {corner}
    assert facts(bench, "HLS").renditions == (180,)


@pytest.mark.parametrize(
    ("size", "options", "expected"),
    [
        ("180x320", (), (180, 320)),
        ("321x181", ("-c:v", "mpeg4", "-f", "matroska"), (320, 180)),
        ("180x144", ("-aspect", "16:9"), (256, 144)),
        ("16x16", (), (16, 16)),
        ("20x400", ("-c:v", "mpeg4"), (20, 400)),
    ],
)
async def test_sizes(
    size: str, options: tuple[str, ...], expected: tuple[int, int], tmp_path: Path
) -> None:
    source = media.make(tmp_path / "x.mp4", *options, size=size, seconds=0.4)
    bench = await transcode(source, tmp_path, ladder={}, mp4={}, poster={})
    for path in (bench.path("MP4"), joined(bench.out / "p" / f"video_{min(expected)}")):
        picture = media.stream(path, "video")
        assert (picture["width"], picture["height"]) == expected
        assert picture["sample_aspect_ratio"] == "1:1"


@pytest.mark.parametrize("frames", [1, 2, 3])
async def test_very_short_films(frames: int, tmp_path: Path) -> None:
    source = media.make(tmp_path / "x.mp4", "-frames:v", str(frames), audio=None)
    bench = await transcode(source, tmp_path, ladder={}, mp4={}, poster={})
    assert int(media.stream(bench.path("MP4"), "video")["nb_frames"]) == frames
    assert facts(bench, "HLS").duration == pytest.approx(frames / 25, abs=0.01)


async def test_irregular_frames_keep_their_times(tmp_path: Path) -> None:
    shaken = "settb=1/90000,setpts='PTS+if(mod(N,2),700,0)+if(gt(N,20),3000*N/7,0)'"
    options = ("-vf", shaken, "-fps_mode", "vfr", "-enc_time_base", "1/90000")
    source = media.make(
        tmp_path / "x.mp4", *options, "-video_track_timescale", "90000", rate="30", seconds=2
    )
    bench = await transcode(source, tmp_path, ladder=LADDER, mp4={})
    before = sorted(float(p["pts_time"]) for p in media.packets(source, "v"))
    for path in (bench.path("MP4"), joined(bench.out / "p" / "video_180")):
        after = sorted(float(p["pts_time"]) for p in media.packets(path, "v"))
        assert after == pytest.approx(before, abs=0.001)


async def test_odd_frame_rate(tmp_path: Path) -> None:
    source = media.make(tmp_path / "x.mp4", rate="24000/1001", seconds=3)
    bench = await transcode(source, tmp_path, ladder=LADDER, mp4={})
    assert media.stream(bench.path("MP4"), "video")["r_frame_rate"] == "24000/1001"
    assert "FRAME-RATE=23.976" in bench.path("HLS").read_text()


async def test_interlaced_film_is_deinterlaced(tmp_path: Path) -> None:
    """A bar that moves fast: interlaced, its edge is a comb of every second line."""
    source = tmp_path / "x.mp4"
    media.ffmpeg(
        *("-f", "lavfi", "-i", "color=black:s=320x180:r=50:d=0.8"),
        *("-f", "lavfi", "-i", "color=white:s=40x180:r=50:d=0.8"),
        *("-filter_complex", "[0][1]overlay=x='mod(20*n,280)',interlace"),
        *("-c:v", "libx264", "-flags", "+ildct+ilme", "-x264opts", "tff=1", str(source)),
    )
    assert media.stream(source, "video")["field_order"] == "tt"
    bench = await transcode(source, tmp_path, mp4={"crf": 5})
    before, after = _combing(source), _combing(bench.path("MP4"))
    assert before > 10
    assert after < before / 4
    assert media.stream(bench.path("MP4"), "video")["field_order"] == "progressive"


def _combing(path: Path) -> float:
    """How much each line differs from the mean of its neighbours, over a frame."""
    frame = media.pixels(path, size="320x180")[8]
    rows = [frame[at * 960 : at * 960 + 960 : 3] for at in range(180)]
    worst = [
        sum(abs(2 * b - a - c) for a, b, c in zip(*rows[y - 1 : y + 2], strict=True)) / 320
        for y in range(1, 179)
    ]
    return sum(worst) / len(worst)


async def test_lossless_is_asked_of_a_profile_that_has_none(tmp_path: Path) -> None:
    bench = await transcode(media.make(tmp_path / "x.mp4", seconds=0.2), tmp_path, mp4={"crf": 0})
    assert media.stream(bench.path("MP4"), "video")["profile"] == "High"
