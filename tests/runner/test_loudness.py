"""Loudness, measured on what came out by another meter than the one that set it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from runner.errors import RunnerError
from runner.expected import check_loudness
from runner.loudness import read
from schema.loudness import Levelling, Levels
from tests.runner import media
from tests.runner.bench import facts, joined, transcode
from tests.runner.splitting import Cutter
from tests.runner.test_split_film import LADDER, OPEN, SMALL

pytestmark = pytest.mark.media

SUMMARY = """[Parsed_ebur128_3 @ 0x55d0] Summary:

  Integrated loudness:
    I:         {} LUFS
    Threshold: -33.0 LUFS

  Loudness range:
    LRA:         3.5 LU
    Threshold: -43.0 LUFS
    LRA low:   -25.0 LUFS
    LRA high:  -21.5 LUFS

  True peak:
    Peak:       {} dBFS
"""


def heard(path: Path) -> tuple[float, float]:
    """LUFS and dBTP by FFmpeg's normaliser, which has a meter of its own (libebur128's)."""
    command = [media.tools().ffmpeg, "-nostdin", "-hide_banner", "-nostats", "-i", str(path)]
    command += ["-map", "0:a:0", "-af", "loudnorm=print_format=json", "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    start = done.stderr.rindex("{")
    found = json.loads(done.stderr[start : done.stderr.rindex("}") + 1])
    return float(found["input_i"]), float(found["input_tp"])


def _speech(path: Path, *options: str, seconds: float = 6) -> Path:
    """Tones that come and go, with a crack in them: what a limiter must hold down."""
    level = "0.05*if(between(mod(t,2),1,1.002),10,1)*(0.3+abs(sin(2*t)))"
    tones = "(sin(2*PI*440*t)+0.5*sin(2*PI*1330*t))"
    sound = f"aevalsrc='{level}*{tones}':s=48000:d={seconds}"
    media.ffmpeg("-f", "lavfi", "-i", sound, *options, str(path))
    return path


@pytest.mark.parametrize("target", [-30.0, -23.0, -16.0])
async def test_every_codec_comes_out_as_loud_as_asked(target: float, tmp_path: Path) -> None:
    given = _speech(tmp_path / "x.wav")
    bench = await transcode(
        given,
        tmp_path / "run",
        loudness={"target": target, "true_peak": -2},
        audio=[{"codec": codec} for codec in ("AAC", "OPUS", "MP3", "FLAC", "AC3")],
    )
    source = heard(given)[0]
    for made in bench.made.outputs:
        integrated, peak = heard(bench.out / made.key)
        assert integrated == pytest.approx(target, abs=0.6), made.audio_codec
        assert peak <= -2 + 0.15, made.audio_codec
        said = made.loudness
        assert said
        assert (said.target, said.true_peak) == (target, -2)
        assert said.made.integrated == pytest.approx(integrated, abs=0.15)
        assert said.made.peak == pytest.approx(peak, abs=0.3)
        # Mono becomes two equal sides, which are 3 dB louder than one.
        assert said.source.integrated == pytest.approx(source + 3, abs=0.2)
        assert said.limited == (target > -30)


async def test_ladder_mp4_and_an_exact_clip_in_one_run(tmp_path: Path) -> None:
    """A clip out of a soft part is raised by itself; one that is copied stays as it is."""
    given = tmp_path / "x.mp4"
    tone = "aevalsrc='if(lt(t,4),0.02,0.4)*sin(2*PI*1000*t)':s=48000:d=8"
    picture = ("-f", "lavfi", "-i", f"testsrc2=size={SMALL}:rate=25:duration=8")
    quick = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p")
    media.ffmpeg("-f", "lavfi", "-i", tone, *picture, *quick, "-c:a", "aac", str(given))
    clips = [{"start": 0.5, "end": 3.5}, {"start": 0, "end": 3.5, "mode": "COPY"}]
    bench = await transcode(
        given, tmp_path / "run", loudness={}, ladder=LADDER, mp4={}, clips=clips
    )
    assert heard(bench.path("MP4"))[0] == pytest.approx(-23, abs=0.3)
    track = joined(bench.path("HLS").parent / "audio")
    assert heard(track)[0] == pytest.approx(-23, abs=0.3)
    assert heard(bench.path("CLIP"))[0] == pytest.approx(-23, abs=0.3)
    exact, copied = (made for made in bench.made.outputs if made.kind == "CLIP")
    assert exact.loudness
    assert exact.loudness.source.integrated == pytest.approx(-34, abs=0.5)
    assert copied.loudness is None
    assert heard(bench.out / copied.key)[0] == pytest.approx(heard(given)[0] - 24, abs=2.5)
    assert facts(bench, "HLS").loudness.made == facts(bench, "DASH").loudness.made


async def test_a_film_in_pieces_is_as_loud_as_one_piece(tmp_path: Path) -> None:
    given = media.make(tmp_path / "x.mp4", *OPEN, size=SMALL, seconds=6.2)
    recipe: dict[str, Any] = {
        "loudness": {"target": -16},
        "ladder": LADDER,
        "mp4": {},
        "audio": [{"codec": "OPUS"}],
    }
    cutter = Cutter(given, tmp_path / "split", recipe)
    _, split = await cutter.run()
    whole = await transcode(given, tmp_path / "whole", limits=cutter.limits, **recipe)
    for one, other in zip(split.made.outputs, whole.made.outputs, strict=True):
        assert one.loudness
        assert one.loudness == other.loudness
    assert heard(split.path("MP4"))[0] == pytest.approx(-16, abs=0.3)
    assert heard(split.path("AUDIO"))[0] == pytest.approx(-16, abs=0.3)


async def test_silence_stays_silent(tmp_path: Path) -> None:
    given = tmp_path / "x.wav"
    media.ffmpeg("-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo", "-t", "2", str(given))
    bench = await transcode(given, tmp_path / "run", loudness={}, audio=[{"codec": "FLAC"}])
    assert max(media.samples(bench.path("AUDIO"))) == 0
    said = facts(bench, "AUDIO").loudness
    assert (said.gain, said.made.integrated, said.source.integrated) == (0, None, None)


async def test_tags_of_the_source_are_no_measurement(tmp_path: Path) -> None:
    given = _speech(tmp_path / "x.flac", "-metadata", f"title={SUMMARY.format(-3, -1)}")
    bench = await transcode(given, tmp_path / "run", loudness={}, audio=[{}])
    assert heard(bench.path("AUDIO"))[0] == pytest.approx(-23, abs=0.3)


def test_what_a_meter_says() -> None:
    assert read(SUMMARY.format(-23.1, -1.5)) == Levels(integrated=-23.1, range=3.5, peak=-1.5)
    assert read(SUMMARY.format(-70.0, "-inf")) == Levels()
    with pytest.raises(RunnerError):
        read("frame= 1\n    I: -23.0 LUFS\n")


@pytest.mark.parametrize(
    ("made", "limited", "passes"),
    [(-23.9, False, True), (-26, False, False), (-26, True, True), (-21, True, False)],
)
def test_what_came_out_too_loud_or_too_soft_is_refused(
    made: float, limited: bool, passes: bool
) -> None:
    source = Levels(integrated=-30.0, range=1.0, peak=-10.0)
    done = Levelling(target=-23, true_peak=-1, source=source, gain=7, limited=limited)
    refused = None
    try:
        check_loudness("x", Levels(integrated=made), done)
    except RunnerError as error:
        refused = error
    assert (refused is None) == passes
