"""The outline of a sound, against its samples as FFmpeg decodes them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from runner.errors import Code, RunnerError
from runner.waveform import read
from tests.runner import media
from tests.runner.bench import facts, kinds, refusal, transcode
from tests.runner.splitting import Cutter
from tests.runner.test_split_film import LADDER, OPEN, SMALL

pytestmark = pytest.mark.media


def _steps(path: Path) -> Path:
    """Five stretches of half a second: the first is silent, each one louder than the one before;
    the left side only."""
    level = "0.2*floor(2*t)"
    source = f"aevalsrc='{level}*sin(2*PI*500*t)|0':s=48000:d=2.5"
    media.ffmpeg("-f", "lavfi", "-i", source, "-c:a", "flac", str(path))
    return path


def _pixels(path: Path, width: int, height: int) -> list[bytes]:
    """Rows of RGBA."""
    command = [media.tools().ffmpeg, "-nostdin", "-v", "error", "-i", str(path)]
    command += ["-pix_fmt", "rgba", "-f", "rawvideo", "-"]
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    assert len(raw) == 4 * width * height
    return [raw[at : at + 4 * width] for at in range(0, len(raw), 4 * width)]


async def test_peaks_are_those_of_the_samples(tmp_path: Path) -> None:
    given = media.sample("demo.wav")
    bench = await transcode(given, tmp_path / "run", waveform={"points": 25})
    assert kinds(bench) == ["PEAKS", "WAVEFORM"]
    found = json.loads(bench.path("PEAKS").read_text())
    rate, step = found["sample_rate"], found["samples_per_pixel"]
    assert (found["version"], found["channels"], found["bits"]) == (2, 1, 8)
    assert step == round(rate / 25)
    command = [media.tools().ffmpeg, "-nostdin", "-v", "error", "-i", str(given)]
    command += ["-ac", "2", "-ar", str(rate), "-f", "f32le", "-"]
    raw = memoryview(subprocess.run(command, capture_output=True, check=True).stdout).cast("f")
    wanted = []
    for at in range(0, len(raw), 2 * step):
        part = raw[at : at + 2 * step].tolist()
        wanted += [min(part) * 128, max(part) * 128]
    assert found["length"] == len(wanted) // 2
    assert found["data"] == pytest.approx(wanted, abs=1.01)
    peaks = facts(bench, "PEAKS")
    assert (peaks.content_type, peaks.key) == ("application/json", "p/waveform.json")


async def test_the_picture_shows_them(tmp_path: Path) -> None:
    shape = {"width": 100, "height": 65, "color": "#ff8000", "points": 50}
    bench = await transcode(_steps(tmp_path / "x.flac"), tmp_path / "run", waveform=shape)
    rows = _pixels(bench.path("WAVEFORM"), 100, 65)
    picture = facts(bench, "WAVEFORM")
    assert (picture.content_type, picture.width, picture.height) == ("image/png", 100, 65)
    painted = [
        [row for row in range(65) if rows[row][4 * column + 3]] for column in (10, 30, 50, 70, 90)
    ]
    # Silence is a line in the middle; the last step reaches 0.8 of the height.
    assert [len(column) for column in painted] == pytest.approx([1, 13, 26, 38, 51], abs=2)
    assert {column[len(column) // 2] for column in painted} <= {31, 32, 33}
    assert rows[32][40:44] == bytes([255, 128, 0, 255])


async def test_beside_a_film_and_in_pieces(tmp_path: Path) -> None:
    given = media.make(tmp_path / "x.mp4", *OPEN, size=SMALL, seconds=6.2)
    recipe: dict[str, Any] = {"ladder": LADDER, "waveform": {}, "loudness": {"target": -14}}
    cutter = Cutter(given, tmp_path / "split", recipe)
    _, split = await cutter.run()
    whole = await transcode(given, tmp_path / "whole", limits=cutter.limits, **recipe)
    assert kinds(split) == kinds(whole) == ["HLS", "DASH", "PEAKS", "WAVEFORM"]
    for kind in ("PEAKS", "WAVEFORM"):
        assert split.path(kind).read_bytes() == whole.path(kind).read_bytes()
    # The source's own level, an eighth, and not the one that the ladder was brought to.
    data = json.loads(whole.path("PEAKS").read_text())["data"]
    assert (len(data), max(data[20:100])) == (2 * 62, pytest.approx(16, abs=1))


async def test_a_silent_film_has_none(tmp_path: Path) -> None:
    given = media.make(tmp_path / "x.mp4", audio=None)
    assert kinds(await transcode(given, tmp_path / "a", mp4={}, waveform={})) == ["MP4"]
    assert (await refusal(given, tmp_path / "b", waveform={})).code is Code.NO_SOUND


async def test_sound_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    given = media.make(tmp_path / "x.wav", video=False, seconds=8)
    cut = tmp_path / "cut.mka"
    media.ffmpeg("-i", str(given), "-c:a", "flac", str(cut))
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size // 2])
    assert (await refusal(cut, tmp_path / "a", waveform={})).code is Code.SOURCE_TRUNCATED


def test_a_listing_that_stops_in_the_middle() -> None:
    lines = ["frame:0 pts:0\n", "lavfi.astats.Overall.Min_level=-1.5\n"]
    whole = [*lines, "lavfi.astats.Overall.Max_level=1.000000\n"]
    assert list(read(whole).data) == [-128, 127]
    with pytest.raises(RunnerError):
        read(lines)
