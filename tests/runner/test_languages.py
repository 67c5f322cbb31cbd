"""Several sounds of one film: each is kept, told apart, and can be chosen."""

from __future__ import annotations

import re
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from runner import languages
from tests.runner import media
from tests.runner.bench import Bench, facts, joined, transcode
from tests.runner.splitting import Cutter
from tests.runner.test_loudness import heard
from tests.runner.test_split_film import LADDER, OPEN, SMALL, compare
from tests.runner.values import audio, plan, probe, video

pytestmark = pytest.mark.media

# The second is the default, and two are English. Hertz of the tone in each.
TONES = (300, 500, 700, 900)
TAGS = ("ger", "eng", "eng", "")
ALL = {"audio_tracks": "ALL"}
DASH = "{urn:mpeg:dash:schema:mpd:2011}"


def _film(path: Path, seconds: float = 4) -> Path:
    inputs = ["-f", "lavfi", "-i", f"testsrc2=size={SMALL}:rate=25:duration={seconds}"]
    maps = ["-map", "0"]
    for number, (hertz, tag) in enumerate(zip(TONES, TAGS, strict=True)):
        inputs += ["-f", "lavfi", "-i", f"sine=frequency={hertz}:d={seconds}:r=48000"]
        maps += ["-map", str(number + 1)]
        maps += [f"-disposition:a:{number}", "default" if number == 1 else "0"]
        maps += [f"-metadata:s:a:{number}", f"language={tag}"] if tag else []
    quick = ("-c:v", "libx264", "-preset", "ultrafast", *OPEN, "-pix_fmt", "yuv420p")
    media.ffmpeg(*inputs, *maps, *quick, "-c:a", "flac", str(path))
    return path


def _hertz(path: Path, stream: int = 0) -> float:
    command = [media.tools().ffmpeg, "-nostdin", "-v", "error", "-i", str(path)]
    command += ["-map", f"0:a:{stream}", "-ac", "1", "-ar", "48000", "-f", "s16le", "-"]
    raw = memoryview(subprocess.run(command, capture_output=True, check=True).stdout).cast("h")
    inner = raw[24_000:72_000].tolist()
    return sum(1.0 for a, b in pairwise(inner) if a < 0 <= b)


def _check_mp4(path: Path) -> None:
    found = [s for s in media.look(path)["streams"] if s["codec_type"] == "audio"]
    said = [(s["tags"].get("language"), s["disposition"]["default"]) for s in found]
    assert said == [("eng", 1), ("deu", 0), ("eng", 0), ("und", 0)]
    tones = [_hertz(path, number) for number in range(4)]
    assert tones == pytest.approx([500, 300, 700, 900], rel=0.01)


def _check_ladder(bench: Bench) -> None:
    root = bench.path("HLS").parent
    folders = ["audio", "audio_2", "audio_3", "audio_4"]
    tones = [_hertz(joined(root / folder)) for folder in folders]
    assert tones == pytest.approx([500, 300, 700, 900], rel=0.01)
    lines = re.findall(r"#EXT-X-MEDIA:(.*)", bench.path("HLS").read_text())
    said = [dict(re.findall(r'([A-Z-]+)="?([^",]*)"?', line)) for line in lines]
    assert {line["GROUP-ID"] for line in said} == {"audio"}
    assert [
        (line["URI"], line.get("LANGUAGE"), line["NAME"], line["DEFAULT"]) for line in said
    ] == [
        ("audio/media.m3u8", "en", "English", "YES"),
        ("audio_2/media.m3u8", "de", "German", "NO"),
        ("audio_3/media.m3u8", "en", "English (3)", "NO"),
        ("audio_4/media.m3u8", None, "Track 4", "NO"),
    ]
    manifest = ET.fromstring(bench.path("DASH").read_text())  # noqa: S314 - ours
    sets = [s for s in manifest.iter(f"{DASH}AdaptationSet") if s.get("contentType") == "audio"]
    # Two representations of one set would be one sound at two bitrates.
    assert [len(list(s.iter(f"{DASH}Representation"))) for s in sets] == [1, 1, 1, 1]
    assert [(s.get("lang"), s.findtext(f"{DASH}Label")) for s in sets] == [
        ("en", "English"),
        ("de", "German"),
        ("en", "English (3)"),
        (None, "Track 4"),
    ]
    roles = [s.find(f"{DASH}Role") for s in sets]
    assert [r is not None and r.get("value") for r in roles] == ["main", *["alternate"] * 3]


async def test_each_sound_stands_in_ladder_and_mp4(tmp_path: Path) -> None:
    given = _film(tmp_path / "x.mkv")
    bench = await transcode(given, tmp_path / "run", ladder={**LADDER, **ALL}, mp4=ALL)
    _check_mp4(bench.path("MP4"))
    _check_ladder(bench)
    # FFmpeg, as a player: five streams, and the languages at their sounds.
    found = media.look(bench.path("HLS"), "-allowed_extensions", "ALL")["streams"]
    sounds = [s for s in found if s["codec_type"] == "audio"]
    assert [s["tags"].get("language") for s in sounds][:2] == ["en", "de"]
    assert len(sounds) == 4
    for kind in ("HLS", "DASH", "MP4"):
        assert facts(bench, kind).languages == ("eng", "deu", "eng", "und")


async def test_without_a_word_the_default_sound_is_taken(tmp_path: Path) -> None:
    given = _film(tmp_path / "x.mkv")
    bench = await transcode(given, tmp_path / "run", ladder=LADDER, mp4={}, audio=[{}])
    assert _hertz(bench.path("MP4")) == pytest.approx(500, rel=0.01)
    assert len(media.look(bench.path("MP4"))["streams"]) == 2
    assert bench.path("HLS").read_text().count("#EXT-X-MEDIA") == 1
    assert facts(bench, "AUDIO").languages == ("eng",)


async def test_a_film_in_pieces_keeps_its_sounds(tmp_path: Path) -> None:
    given = _film(tmp_path / "x.mkv", 6.2)
    recipe: dict[str, Any] = {"ladder": {**LADDER, **ALL}, "mp4": ALL}
    cutter = Cutter(given, tmp_path / "split", recipe)
    _, split = await cutter.run()
    whole = await transcode(given, tmp_path / "whole", limits=cutter.limits, **recipe)
    compare(split, whole)
    _check_mp4(split.path("MP4"))
    _check_ladder(split)


async def test_each_sound_is_brought_to_the_loudness(tmp_path: Path) -> None:
    given = _film(tmp_path / "x.mkv")
    wish = {"ladder": {**LADDER, **ALL, "audio_codec": "FLAC"}, "mp4": ALL}
    bench = await transcode(given, tmp_path / "run", loudness={"target": -27}, **wish)
    root = bench.path("HLS").parent
    for folder in ("audio", "audio_2", "audio_3", "audio_4"):
        assert heard(joined(root / folder))[0] == pytest.approx(-27, abs=0.3)
    for number in range(4):
        one = tmp_path / f"{number}.wav"
        media.ffmpeg("-i", str(bench.path("MP4")), "-map", f"0:a:{number}", str(one))
        assert heard(one)[0] == pytest.approx(-27, abs=0.3)


def test_what_cannot_be_decoded_is_left_out() -> None:
    """The default sound is not: without it, the film would be another one."""
    odd = audio(index=2, codec="wmalossless", default=False, language="fra")
    more = audio(index=3, default=False, language="ita", channels=6)
    made = plan(probe(video(), audio(), odd, more), mp4={**ALL, "audio_channels": "SURROUND"})
    assert made.mp4
    assert [t.source.language for t in made.mp4.sounds] == ["eng", "ita"]
    assert [t.channels for t in made.mp4.sounds] == [2, 6]


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        *(("ger", "deu"), ("deu", "deu"), ("de", "deu"), ("de-AT", "deu"), ("pt_BR", "por")),
        *(("fre", "fra"), ("nob", "nor"), ("und", None), ("", None), (None, None)),
        *(("Deutsch", None), ("../x", None)),
    ],
)
def test_tags(tag: str | None, code: str | None) -> None:
    assert languages.of_tag(tag) == code


def test_no_two_sounds_have_one_name() -> None:
    named = languages.names(["eng", None, "eng", "eng", "deu"])
    assert named == ["English", "Track 2", "English (3)", "English (4)", "German"]
