"""Films with more or fewer streams than one of each, irregular ones, HDR, and a very long one."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.runner import media
from tests.runner.bench import facts, kinds, transcode
from tests.runner.flash import AT, CORNERS, SYNC, judge, picture, see, sound

pytestmark = pytest.mark.media

X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
TAGS = ("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709")
LADDER = {"segment_seconds": 1}


async def test_several_sound_tracks(tmp_path: Path) -> None:
    """The default one is taken, 5.1 with the beep in its centre; the other beeps elsewhere."""
    source = tmp_path / "x.mkv"
    centre = f"{sound()},pan=5.1|FC=c0"
    media.ffmpeg(
        *("-f", "lavfi", "-i", picture(), "-f", "lavfi", "-i", sound(at=0.3)),
        *("-f", "lavfi", "-i", centre, "-map", "0", "-map", "1", "-map", "2", *X264, *TAGS),
        *("-c:a:0", "aac", "-c:a:1", "ac3", "-metadata:s:a:0", "language=fra"),
        *("-metadata:s:a:1", "language=deu", "-disposition:a:0", "0"),
        *("-disposition:a:1", "default", str(source)),
    )
    before = see(source, audio="a:1")
    assert abs(before.drift) < SYNC
    bench = await transcode(source, tmp_path, ladder=LADDER, mp4={})
    judge(bench, before, size=(320, 180), frame=1 / 25)
    assert media.stream(bench.path("MP4"), "audio")["tags"]["language"] == "deu"


async def test_several_pictures(tmp_path: Path) -> None:
    """The default one is taken, though a larger one stands before it."""
    source = tmp_path / "x.mkv"
    media.ffmpeg(
        *("-f", "lavfi", "-i", "color=green:s=640x480:r=10:d=2", "-f", "lavfi", "-i", picture()),
        *("-f", "lavfi", "-i", sound(), "-map", "0", "-map", "1", "-map", "2", *X264, *TAGS),
        *("-c:a", "aac", "-disposition:v:0", "0", "-disposition:v:1", "default", str(source)),
    )
    before = see(source, video="v:1")
    bench = await transcode(source, tmp_path, ladder=LADDER, mp4={})
    judge(bench, before, size=(320, 180), frame=1 / 25)


@pytest.mark.parametrize("name", ["x.m4a", "x.flac", "x.ogg", "x.mp3"])
async def test_sound_alone(name: str, tmp_path: Path) -> None:
    source = tmp_path / name
    codec = ("-c:a", "libvorbis") if name == "x.ogg" else ()
    media.ffmpeg("-f", "lavfi", "-i", sound(), *codec, str(source))
    before = see(source)
    bench = await transcode(source, tmp_path, ladder=LADDER, mp4={}, poster={})
    assert kinds(bench) == ["HLS", "DASH", "MP4"]
    for kind in ("MP4", "HLS"):
        after = see(bench.path(kind))
        assert after.size is None
        assert after.beep == pytest.approx(AT, abs=SYNC)
        assert after.sound_ends == pytest.approx(before.sound_ends, abs=0.05)


async def test_picture_alone(tmp_path: Path) -> None:
    source = tmp_path / "x.mp4"
    media.ffmpeg("-f", "lavfi", "-i", picture(), *X264, *TAGS, str(source))
    before = see(source)
    bench = await transcode(source, tmp_path, ladder=LADDER, mp4={})
    for kind in ("MP4", "HLS"):
        after = see(bench.path(kind))
        assert (after.times, after.flash, after.ends) == (before.times, AT, before.ends)
        assert after.sound_ends is None


@pytest.mark.parametrize("seconds", [0.04, 0.5])
async def test_one_frame(seconds: float, tmp_path: Path) -> None:
    """One frame with as much sound, and one that stands while sound goes on."""
    source = tmp_path / "x.mkv"
    media.ffmpeg(
        *("-f", "lavfi", "-i", picture(seconds=0.04)),
        *("-f", "lavfi", "-i", sound(seconds, at=0), *X264, *TAGS, "-c:a", "flac", str(source)),
    )
    bench = await transcode(source, tmp_path, ladder={}, mp4={}, poster={})
    assert media.look(bench.path("POSTER"))["streams"][0]["width"] == 320
    for kind in ("MP4", "HLS"):
        after = see(bench.path(kind))
        assert after.times == (0.0,)
        for mine, wanted in zip(after.corners, CORNERS, strict=True):
            assert mine == pytest.approx(wanted, abs=12)
        assert after.sound_ends == pytest.approx(seconds, abs=0.05)


@pytest.mark.parametrize("name", ["x.mp4", "x.mkv", "x.webm"])
async def test_variable_frame_rate(name: str, tmp_path: Path) -> None:
    """As a phone or a screen recorder writes it: each frame is shown when it was before."""
    # Times that jitter by up to 16 ms, and every fifth frame missing.
    jitter = "setpts='PTS+if(lt(mod(N,7),3),700*mod(N,7),0)',select='gt(mod(n,5),0)+eq(n,0)'"
    shaken = f"settb=1/90000,{jitter}"
    vp9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-pix_fmt", "yuv420p")
    source = tmp_path / name
    media.ffmpeg(
        *("-f", "lavfi", "-i", picture(rate="30"), "-f", "lavfi", "-i", sound()),
        *("-vf", shaken, "-fps_mode", "vfr", "-enc_time_base", "1/90000", *TAGS),
        *(vp9 if name == "x.webm" else X264),
        *("-c:a", "libopus" if name == "x.webm" else "aac", str(source)),
    )
    before = see(source)
    steps = {round(b - a, 3) for a, b in zip(before.times, before.times[1:], strict=False)}
    assert len(steps) > 2, "the source is not irregular"
    bench = await transcode(source, tmp_path, ladder=LADDER, mp4={})
    judge(bench, before, size=(320, 180), frame=1 / 30)
    assert see(bench.path("MP4")).times == pytest.approx(before.times, abs=0.0015)


HDR10 = (
    "hdr10=1:repeat-headers=1:log-level=none:max-cll=1000,400:"
    "master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)"
)


def _hdr10(path: Path) -> Path:
    """White at 203 cd/m2, with the static metadata of a mastering display."""
    to_pq = (
        "zscale=tin=709:pin=709:min=709:rin=tv:t=linear:npl=203:p=2020:m=gbr,format=gbrpf32le,"
        "zscale=t=smpte2084:m=2020_ncl:r=tv:npl=203,format=yuv420p10le"
    )
    media.ffmpeg(
        *("-f", "lavfi", "-i", picture(), "-f", "lavfi", "-i", sound(), "-vf", to_pq),
        *("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", HDR10, "-tag:v", "hvc1"),
        *("-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"),
        *("-c:a", "aac", str(path)),
    )
    return path


async def test_hdr10_for_all_screens(tmp_path: Path) -> None:
    """Tone-mapped: the colours of the SDR film that it was made from."""
    source = _hdr10(tmp_path / "x.mp4")
    bench = await transcode(source, tmp_path, ladder=LADDER, mp4={})
    before = see(source)
    for kind in ("MP4", "HLS"):
        after = see(bench.path(kind))
        assert (after.size, after.ends) == (before.size, pytest.approx(before.ends, abs=1 / 25))
        for mine, wanted in zip(after.corners, CORNERS, strict=True):
            assert mine == pytest.approx(wanted, abs=16)
        assert after.drift == pytest.approx(before.drift, abs=SYNC)
        assert _static(bench.path(kind)) == set(), "still described as HDR"
    video = media.stream(bench.path("MP4"), "video")
    assert (video["color_transfer"], video["pix_fmt"]) == ("bt709", "yuv420p")


@pytest.mark.parametrize("codec", ["HEVC", "AV1"])
async def test_hdr10_kept(codec: str, tmp_path: Path) -> None:
    """The levels, their tags, and what the mastering display could show."""
    source = _hdr10(tmp_path / "x.mp4")
    recipe = {"ladder": {**LADDER, "codec": codec}, "mp4": {"codec": codec}, "tier": "DRAFT"}
    bench = await transcode(source, tmp_path, **recipe)
    wanted = _static(source)
    assert "Content light level metadata: MaxCLL=1000, MaxFALL=400" in wanted
    assert len(wanted) == 2
    tags = ("bt2020", "smpte2084", "bt2020nc", "tv", "yuv420p10le")
    judge(bench, see(source), size=(320, 180), frame=1 / 25, tags=tags, pure=False)
    assert "VIDEO-RANGE=PQ" in bench.path("HLS").read_text()
    for path in (bench.path("MP4"), bench.path("HLS").parent / "video_180" / "joined.mp4"):
        assert _static(path) == wanted


def _static(path: Path) -> set[str]:
    """What the first decoded frames say of the mastering display and of light levels."""
    lists = ("-allowed_extensions", "ALL") if path.suffix == ".m3u8" else ()
    command = [media.tools().ffmpeg, "-hide_banner", *lists, "-i", str(path), "-frames:v", "5"]
    command += ["-map", "0:v:0", "-vf", "showinfo", "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = re.findall(r"side data - ((?:Mastering|Content light).*)", done.stderr)
    # AV1 rounds in binary.
    return {re.sub(r"\d+\.\d+", lambda n: f"{float(n[0]):.4f}", line) for line in told}


@pytest.mark.slow
async def test_a_hundred_minutes(tmp_path: Path) -> None:
    """A frame a second, as of a lecture: nothing drifts on the way."""
    source, at, seconds = tmp_path / "x.mkv", 5990, 6000
    media.ffmpeg(
        *("-f", "lavfi", "-i", picture("160x90", "1", seconds, at=at)),
        *("-f", "lavfi", "-i", sound(seconds, at=at, rate=8000)),
        *(*X264, *TAGS, "-c:a", "flac", str(source)),
    )
    before = see(source)
    assert (before.flash, before.beep) == (at, pytest.approx(at, abs=0.01))
    bench = await transcode(source, tmp_path, ladder={"rungs": [{"height": 144}]}, mp4={})
    for kind in ("MP4", "HLS"):
        after = see(bench.path(kind))
        assert after.times == pytest.approx(before.times)
        assert (after.flash, after.drift) == (at, pytest.approx(before.drift, abs=SYNC))
        assert after.ends == pytest.approx(seconds, abs=1)
    assert facts(bench, "MP4").duration == pytest.approx(seconds, abs=1)
