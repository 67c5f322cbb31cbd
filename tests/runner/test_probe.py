"""What is learned of real and of hostile files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from runner import formats
from runner.deadline import Deadline
from runner.errors import Code, RunnerError
from runner.ffmpeg import Watch
from runner.measure import measure
from runner.probe import Examined, examine
from runner.streams import read_probe
from schema.probe import Probe, StreamKind
from tests.runner import media

PIXELS = 8192 * 4320
MOV = formats.Container("mov", "mov,mp4,m4a,3gp,3g2,mj2")


async def _examine(path: Path, max_pixels: int = PIXELS) -> Examined:
    watch = Watch(Deadline.after(30), 30)
    return await examine(media.tools(), path.parent, path.name, max_pixels, watch)


async def _probe(path: Path) -> Probe:
    return (await _examine(path)).probe


async def _refusal(path: Path, max_pixels: int = PIXELS) -> RunnerError:
    with pytest.raises(RunnerError) as refused:
        await _examine(path, max_pixels)
    return refused.value


def _write(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


REAL = {
    "demo.mp4": ("mov", "h264", "aac"),
    "demo.mov": ("mov", "h264", "aac"),
    "demo.m4v": ("mov", "h264", "aac"),
    "demo.mkv": ("matroska", "h264", "vorbis"),
    "demo.webm": ("matroska", "vp9", "opus"),
    "demo.avi": ("avi", "mpeg4", "mp3"),
    "demo.flv": ("flv", "flv1", "mp3"),
    "demo.wmv": ("asf", "msmpeg4v3", "wmav2"),
    "demo.3gp": ("mov", "h263", "amr_nb"),
    "demo.mpg": ("mpeg", "mpeg1video", "mp2"),
    "demo.ogv": ("ogg", "theora", "vorbis"),
}


@pytest.mark.parametrize("name", REAL)
async def test_real_video(name: str) -> None:
    container, picture, sound = REAL[name]
    found = await _examine(media.sample(name))
    probe = found.probe
    assert (probe.container, found.container.demuxer) == (container, container)
    assert probe.video
    assert probe.audio
    assert (probe.video.codec, probe.audio.codec) == (picture, sound)
    assert probe.duration == pytest.approx(60.1, abs=0.2)
    assert probe.size == media.sample(name).stat().st_size
    assert probe.video.frame_rate == pytest.approx(24, abs=0.1)


@pytest.mark.parametrize(
    ("name", "container", "codec"),
    [
        ("demo.mp3", "mp3", "mp3"),
        ("demo.wav", "wav", "pcm_s24le"),
        ("demo.aac", "aac", "aac"),
        ("demo.aif", "aiff", "pcm_s16be"),
        ("withcover.mp3", "mp3", "mp3"),
    ],
)
async def test_real_sound(name: str, container: str, codec: str) -> None:
    probe = await _probe(media.sample(name))
    assert probe.container == container
    assert probe.video is None
    assert probe.audio
    assert probe.audio.codec == codec
    # Bare AAC says 14.48 s, a guess from its bitrate: that is why it is measured.
    assert probe.duration == pytest.approx(15.52, abs=0.03)


@pytest.mark.parametrize(
    ("name", "options"),
    [("x.flac", ("-c:a", "flac")), ("x.ogg", ("-c:a", "libvorbis")), ("x.m4a", ("-c:a", "aac"))],
)
async def test_other_sound(name: str, options: tuple[str, ...], tmp_path: Path) -> None:
    probe = await _probe(media.make(tmp_path / name, *options, video=False))
    assert probe.video is None
    assert probe.duration == pytest.approx(1, abs=0.03)


async def test_ogv(tmp_path: Path) -> None:
    path = media.make(tmp_path / "x.ogv", "-c:v", "libtheora", "-c:a", "libvorbis")
    probe = await _probe(path)
    assert probe.video
    assert probe.video.codec == "theora"


async def test_matroska_that_begins_late(tmp_path: Path) -> None:
    path = media.make(tmp_path / "x.mkv", "-output_ts_offset", "7")
    probe = await _probe(path)
    assert probe.start_time == pytest.approx(7, abs=0.05)
    assert probe.duration == pytest.approx(1, abs=0.05)


async def test_file_that_does_not_know_its_duration(tmp_path: Path) -> None:
    """As a browser records it: WebM written into a pipe."""
    path = media.make(tmp_path / "x.webm", "-c:v", "libvpx", "-c:a", "libopus", "-live", "1")
    assert "duration" not in media.look(path)["format"]
    assert (await _probe(path)).duration == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize(("rotation", "expected"), [(90, 270), (180, 180), (-90, 90)])
async def test_rotation_is_clockwise(rotation: int, expected: int, tmp_path: Path) -> None:
    plain = media.make(tmp_path / "plain.mp4", seconds=0.2)
    turned = tmp_path / "turned.mp4"
    media.ffmpeg("-display_rotation", str(rotation), "-i", str(plain), "-c", "copy", str(turned))
    video = (await _probe(turned)).video
    assert video
    assert video.rotation == expected


async def test_subtitles_and_attachments_are_no_hindrance(tmp_path: Path) -> None:
    text = _write(tmp_path / "x.srt", "1\n00:00:00,000 --> 00:00:01,000\nhi\n")
    for name, codec in (("a.mkv", "srt"), ("b.mkv", "ass"), ("c.mov", "mov_text")):
        plain = media.make(tmp_path / "plain.mp4", seconds=0.2)
        path = tmp_path / name
        media.ffmpeg("-i", str(plain), "-i", str(text), "-c", "copy", "-c:s", codec, str(path))
        kinds = [stream.kind for stream in (await _probe(path)).streams]
        assert kinds == [StreamKind.VIDEO, StreamKind.AUDIO, StreamKind.SUBTITLE]


async def test_a_film_ends_where_its_picture_ends_and_not_its_subtitles(tmp_path: Path) -> None:
    text = _write(tmp_path / "x.srt", "1\n00:00:00,000 --> 00:00:09,000\nlong\n")
    plain, path = media.make(tmp_path / "plain.mp4", seconds=1), tmp_path / "x.mkv"
    flags = ("-disposition:s:0", "forced+hearing_impaired")
    media.ffmpeg("-i", str(plain), "-i", str(text), "-c", "copy", *flags, str(path))
    found = await _probe(path)
    assert found.duration == pytest.approx(1, abs=0.05)
    assert [(s.forced, s.hearing_impaired) for s in found.streams][2] == (True, True)


PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{0}\n#EXT-X-ENDLIST\n"


@pytest.mark.parametrize(
    "content",
    [
        PLAYLIST,
        "ffconcat version 1.0\nfile '{0}'\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
        '<?xml version="1.0"?><MPD><BaseURL>{0}</BaseURL></MPD>',
        "plain text, a long one. " * 500,
        "x",
    ],
)
async def test_text_in_disguise_is_refused(content: str, tmp_path: Path) -> None:
    secret = media.make(tmp_path / "secret.mp4", seconds=0.2)
    refused = await _refusal(_write(tmp_path / "x.mp4", content.format(secret)))
    assert refused.code is Code.SOURCE_NOT_MEDIA


@pytest.mark.parametrize("demuxer", ["mov", "matroska", "mpegts", "mp3", "ogg", "flv"])
async def test_playlist_is_refused_even_by_a_fooled_recogniser(
    demuxer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second wall: FFprobe itself, with the demuxer forced and the formats limited."""
    secret = media.make(tmp_path / "secret.mp4", seconds=0.2)
    path = _write(tmp_path / "x.mp4", PLAYLIST.format(secret))
    monkeypatch.setattr(formats, "recognise", lambda _: formats.Container(demuxer, demuxer))
    assert (await _refusal(path)).code in {Code.SOURCE_UNREADABLE, Code.SOURCE_TRUNCATED}


async def test_no_bytes(tmp_path: Path) -> None:
    assert (await _refusal(_write(tmp_path / "x.mp4", ""))).code is Code.SOURCE_EMPTY


@pytest.mark.parametrize("part", [0.5, 0.05])
async def test_mp4_that_was_cut_off(part: float, tmp_path: Path) -> None:
    whole = media.make(tmp_path / "whole.mp4").read_bytes()
    refused = await _refusal(_write(tmp_path / "x.mp4", whole[: int(len(whole) * part)]))
    assert refused.code is Code.SOURCE_TRUNCATED
    assert "moov" in refused.message
    assert "complete copy" in refused.code.hint


@pytest.mark.parametrize(
    "head", [b"\x1a\x45\xdf\xa3", b"FLV\x01\x05\0\0\0\x09", b"\xff\xfb\x90\x00", b"OggS"]
)
async def test_rubbish_behind_a_signature(head: bytes, tmp_path: Path) -> None:
    rubbish = bytes((n * 7919 >> 3) & 0xFF for n in range(50_000))
    refused = await _refusal(_write(tmp_path / "x", head + rubbish))
    assert refused.code in {Code.SOURCE_UNREADABLE, Code.NO_STREAMS}
    assert "ffprobe" in refused.log or refused.code is Code.NO_STREAMS


async def test_pixel_bomb(tmp_path: Path) -> None:
    path = tmp_path / "x.mov"
    source = "color=s=12000x8000:d=0.04:r=25"
    media.ffmpeg("-f", "lavfi", "-i", source, "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", str(path))
    assert path.stat().st_size < 1_000_000
    refused = await _refusal(path)
    assert refused.code is Code.SOURCE_TOO_LARGE
    assert "12000x8000" in refused.message


async def test_codec_that_is_not_listed(tmp_path: Path) -> None:
    path = media.make(tmp_path / "x.mkv", "-c:v", "magicyuv", seconds=0.2, audio=None)
    refused = await _refusal(path)
    assert refused.code is Code.SOURCE_CODEC_UNSUPPORTED
    assert "magicyuv" in refused.message


async def test_nothing_to_see_or_hear(tmp_path: Path) -> None:
    text = _write(tmp_path / "x.srt", "1\n00:00:00,000 --> 00:00:01,000\nhi\n")
    path = tmp_path / "x.mkv"
    media.ffmpeg("-i", str(text), "-c:s", "srt", str(path))
    assert (await _refusal(path)).code is Code.NO_STREAMS


async def test_our_own_file_is_measured(tmp_path: Path) -> None:
    path = media.make(tmp_path / "x.mp4", audio=None)
    measured = await measure(media.tools(), tmp_path, path.name, Watch(Deadline.after(30)))
    assert (measured.seconds, measured.frames, measured.irregular) == (1.0, 25, False)
    assert measured.streams == (("video", "h264", 320, 180),)


def _stream(**fields: Any) -> dict[str, Any]:
    return {"index": 0, "codec_type": "video", "codec_name": "h264"} | fields


@pytest.mark.parametrize(
    ("fields", "attribute", "expected"),
    [
        ({"avg_frame_rate": "30000/1001"}, "frame_rate", 30000 / 1001),
        ({"avg_frame_rate": "0/0", "r_frame_rate": "25/1"}, "frame_rate", 25.0),
        ({"avg_frame_rate": "25/1", "r_frame_rate": "30/1"}, "variable_frame_rate", True),
        ({"avg_frame_rate": "25/1", "r_frame_rate": "25/1"}, "variable_frame_rate", False),
        ({"sample_aspect_ratio": "64:45"}, "sample_aspect", 64 / 45),
        ({"sample_aspect_ratio": "0:1"}, "sample_aspect", 1.0),
        ({"pix_fmt": "yuv420p10le"}, "bit_depth", 10),
        ({"pix_fmt": "p010le"}, "bit_depth", 10),
        ({"pix_fmt": "yuv420p"}, "bit_depth", 8),
        ({"bits_per_raw_sample": "12", "pix_fmt": "yuv422p12be"}, "bit_depth", 12),
        ({"side_data_list": [{"rotation": -90}]}, "rotation", 90),
        ({"side_data_list": [{"side_data_type": "x"}, {"rotation": 90.0}]}, "rotation", 270),
        ({"duration": "N/A"}, "duration", None),
        ({"tags": {"language": "deu"}}, "language", "deu"),
        ({"disposition": {"attached_pic": 1}}, "attached_picture", True),
        ({"codec_name": None}, "codec", "unknown"),
    ],
)
def test_fields(fields: dict[str, Any], attribute: str, expected: object) -> None:
    raw = _stream(**fields)
    if raw["codec_name"] is None:
        del raw["codec_name"]
    probe = read_probe({"streams": [raw]}, MOV, 7)
    assert getattr(probe.streams[0], attribute) == expected
    assert (probe.size, probe.duration) == (7, None)


async def test_probe_of_a_real_film(golden: Any) -> None:
    probe = await _probe(media.big_buck_bunny())
    golden("probe/big_buck_bunny.json", json.dumps(probe.model_dump(mode="json"), indent=1) + "\n")
