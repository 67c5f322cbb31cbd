"""Posters, clips, and films that are not what they promise."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from runner.errors import Code
from tests.runner import media
from tests.runner.bench import facts, refusal, transcode


async def test_poster_shows_the_asked_moment(tmp_path: Path) -> None:
    """Each frame has its own grey: 8 more than the one before."""
    source = _greys(tmp_path / "x.mp4", "-g", "30")
    alone = await transcode(source, tmp_path / "a", poster={"at": 0.5, "width": 80})
    beside = await transcode(source, tmp_path / "b", poster={"at": 0.5, "width": 80}, mp4={})
    for bench in (alone, beside):
        assert _grey(media.pixels(bench.path("POSTER"))[0]) == 13
        assert facts(bench, "POSTER").width == 80


async def test_poster_where_the_picture_is_over(tmp_path: Path) -> None:
    source = tmp_path / "x.mp4"
    media.ffmpeg(
        *("-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=1", "-f", "lavfi", "-i", "sine=d=16"),
        *("-c:v", "libx264", str(source)),
    )
    alone = await transcode(source, tmp_path / "a", poster={"at": 15})
    beside = await transcode(source, tmp_path / "b", poster={"at": 15}, mp4={})
    assert alone.path("POSTER").stat().st_size > 0
    assert beside.path("POSTER").stat().st_size > 0


def _greys(path: Path, *options: str) -> Path:
    grey = "color=black:s=160x120:r=25:d=1.2,format=yuv420p,geq=lum='16+7*N':cb=128:cr=128"
    media.ffmpeg(
        *("-f", "lavfi", "-i", grey, "-f", "lavfi", "-i", "sine=r=48000:d=1.2", *options),
        *(("-c:v", "libx264", "-qp", "1", "-bf", "2") if "-c:v" not in options else ()),
        str(path),
    )
    return path


def _grey(frame: bytes) -> int:
    """The number of the frame, from its grey as RGB."""
    return round(frame[len(frame) // 2] * 219 / 255 / 7)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("x.mp4", ("-g", "10")),
        ("x.mkv", ("-g", "10")),
        ("x.ts", ("-g", "10")),
        ("x.mpg", ("-c:v", "mpeg2video", "-q:v", "1", "-bf", "2", "-g", "10")),
        ("x.webm", ("-c:v", "libvpx", "-crf", "4", "-b:v", "9M", "-g", "10", "-c:a", "libopus")),
        ("x.avi", ("-c:v", "mpeg4", "-q:v", "1", "-g", "10")),
        ("x.flv", ("-c:v", "flv", "-q:v", "1", "-ar", "44100")),
        ("x.wmv", ("-c:v", "wmv2", "-q:v", "1")),
        ("x.ogv", ("-c:v", "libtheora", "-q:v", "10", "-c:a", "libvorbis")),
    ],
)
async def test_exact_clip_has_exactly_its_frames(
    name: str, options: tuple[str, ...], tmp_path: Path
) -> None:
    source = _greys(tmp_path / name, *options)
    # 0.5 s stands between frames 12 and 13; 1.0 s is the first moment that is not shown.
    bench = await transcode(source, tmp_path, clips=[{"start": 0.5, "end": 1.0}, {"start": 0.8}])
    greys = [_grey(frame) for frame in media.pixels(bench.path("CLIP"))]
    # Some containers begin a frame late or round to milliseconds; ask what they say themselves.
    zero = float(media.look(source)["format"]["start_time"])
    times = [time - zero for time in media.shown(source, "-copyts")]
    assert greys == [n for n, time in enumerate(times) if 0.5 <= time + 1e-6 < 1.0]
    first, second = bench.made.outputs
    assert (first.key, second.key) == ("p/Film_clip_1.mp4", "p/Film_clip_2.mp4")
    assert first.duration == pytest.approx(0.5, abs=0.05)
    assert second.duration == pytest.approx(0.4, abs=0.1)
    assert float(media.stream(bench.path("CLIP"), "video")["start_time"]) == 0


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("x.mp4", ("-g", "10")),
        ("x.mkv", ("-g", "10", "-c:a", "aac")),
        ("x.ts", ("-g", "10", "-c:a", "aac")),
    ],
)
async def test_copied_clip_begins_at_a_keyframe(
    name: str, options: tuple[str, ...], tmp_path: Path
) -> None:
    source = _greys(tmp_path / name, *options, "-sc_threshold", "0")
    bench = await transcode(source, tmp_path, clips=[{"start": 0.5, "end": 0.9, "mode": "COPY"}])
    clip = bench.path("CLIP")
    greys = [_grey(frame) for frame in media.pixels(clip)]
    # Frame 10 is the keyframe before 0.5 s; frames may be decoded in groups of up to four.
    assert 22 <= greys[-1] <= 25
    assert greys == list(range(10, greys[-1] + 1))
    (note,) = bench.made.notes
    assert re.search(r"clip 1 \(COPY\) begins at the keyframe at 0\.4\d\d s; asked.*0\.500", note)
    copied = facts(bench, "CLIP")
    assert (copied.video_codec, copied.audio_codec, copied.width) == ("h264", "aac", 160)
    # The very packets of the source.
    assert media.stream(clip, "video")["profile"] == media.stream(source, "video")["profile"]


async def test_copied_clip_from_the_beginning(tmp_path: Path) -> None:
    """Where frames are reordered, the first packets are decoded before zero."""
    source = _greys(tmp_path / "x.mp4", "-g", "10", "-sc_threshold", "0")
    bench = await transcode(source, tmp_path, clips=[{"end": 0.5, "mode": "COPY"}])
    greys = [_grey(frame) for frame in media.pixels(bench.path("CLIP"))]
    assert greys == list(range(len(greys)))
    assert 13 <= len(greys) <= 16


async def test_copied_clip_of_sound(tmp_path: Path) -> None:
    bench = await transcode(
        media.sample("demo.mp3"), tmp_path, clips=[{"start": 2, "end": 5, "mode": "COPY"}]
    )
    assert facts(bench, "CLIP").duration == pytest.approx(3, abs=0.1)
    assert facts(bench, "CLIP").audio_codec == "mp3"


@pytest.mark.parametrize(
    ("name", "options", "code"),
    [
        ("x.mp4", ("-movflags", "+faststart"), Code.SOURCE_TRUNCATED),
        ("x.mkv", (), Code.SOURCE_TRUNCATED),
    ],
)
async def test_film_that_ends_too_early(
    name: str, options: tuple[str, ...], code: Code, tmp_path: Path
) -> None:
    """The index promises four seconds; the second half of the file is missing."""
    whole = media.make(tmp_path / f"whole-{name}", *options, seconds=4).read_bytes()
    cut = tmp_path / name
    cut.write_bytes(whole[: len(whole) // 2])
    refused = await refusal(cut, tmp_path, mp4={})
    assert refused.code is code
    assert "4.0 s" in refused.message


async def test_hopelessly_damaged_film(tmp_path: Path) -> None:
    data = bytearray(media.make(tmp_path / "whole.mp4", seconds=2).read_bytes())
    start = data.index(b"mdat") + 8
    for at in range(start, data.index(b"moov") - 8):
        data[at] = (at * 7919 >> 5) & 0xFF
    broken = tmp_path / "x.mp4"
    broken.write_bytes(data)
    refused = await refusal(broken, tmp_path, mp4={})
    assert refused.code in {Code.SOURCE_UNREADABLE, Code.SOURCE_TRUNCATED}
