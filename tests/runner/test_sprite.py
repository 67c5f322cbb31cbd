"""Sheets of small pictures and the WebVTT file over them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from runner.errors import Code
from runner.pictures import SpritePlan
from runner.sprite import vtt
from tests.runner import media
from tests.runner.bench import Bench, facts, kinds, refusal, transcode

pytestmark = pytest.mark.media

SPRITE = {"interval": 0.5, "columns": 3, "rows": 2, "tile_width": 64}


def _film(path: Path, seconds: float = 5.0) -> Path:
    """Each half second has a grey of its own: 20 more than the one before."""
    grey = "geq=lum='16+20*floor(T*2+0.001)':cb=128:cr=128"
    media.ffmpeg(
        *("-f", "lavfi", "-i", f"color=black:s=128x96:r=24:d={seconds},{grey}"),
        *("-f", "lavfi", "-i", f"sine=d={seconds}"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-g", "50", str(path)),
    )
    return path


@dataclass(frozen=True)
class Tile:
    """One cue of the VTT, looked up in its sheet. `step` is the half second that is seen."""

    begin: str
    end: str
    step: int


def _tiles(bench: Bench) -> list[Tile]:
    """What a player would show, by the VTT alone."""
    index = bench.path("VTT")
    cue = re.compile(r"(\S+) --> (\S+)\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)\n")
    found = []
    for begin, end, sheet, *box in cue.findall(index.read_text()):
        x, y, width, height = map(int, box)
        picture = index.parent / sheet
        crop = media.pixels(picture, size=_size(picture))[0]
        at = 3 * ((y + height // 2) * int(_size(picture).split("x")[0]) + x + width // 2)
        found.append(Tile(begin, end, round(crop[at] / 255 * 219 / 20)))
    return found


def _size(picture: Path) -> str:
    stream = media.look(picture)["streams"][0]
    return f"{stream['width']}x{stream['height']}"


@pytest.mark.parametrize("beside", [{}, {"mp4": {}}])
async def test_each_cue_shows_what_is_seen_at_its_begin(
    beside: dict[str, object], tmp_path: Path
) -> None:
    bench = await transcode(_film(tmp_path / "x.mp4"), tmp_path / "a", sprite=SPRITE, **beside)
    tiles = _tiles(bench)
    assert [tile.step for tile in tiles] == list(range(10))
    assert (tiles[0].begin, tiles[0].end, tiles[9].begin) == (
        "00:00:00.000",
        "00:00:00.500",
        "00:00:04.500",
    )
    sprite, index = facts(bench, "SPRITE"), facts(bench, "VTT")
    assert (sprite.files, sprite.width, sprite.height) == (2, 192, 96)
    assert sprite.size == sum(path.stat().st_size for path in bench.out.rglob("sprite_*.jpg"))
    assert (index.content_type, index.files) == ("text/vtt", 1)
    assert bench.storage.order[-1].endswith("sprite.vtt")


async def test_a_picture_that_begins_late_and_ends_early_fills_every_cue(tmp_path: Path) -> None:
    source = tmp_path / "x.mkv"
    _film(tmp_path / "plain.mp4", 3.0)
    media.ffmpeg(
        *("-itsoffset", "1", "-i", str(tmp_path / "plain.mp4"), "-f", "lavfi", "-i", "sine=d=5.9"),
        *("-map", "0:v", "-map", "1:a", "-c:v", "copy", str(source)),
    )
    bench = await transcode(source, tmp_path / "a", sprite=SPRITE)
    assert [tile.step for tile in _tiles(bench)] == [0, 0, 0, 1, 2, 3, 4, 5, 5, 5, 5, 5]


async def test_a_sprite_has_upright_pictures(tmp_path: Path) -> None:
    plain = media.make(tmp_path / "plain.mp4", size="320x180", seconds=1)
    turned = tmp_path / "turned.mp4"
    media.ffmpeg("-display_rotation", "90", "-i", str(plain), "-c", "copy", str(turned))
    bench = await transcode(
        turned, tmp_path / "a", sprite={"tile_width": 90, "columns": 1, "rows": 1}
    )
    assert (facts(bench, "SPRITE").width, facts(bench, "SPRITE").height) == (90, 160)


async def test_sound_has_no_sprite(tmp_path: Path) -> None:
    source = media.make(tmp_path / "x.m4a", video=False)
    assert kinds(await transcode(source, tmp_path / "a", mp4={}, sprite={})) == ["MP4"]
    assert (await refusal(source, tmp_path / "b", sprite={})).code is Code.NO_PICTURE


def test_a_long_film_has_many_sheets() -> None:
    plan = SpritePlan(width=180, height=102, interval=1.0, columns=10, rows=10, tiles=6001)
    cues = vtt(plan, 6000.5, "sprite_%03d.jpg").split("\n\n")
    assert (plan.sheets, len(cues)) == (61, 6002)
    assert cues[0] == "WEBVTT"
    assert cues[112] == "00:01:51.000 --> 00:01:52.000\nsprite_002.jpg#xywh=180,102,180,102"
    assert cues[6001] == "01:40:00.000 --> 01:40:00.500\nsprite_061.jpg#xywh=0,0,180,102\n"
