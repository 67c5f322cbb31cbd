"""Files of sound, and the codecs and channels of every sound: real encodes, seen by FFprobe."""

from __future__ import annotations

import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from runner.errors import Code
from tests.runner import media
from tests.runner.bench import facts, joined, kinds, refusal, transcode
from tests.runner.splitting import Cutter
from tests.runner.test_split_film import LADDER, OPEN, SMALL, compare
from tests.runner.values import audio, plan, probe, video

pytestmark = pytest.mark.media

EVERY = {
    "AAC": ("Film.m4a", "aac", "mov,mp4,m4a,3gp,3g2,mj2", "audio/mp4"),
    "OPUS": ("Film.opus", "opus", "ogg", "audio/ogg"),
    "MP3": ("Film.mp3", "mp3", "mp3", "audio/mpeg"),
    "FLAC": ("Film.flac", "flac", "flac", "audio/flac"),
    "AC3": ("Film.ac3", "ac3", "ac3", "audio/ac3"),
}


def _surround(path: Path, *options: str, seconds: float = 1.0) -> Path:
    """5.1 with a tone of its own in every channel: 200, 300, 400, 50, 500 and 600 Hz."""
    tones = "|".join(f"0.2*sin(2*PI*{hertz}*t)" for hertz in (200, 300, 400, 50, 500, 600))
    source = f"aevalsrc='{tones}':channel_layout=5.1:s=48000:d={seconds}"
    media.ffmpeg("-f", "lavfi", "-i", source, *options, str(path))
    return path


def _decoded(path: Path, *options: str) -> bytes:
    command = [media.tools().ffmpeg, "-nostdin", "-v", "error", "-i", str(path), "-map", "0:a:0"]
    command += [*options, "-f", "s32le", "-c:a", "pcm_s32le", "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout


@pytest.mark.parametrize("source", ["film", "song"])
async def test_every_codec_in_one_run(source: str, tmp_path: Path) -> None:
    """The sound of a film, and a file that is sound alone."""
    given = media.make(tmp_path / "x.mp4", video=source == "film", seconds=2)
    asked = [{"codec": codec} for codec in EVERY]
    bench = await transcode(given, tmp_path / "run", audio=asked)
    assert kinds(bench) == ["AUDIO"] * 5
    for made, (name, codec, container, content_type) in zip(
        bench.made.outputs, EVERY.values(), strict=True
    ):
        assert (made.key, made.content_type) == (f"p/{name}", content_type)
        assert (made.audio_codec, made.channels, made.sample_rate) == (codec, 2, 48_000)
        found = media.look(bench.out / made.key)
        assert found["format"]["format_name"] == container
        assert [s["codec_name"] for s in found["streams"]] == [codec]
        assert (found["streams"][0]["channels"], found["streams"][0]["sample_rate"]) == (2, "48000")
        # AC-3 comes in frames of 32 ms, AAC in frames of 21.
        assert float(found["format"]["duration"]) == pytest.approx(2, abs=0.033)
        assert made.duration == pytest.approx(2, abs=0.05)
        heard = media.samples(bench.out / made.key)
        assert max(heard[9600:48_000]) == pytest.approx(0.125, rel=0.05)
        assert not found["format"].get("tags", {}).get("title")


async def test_a_bitrate_is_kept(tmp_path: Path) -> None:
    given = media.make(tmp_path / "x.wav", video=False, audio="anoisesrc=a=0.4", seconds=8)
    asked = [
        {"codec": "MP3", "bitrate": 96_000},
        {"codec": "AC3", "bitrate": 384_000},
        {"codec": "AAC", "bitrate": 64_000, "channels": "MONO"},
        {"codec": "OPUS", "bitrate": 48_000},
    ]
    bench = await transcode(given, tmp_path / "run", audio=asked)
    for made, wish in zip(bench.made.outputs, asked, strict=True):
        seconds = float(media.look(bench.out / made.key)["format"]["duration"])
        stored = (bench.out / made.key).stat().st_size * 8 / seconds
        assert stored == pytest.approx(int(str(wish["bitrate"])), rel=0.12), wish


@pytest.mark.parametrize(("rate", "depth"), [(44_100, 16), (96_000, 24)])
async def test_flac_gives_back_every_sample(rate: int, depth: int, tmp_path: Path) -> None:
    given = tmp_path / "x.wav"
    noise = f"anoisesrc=a=0.5:r={rate}:d=1.5,aformat=channel_layouts=stereo"
    media.ffmpeg("-f", "lavfi", "-i", noise, "-c:a", f"pcm_s{depth}le", str(given))
    bench = await transcode(given, tmp_path / "run", audio=[{"codec": "FLAC"}])
    made = bench.path("AUDIO")
    found = media.stream(made, "audio")
    assert (found["sample_rate"], found["bits_per_raw_sample"]) == (str(rate), str(depth))
    assert _decoded(made) == _decoded(given)
    assert media.look(made)["format"]["duration"] == "1.500000"


async def test_surround_is_kept_or_mixed_down(tmp_path: Path) -> None:
    given = _surround(tmp_path / "x.flac")
    asked = [
        {"codec": codec, "channels": channels}
        for codec, channels in [
            *(("AAC", "SURROUND"), ("OPUS", "SURROUND"), ("FLAC", "SURROUND"), ("AC3", "SURROUND")),
            *(("MP3", "STEREO"), ("MP3", "MONO")),
        ]
    ]
    bench = await transcode(given, tmp_path / "run", audio=asked)
    found = [media.stream(bench.out / made.key, "audio") for made in bench.made.outputs]
    assert [(s["codec_name"], s["channels"], s["channel_layout"]) for s in found] == [
        ("aac", 6, "5.1"),
        ("opus", 6, "5.1"),
        ("flac", 6, "5.1"),
        ("ac3", 6, "5.1(side)"),
        ("mp3", 2, "stereo"),
        ("mp3", 1, "mono"),
    ]
    assert [made.key for made in bench.made.outputs][4:] == ["p/Film.mp3", "p/Film_2.mp3"]
    # Each tone stands in its own channel, by how often it crosses zero upwards.
    for made in bench.made.outputs[:4]:
        heard = [_hertz(bench.out / made.key, number) for number in range(6)]
        wanted = [200, 300, 400, 50, 500, 600]
        assert heard == pytest.approx(wanted, rel=0.05), made.audio_codec


def _hertz(path: Path, channel: int) -> float:
    raw = _decoded(path, "-af", f"aresample=ochl=5.1,pan=mono|c0=c{channel}")
    inner = list(memoryview(raw).cast("i"))[12_000:36_000]
    return 2 * sum(1 for a, b in pairwise(inner) if a < 0 <= b)


async def test_mono_of_two_sides_keeps_what_they_have_in_common(tmp_path: Path) -> None:
    """And a mono source as mono is that source."""
    both, one = tmp_path / "x.wav", tmp_path / "y.wav"
    tone = "0.9*sin(2*PI*440*t)"
    media.ffmpeg("-f", "lavfi", "-i", f"aevalsrc='{tone}|{tone}':s=48000:d=1", str(both))
    media.ffmpeg("-f", "lavfi", "-i", f"aevalsrc='{tone}':s=48000:d=1", str(one))
    for given in (both, one):
        asked = [{"codec": "FLAC", "channels": "MONO"}]
        bench = await transcode(given, tmp_path / given.stem, audio=asked)
        assert max(media.samples(bench.path("AUDIO"))) == pytest.approx(0.9, abs=0.001)


@pytest.mark.parametrize(
    ("codec", "name", "signalled"),
    [("OPUS", "opus", "opus"), ("FLAC", "flac", "flac"), ("AC3", "ac3", "ac-3")],
)
async def test_ladder_and_mp4_with_other_codecs(
    codec: str, name: str, signalled: str, tmp_path: Path
) -> None:
    given = _surround(
        tmp_path / "x.mkv",
        *("-f", "lavfi", "-i", "testsrc2=size=256x144:rate=25:duration=2"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "flac"),
        seconds=2,
    )
    sound = {"audio_codec": codec, "audio_channels": "SURROUND"}
    bench = await transcode(given, tmp_path / "run", ladder={**LADDER, **sound}, mp4=sound)
    track = media.stream(joined(bench.path("HLS").parent / "audio"), "audio")
    assert (track["codec_name"], track["channels"]) == (name, 6)
    master = bench.path("HLS").read_text()
    assert f',{signalled}"' in master
    assert 'CHANNELS="6"' in master
    assert signalled in bench.path("DASH").read_text()
    inside = media.stream(bench.path("MP4"), "audio")
    assert (inside["codec_name"], inside["channels"]) == (name, 6)
    assert facts(bench, "HLS").audio_codec == name


async def test_a_silent_film_has_no_audio(tmp_path: Path) -> None:
    given = media.make(tmp_path / "x.mp4", audio=None)
    assert kinds(await transcode(given, tmp_path / "a", mp4={}, audio=[{}])) == ["MP4"]
    assert (await refusal(given, tmp_path / "b", audio=[{}])).code is Code.NO_SOUND


async def test_sound_that_ends_before_the_picture_is_whole(tmp_path: Path) -> None:
    """And a film that was cut off is not, though its header promises all of it."""
    picture, given, cut = (tmp_path / f"{name}.mkv" for name in ("p", "x", "cut"))
    media.make(picture, "-g", "25", audio=None, size=SMALL, seconds=6)
    tone = ("-f", "lavfi", "-i", "sine=d=2")
    media.ffmpeg("-i", str(picture), *tone, "-c:v", "copy", "-c:a", "aac", str(given))
    bench = await transcode(given, tmp_path / "run", audio=[{}], poster={})
    assert kinds(bench) == ["AUDIO", "POSTER"]
    assert facts(bench, "AUDIO").duration == pytest.approx(2, abs=0.05)
    cut.write_bytes(given.read_bytes()[: given.stat().st_size // 2])
    assert (await refusal(cut, tmp_path / "b", audio=[{}])).code is Code.SOURCE_TRUNCATED


async def test_the_sound_of_a_film_in_pieces_is_that_of_one_piece(tmp_path: Path) -> None:
    given = media.make(tmp_path / "x.mp4", *OPEN, size=SMALL, seconds=6.2)
    recipe: dict[str, Any] = {
        "ladder": LADDER,
        "audio": [{"codec": "MP3"}, {"codec": "FLAC", "channels": "MONO"}],
    }
    cutter = Cutter(given, tmp_path / "split", recipe)
    _, split = await cutter.run()
    whole = await transcode(given, tmp_path / "whole", limits=cutter.limits, **recipe)
    compare(split, whole)
    for one, other in zip(split.made.outputs[2:], whole.made.outputs[2:], strict=True):
        assert (one.kind, one.sha256) == ("AUDIO", other.sha256)


def test_rates_and_channels_that_are_planned() -> None:
    six = probe(video(), audio(channels=6, sample_rate=44_100))
    made = plan(six, ladder={"audio_channels": "SURROUND"}, mp4={"audio_codec": "OPUS"})
    assert made.ladder
    assert made.mp4
    assert made.ladder.audio
    assert made.mp4.audio
    ladder, file = made.ladder.audio, made.mp4.audio
    assert (ladder.channels, ladder.bitrate, ladder.sample_rate) == (6, 320_000, 44_100)
    assert (file.channels, file.bitrate, file.sample_rate) == (2, 128_000, 48_000)
    few = plan(probe(audio(channels=2)), audio=[{"channels": "SURROUND"}])
    assert few.audio[0].track.channels == 2
    much = plan(probe(audio(channels=1)), audio=[{"channels": "MONO", "bitrate": 512_000}])
    assert much.audio[0].track.bitrate == 256_000
