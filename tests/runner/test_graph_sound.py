"""Levels of the stereo mix, and picture and sound at the same time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runner import media
from tests.runner.bench import joined, transcode

pytestmark = pytest.mark.media


def _flash(path: Path, *options: str, picture_from: float = 0, sound_from: float = 0) -> Path:
    """Black and silent but for a white flash and a beep, both at two seconds."""
    flash = (
        "color=black:s=160x120:r=25:d=3,drawbox=c=white:t=fill:enable='between(t,1.999,2.1)'"
        f",trim=start={picture_from}"
    )
    beep = (
        "aevalsrc='if(between(t,2,2.1),0.5*sin(2*PI*1000*t),0)':s=48000:d=3"
        f",atrim=start={sound_from}"
    )
    media.ffmpeg(
        *("-f", "lavfi", "-i", flash, "-f", "lavfi", "-i", beep, "-pix_fmt", "yuv420p"),
        *("-c:v", "libx264", "-bf", "2", "-g", "50", "-c:a", "aac", "-copyts", *options, str(path)),
    )
    return path


def _events(path: Path, *options: str) -> tuple[float, float, float]:
    """First frame, flash and beep in seconds."""
    frames = media.pixels(path, *options, size="2x2")
    times = sorted(media.shown(path, *options))
    flash = next(n for n, frame in enumerate(frames) if frame[0] > 128)
    sound = media.samples(path, *options)
    beep = next(n for n, value in enumerate(sound) if abs(value) > 0.1) / 48_000
    return times[0], times[flash], beep


@pytest.mark.parametrize(
    ("name", "options", "late"),
    [
        ("x.mp4", (), {}),
        ("x.mp4", (), {"sound_from": 1.0}),
        ("x.mkv", (), {"picture_from": 0.5}),
        ("x.mp4", (), {"picture_from": 0.5}),
        ("x.ts", ("-output_ts_offset", "100"), {}),
        ("x.mkv", ("-output_ts_offset", "7"), {}),
    ],
    ids=["plain", "late sound", "late picture", "late picture, edit list", "offset", "offset mkv"],
)
async def test_picture_and_sound_stay_together(
    name: str, options: tuple[str, ...], late: dict[str, float], tmp_path: Path
) -> None:
    source = _flash(tmp_path / name, *options, **late)
    bench = await transcode(source, tmp_path, ladder={"segment_seconds": 1}, mp4={})
    first, flash, beep = _events(bench.path("MP4"))
    assert first == 0
    assert (flash, beep) == (pytest.approx(2, abs=0.041), pytest.approx(2, abs=0.03))
    track = bench.path("HLS").parent
    shown = [float(p["pts_time"]) for p in media.packets(joined(track / "video_120"), "v")]
    assert min(shown) == 0
    _, flash, _ = _events(bench.path("MP4"))
    beep = (
        next(n for n, v in enumerate(media.samples(joined(track / "audio"))) if abs(v) > 0.1)
        / 48_000
    )
    # Decoded on its own, AAC begins with a frame that only warms the decoder up.
    assert beep == pytest.approx(2, abs=0.05)


async def test_cut_film_with_an_edit_list_stays_together(tmp_path: Path) -> None:
    whole, cut = _flash(tmp_path / "whole.mp4"), tmp_path / "cut.mp4"
    media.ffmpeg("-ss", "1.3", "-i", str(whole), "-c", "copy", str(cut))
    bench = await transcode(cut, tmp_path, mp4={})
    _, flash, beep = _events(bench.path("MP4"))
    assert (flash, beep) == (pytest.approx(0.7, abs=0.041), pytest.approx(0.7, abs=0.03))


def _tones(path: Path) -> Path:
    """5.1 with the centre alone: speech."""
    layout = "0|0|0.5*sin(2*PI*440*t)|0|0|0"
    source = f"aevalsrc='{layout}':channel_layout=5.1:s=48000:d=1"
    media.ffmpeg("-f", "lavfi", "-i", source, "-c:a", "flac", str(path))
    return path


async def test_speech_keeps_its_level_in_stereo(tmp_path: Path) -> None:
    """The centre goes to both sides at -3 dB, which together is as loud as before."""
    bench = await transcode(_tones(tmp_path / "x.flac"), tmp_path, mp4={})
    peak = max(media.samples(bench.path("MP4"))[4800:-4800])
    assert peak == pytest.approx(0.5 * 0.7071, rel=0.03)


async def test_loud_channels_together_do_not_clip(tmp_path: Path) -> None:
    tone = "0.9*sin(2*PI*440*t)"
    source = tmp_path / "x.flac"
    six = f"aevalsrc='{'|'.join([tone] * 6)}':channel_layout=5.1:s=48000:d=1"
    media.ffmpeg("-f", "lavfi", "-i", six, "-c:a", "flac", str(source))
    bench = await transcode(source, tmp_path, mp4={})
    heard = media.samples(bench.path("MP4"))[4800:-4800]
    assert 0.9 < max(heard) <= 1.0


async def test_mono_keeps_its_level(tmp_path: Path) -> None:
    source = tmp_path / "x.wav"
    tone = "aevalsrc='0.5*sin(2*PI*440*t)':s=22050:d=1"
    media.ffmpeg("-f", "lavfi", "-i", tone, str(source))
    bench = await transcode(source, tmp_path, mp4={})
    assert media.stream(bench.path("MP4"), "audio")["channels"] == 2
    assert max(media.samples(bench.path("MP4"))[4800:-4800]) == pytest.approx(0.5, rel=0.03)
