"""Real encodes with every codec, looked at by FFprobe."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema.codecs import VideoCodec
from tests.runner import media
from tests.runner.bench import facts, transcode

pytestmark = pytest.mark.media

NAMES = {"H264": "h264", "HEVC": "hevc", "AV1": "av1", "VP9": "vp9"}
TAGS = {"H264": "avc1", "HEVC": "hvc1", "AV1": "av01", "VP9": "vp09"}
DEEP = {"HEVC": "Main 10", "AV1": "Main", "VP9": "Profile 2"}


@pytest.mark.parametrize("codec", NAMES)
async def test_an_mp4(codec: str, tmp_path: Path) -> None:
    source = media.make(tmp_path / "x.mp4", size="256x144", rate="30000/1001", seconds=2)
    bench = await transcode(source, tmp_path / "a", mp4={"codec": codec}, tier="DRAFT")
    picture = media.stream(bench.path("MP4"), "video")
    assert (picture["codec_name"], picture["codec_tag_string"]) == (NAMES[codec], TAGS[codec])
    assert (picture["pix_fmt"], int(picture["nb_frames"])) == ("yuv420p", 60)
    assert facts(bench, "MP4").video_codec == NAMES[codec]


@pytest.mark.parametrize("codec", DEEP)
async def test_ten_bits(codec: str, tmp_path: Path) -> None:
    source = media.make(tmp_path / "x.mp4", size="256x144", seconds=1)
    mp4 = {"codec": codec, "bit_depth": 10}
    bench = await transcode(source, tmp_path / "a", mp4=mp4, tier="DRAFT")
    picture = media.stream(bench.path("MP4"), "video")
    assert (picture["pix_fmt"], picture["profile"]) == ("yuv420p10le", DEEP[codec])


@pytest.mark.parametrize("codec", DEEP)
async def test_a_ladder_names_its_codec_and_shares_borders(codec: str, tmp_path: Path) -> None:
    """What is not told apart here is checked by the runner: frames, keyframes, borders, files."""
    source = media.make(tmp_path / "x.mp4", size="320x180", seconds=3)
    ladder = {"codec": codec, "rungs": [{"height": 180}, {"height": 144}], "segment_seconds": 1}
    bench = await transcode(source, tmp_path / "a", ladder=ladder, tier="DRAFT")
    master = bench.path("HLS").read_text()
    assert master.count(f'CODECS="{TAGS[codec]}.') == 4  # two variants and their I-frame playlists
    assert f'codecs="{TAGS[codec]}.' in bench.path("DASH").read_text()
    assert facts(bench, "HLS").video_codec == NAMES[codec]
    assert len(list(bench.path("HLS").parent.glob("video_180/*.m4s"))) == 3


async def test_an_average_and_a_peak_are_kept(tmp_path: Path) -> None:
    noise = "testsrc2=s=160x90:r=25:d=8,noise=alls=60:allf=t"
    source = tmp_path / "x.mp4"
    media.ffmpeg("-f", "lavfi", "-i", noise, "-c:v", "libx264", "-qp", "10", str(source))
    asked = {"free": {"crf": 10}, "average": {"bitrate": 200_000}}
    asked["peak"] = {"crf": 10, "max_bitrate": 200_000}
    found = {}
    for name, mp4 in asked.items():
        bench = await transcode(source, tmp_path / name, mp4=mp4, tier="DRAFT")
        found[name] = facts(bench, "MP4").bitrate
    ladder = {"rungs": [{"height": 144, "bitrate": 200_000}]}
    bench = await transcode(source, tmp_path / "rung", ladder=ladder, tier="DRAFT")
    segments = bench.path("HLS").parent.glob("video_*/*.m4s")
    found["rung"] = sum(path.stat().st_size for path in segments)  # of eight seconds: bit/s
    assert found["free"] > 600_000
    # A film of eight seconds may begin with a buffer of two.
    assert found["average"] == pytest.approx(200_000, rel=0.3)
    assert found["peak"] == pytest.approx(200_000, rel=0.3)
    assert found["rung"] == pytest.approx(200_000, rel=0.3)


@pytest.mark.parametrize("codec", list(VideoCodec))
async def test_tiers_differ(codec: VideoCodec, tmp_path: Path) -> None:
    source = media.make(tmp_path / "x.mp4", size="256x144", seconds=1)
    sums = set()
    for tier in ("DRAFT", "STANDARD", "PREMIUM"):
        bench = await transcode(source, tmp_path / tier, mp4={"codec": codec}, tier=tier)
        sums.add(facts(bench, "MP4").sha256)
    assert len(sums) == 3
