"""Several films as one: in order, in one shape, with sound where the picture is, as decoded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from runner import formats
from runner.errors import Code
from runner.films import Film, JoinWriter, Shape, conform
from runner.films import joined as packets
from runner.probe import Examined
from schema.codecs import Channels
from schema.job import Limits
from tests.runner import media
from tests.runner.bench import joined, refusal, transcode
from tests.runner.flash import AT, see
from tests.runner.flash import picture as flashing
from tests.runner.flash import sound as beeping
from tests.runner.values import audio, probe, video

pytestmark = pytest.mark.media

BT709 = ("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709")
RED, BLUE, BLACK = (220, 30, 30), (30, 40, 220), (0, 0, 0)


def _plain(path: Path, colour: tuple[int, ...], size: str, rate: str, seconds: float) -> Path:
    """One colour, and no sound."""
    shown = "0x" + bytes(colour).hex()
    film = f"color={shown}:s={size}:r={rate}:d={seconds:g},format=gbrp"
    to_video = "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"
    codec = ("-c:v", "libx264", "-preset", "ultrafast", *BT709)
    media.ffmpeg("-f", "lavfi", "-i", f"{film},{to_video}", *codec, str(path))
    return path


def _flash(path: Path) -> Path:
    """Two seconds; at one second it flashes and beeps."""
    media.ffmpeg(
        *("-f", "lavfi", "-i", flashing(), "-f", "lavfi", "-i", beeping()),
        *(
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-pix_fmt",
            "yuv420p",
            *BT709,
            "-ac",
            "2",
            str(path),
        ),
    )
    return path


def _at(frame: bytes, x: int, y: int) -> tuple[int, ...]:
    """One of 32 x 18 pixels."""
    begin = 3 * (y * 32 + x)
    return tuple(frame[begin : begin + 3])


STREAMS = {
    "joined_film": (video(width=1280, height=960), audio()),
    "joined_silent_film": (video(frame_rate=30.0),),
    "joined_sound": (audio(index=0),),
}


@pytest.mark.parametrize("name", STREAMS)
def test_one_film_is_brought_to_the_shape_of_all(
    name: str, golden: Callable[[str, str], None]
) -> None:
    film = Film("in_1", "intro.mp4", Examined(probe(*STREAMS[name]), formats.MOV))
    wanted = Shape(None if name == "joined_sound" else (1920, 1080), Channels.STEREO, 48_000)
    made = conform(film, wanted, Limits())
    writer = JoinWriter(made, formats.MOV, 2, 35_389_440, source=film.name)
    golden(f"argv/{name}.txt", _lines(writer.conformed(wanted, "film_1.mov").arguments))


def test_packets_follow_one_another(golden: Callable[[str, str], None]) -> None:
    golden("argv/joined_packets.txt", _lines(packets()))


def _lines(arguments: Sequence[str]) -> str:
    return "\n".join(arguments).replace(formats.CODEC_WHITELIST, "CODECS") + "\n"


def join(**names: list[str]) -> dict[str, Any]:
    return {side: [{"key": name} for name in given] for side, given in names.items()}


async def test_an_intro_and_an_outro(tmp_path: Path) -> None:
    """Of other sizes, rates and shapes, and silent: the source's size, bars, and all in step."""
    _plain(tmp_path / "intro.mp4", RED, "160x160", "30", 0.8)
    _plain(tmp_path / "outro.mkv", BLUE, "640x360", "30000/1001", 0.6)
    source = _flash(tmp_path / "x.mp4")
    recipe = {"ladder": {"rungs": [{"height": 180}]}, "mp4": {}, "poster": {"at": 0.4}}
    sides = join(before=["intro.mp4"], after=["outro.mkv"])
    bench = await transcode(source, tmp_path, **recipe, join=sides)
    for path in (bench.path("MP4"), joined(bench.out / "p" / "video_180")):
        after = see(path)
        assert after.size == (320, 180)
        assert after.ends == pytest.approx(0.8 + 2.0 + 0.6, abs=0.05)
        assert after.flash == pytest.approx(0.8 + AT, abs=0.04)
        assert len(after.times) == 24 + 50 + 18
        frames = media.pixels(path, size="32x18")
        intro, outro = frames[10], frames[-3]
        assert _at(intro, 16, 9) == pytest.approx(RED, abs=10)
        assert _at(intro, 2, 9) == pytest.approx(BLACK, abs=10)
        assert _at(outro, 2, 9) == pytest.approx(BLUE, abs=10)
    heard = media.samples(bench.path("MP4"))
    loud = [number for number, sample in enumerate(heard) if abs(sample) > 0.1]
    assert loud[0] / 48_000 == pytest.approx(0.8 + AT, abs=0.04)
    assert len(heard) / 48_000 == pytest.approx(3.4, abs=0.06)
    poster = media.pixels(bench.path("POSTER"), size="32x18")[0]
    assert _at(poster, 16, 9) == pytest.approx(RED, abs=14)
    facts = bench.made
    assert [round(read.probe.duration or 0, 1) for read in facts.inputs] == [0.8, 0.6]
    assert facts.source.probe.duration == pytest.approx(2.0, abs=0.05)


async def test_the_same_film_twice_and_a_clip_over_the_border(tmp_path: Path) -> None:
    _flash(tmp_path / "x.mp4")
    _flash(tmp_path / "again.mp4")
    sides = join(before=["again.mp4"], after=["again.mp4"])
    clips = [{"start": 2.5, "end": 4.5}]
    bench = await transcode(tmp_path / "x.mp4", tmp_path, clips=clips, join=sides)
    after = see(bench.path("CLIP"))
    assert after.flash == pytest.approx(0.5, abs=0.04)
    assert (len(after.times), after.ends) == (50, pytest.approx(2.0, abs=0.05))


async def test_sound_alone(tmp_path: Path) -> None:
    """A picture among films of sound is no matter."""
    media.ffmpeg("-f", "lavfi", "-i", beeping(), "-ac", "2", str(tmp_path / "x.wav"))
    _flash(tmp_path / "film.mp4")
    sides = join(after=["film.mp4"])
    bench = await transcode(tmp_path / "x.wav", tmp_path, audio=[{"codec": "FLAC"}], join=sides)
    heard = media.samples(bench.path("AUDIO"))
    assert len(heard) / 48_000 == pytest.approx(4.0, abs=0.05)
    loud = [number / 48_000 for number, sample in enumerate(heard) if abs(sample) > 0.1]
    assert loud[0] == pytest.approx(AT, abs=0.02)
    assert min(at for at in loud if at > 2) == pytest.approx(2 + AT, abs=0.04)


async def test_one_film_in_stereo_and_one_in_surround(tmp_path: Path) -> None:
    _flash(tmp_path / "x.mp4")
    surround = f"{beeping()},pan=5.1|c0=c0|c1=c0|c2=c0|c3=0*c0|c4=c0|c5=c0"
    media.ffmpeg("-i", str(tmp_path / "x.mp4"), "-f", "lavfi", "-i", surround, "-map", "0:v",
                 "-map", "1:a", "-c:v", "copy", str(tmp_path / "wide.mp4"))  # fmt: skip
    mp4, sides = {"audio_channels": "SURROUND"}, join(after=["wide.mp4"])
    bench = await transcode(tmp_path / "x.mp4", tmp_path, mp4=mp4, join=sides)
    assert media.stream(bench.path("MP4"), "audio")["channels"] == 6
    heard = media.samples(bench.path("MP4"))
    loud = [number / 48_000 for number, sample in enumerate(heard) if abs(sample) > 0.05]
    assert loud[0] == pytest.approx(AT, abs=0.04)
    assert min(at for at in loud if at > 2) == pytest.approx(2 + AT, abs=0.04)
    assert len(heard) / 48_000 == pytest.approx(4.0, abs=0.06)


async def test_a_film_without_a_picture_is_refused(tmp_path: Path) -> None:
    media.ffmpeg("-f", "lavfi", "-i", beeping(), str(tmp_path / "jingle.wav"))
    source, sides = _flash(tmp_path / "x.mp4"), join(before=["jingle.wav"])
    refused = await refusal(source, tmp_path, mp4={}, join=sides)
    assert (refused.code, "jingle.wav" in refused.message) == (Code.NO_PICTURE, True)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"ffconcat version 1.0\nfile /etc/passwd\n", Code.SOURCE_NOT_MEDIA),
        (b"", Code.SOURCE_EMPTY),
    ],
)
async def test_what_is_no_film_is_named(content: bytes, code: Code, tmp_path: Path) -> None:
    (tmp_path / "intro.mp4").write_bytes(content)
    source, sides = _flash(tmp_path / "x.mp4"), join(before=["intro.mp4"])
    refused = await refusal(source, tmp_path, mp4={}, join=sides)
    assert (refused.code, refused.message.startswith("intro.mp4: ")) == (code, True)


async def test_half_a_film_is_refused(tmp_path: Path) -> None:
    whole = _flash(tmp_path / "whole.mkv").read_bytes()
    (tmp_path / "intro.mkv").write_bytes(whole[: len(whole) // 3])
    source, sides = _flash(tmp_path / "x.mp4"), join(before=["intro.mkv"])
    refused = await refusal(source, tmp_path, mp4={}, join=sides)
    assert refused.code in {Code.SOURCE_TRUNCATED, Code.SOURCE_UNREADABLE}
    assert refused.message.startswith("intro.mkv: ")
