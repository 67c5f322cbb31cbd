"""A ladder with one more rung: the others are taken from the ladder before, byte by byte."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from runner import rungs
from runner.command import Command
from runner.encode import Encoder
from runner.outputs import Plan
from schema.job import SourcedAnswer, StoredTrack
from tests.runner import media
from tests.runner.bench import Bench, kinds, transcode
from tests.runner.values import plan

ONE = {"rungs": [{"height": 180}], "segment_seconds": 1}
TWO = {"rungs": [{"height": 180}, {"height": 144}], "segment_seconds": 1}


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files of rungs that FFmpeg was told to make, in order."""
    found: list[str] = []
    execute = Encoder.execute

    async def watched(self: Encoder, made: Command, *more: Any) -> None:
        found.extend(a for a in made.arguments if a.startswith("file:rung_"))
        await execute(self, made, *more)

    monkeypatch.setattr(Encoder, "execute", watched)
    return found


def tracks(bench: Bench, prefix: str) -> tuple[StoredTrack, ...]:
    """The rungs of a ladder as the API tells of them, from its folder copied to `prefix`."""
    (ladder,) = [part for part in bench.made.parts if part.name == "ladder"]
    root = bench.path("HLS").parent
    return tuple(
        StoredTrack(
            key=key, prefix=f"{prefix}{name}/", segments=len(list((root / name).glob("*.m4s")))
        )
        for name, key in ladder.tracks.items()
    )


async def again(first: Bench, source: Path, folder: Path, **recipe: Any) -> Bench:
    """Another job of the same source, which is told of the rungs of the first."""
    shutil.copytree(first.path("HLS").parent, folder / "out" / "old")
    known = SourcedAnswer(tracks=tracks(first, "old/"))
    return await transcode(source, folder, known=known, **recipe)


def files(bench: Bench, below: str) -> dict[str, bytes]:
    folder = bench.path("HLS").parent / below
    return {path.name: path.read_bytes() for path in folder.iterdir()}


async def test_one_more_rung_makes_only_that(tmp_path: Path, encoded: list[str]) -> None:
    source = media.make(tmp_path / "x.mp4", size="320x180", seconds=3)
    first = await transcode(source, tmp_path / "one", ladder=ONE)
    assert encoded == ["file:rung_180.mp4"]
    encoded.clear()
    second = await again(first, source, tmp_path / "two", ladder=TWO, poster={})
    assert encoded == ["file:rung_144.mp4"]
    assert kinds(second) == ["HLS", "DASH", "POSTER"]
    assert second.made.outputs[0].renditions == (180, 144)
    assert files(second, "video_180") == files(first, "video_180")
    assert sorted(files(second, "video_144")) == sorted(files(first, "video_180"))


async def test_one_rung_less_makes_none(tmp_path: Path, encoded: list[str]) -> None:
    source = media.make(tmp_path / "x.mp4", size="320x180", seconds=2, audio=None)
    first = await transcode(source, tmp_path / "one", ladder=TWO)
    encoded.clear()
    second = await again(first, source, tmp_path / "two", ladder=ONE, poster={})
    assert encoded == []
    assert kinds(second) == ["HLS", "DASH", "POSTER"]
    assert files(second, "video_180") == files(first, "video_180")


async def test_a_rung_that_cannot_be_had_is_encoded(tmp_path: Path, encoded: list[str]) -> None:
    source = media.make(tmp_path / "x.mp4", size="320x180", seconds=2)
    first = await transcode(source, tmp_path / "one", ladder=ONE)
    encoded.clear()
    lost = [
        track.model_copy(update={"segments": track.segments + 1}) for track in tracks(first, "old/")
    ]
    known = SourcedAnswer(tracks=tuple(lost))
    second = await transcode(source, tmp_path / "two", known=known, ladder=ONE)
    assert encoded == ["file:rung_180.mp4"]
    assert kinds(second) == ["HLS", "DASH"]


def _keys(**recipe: Any) -> dict[str, str]:
    return rungs.keys(plan(**recipe))


def test_what_changes_a_rung_changes_its_key() -> None:
    key = _keys(ladder=TWO)["video_144"]
    assert _keys(ladder={**TWO, "rungs": [{"height": 144}], "dash": False})["video_144"] == key
    assert _keys(ladder=TWO, mp4={}, poster={})["video_144"] == key
    others = [
        {"ladder": {**TWO, "segment_seconds": 2}},
        {"ladder": {**TWO, "crf": 30}},
        {"ladder": {**TWO, "rungs": [{"height": 144, "video_bitrate": 300_000}]}},
        {"ladder": {**TWO, "rungs": [{"height": 144, "bitrate": 300_000}]}},
        {"ladder": TWO, "tier": "PREMIUM"},
        {"ladder": {**TWO, "codec": "HEVC"}},
    ]
    assert all(_keys(**other)["video_144"] != key for other in others)
    same: Plan = plan(ladder=TWO)
    assert same.picture is not None
    turned = replace(same, picture=replace(same.picture, deinterlace=True))
    assert rungs.keys(turned)["video_144"] != key
