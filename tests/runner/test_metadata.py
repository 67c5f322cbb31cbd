"""Clips with titles, and the file that lists them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from runner.metadata import FILE
from schema.job import SourcedAnswer
from tests.runner import media
from tests.runner.bench import facts, kinds, transcode

CLIPS: list[dict[str, Any]] = [
    {"start": 0.4, "end": 0.8, "title": 'Das "=" \\ ist; kein: Ende'},
    {"start": 0.5, "mode": "COPY"},
]


def _source(folder: Path) -> Path:
    return media.make(folder / "x.mp4", "-g", "10", "-bf", "0", seconds=1)


async def test_clips_are_listed_with_what_they_are(tmp_path: Path) -> None:
    source = _source(tmp_path)
    bench = await transcode(source, tmp_path, title="A/B", clips=CLIPS, metadata=True)
    assert kinds(bench) == ["CLIP", "CLIP", "METADATA"]
    first, second, listing = bench.made.outputs
    assert (listing.key, listing.content_type) == ("p/A_B_metadata.json", "application/json")
    document = json.loads(bench.path("METADATA").read_text("utf-8"))
    assert document["title"] == "A/B"
    assert document["source"]["sha256"] == hashlib.sha256(source.read_bytes()).hexdigest()
    assert [clip["file"] for clip in document["clips"]] == ["A_B_clip_1.mp4", "A_B_clip_2.mp4"]
    assert [clip["number"] for clip in document["clips"]] == [1, 2]
    for clip, output in zip(document["clips"], (first, second), strict=True):
        stored = (bench.out / "p" / clip["file"]).read_bytes()
        assert clip["sha256"] == hashlib.sha256(stored).hexdigest() == output.sha256
        assert clip["title"] == output.title
    assert document["clips"][1]["asked"] == {"start": 0.5, "end": None}
    # The copied one begins at the keyframe before.
    assert document["clips"][1]["start"] == pytest.approx(0.4, abs=0.002) == second.start
    assert json.loads(bench.path("METADATA").read_text())["clips"][0]["start"] == 0.4


async def test_players_show_the_title(tmp_path: Path) -> None:
    copied = CLIPS[0] | {"mode": "COPY"}
    bench = await transcode(_source(tmp_path), tmp_path, clips=[*CLIPS, copied])
    tags = [
        media.look(bench.out / output.key)["format"].get("tags", {}).get("title")
        for output in bench.made.outputs
    ]
    assert tags == [CLIPS[0]["title"], None, CLIPS[0]["title"]]


async def test_the_list_names_clips_that_were_made_before(tmp_path: Path) -> None:
    source = _source(tmp_path)
    before = await transcode(source, tmp_path / "a", title="Old", clips=CLIPS[:1])
    known = facts(before, "CLIP")
    answer = SourcedAnswer(have=("clip_2",), outputs={"clip_2": (known,)})
    recipe = {"clips": [CLIPS[1], CLIPS[0]], "metadata": True}
    bench = await transcode(source, tmp_path / "b", known=answer, **recipe)
    assert kinds(bench) == ["CLIP", "METADATA"]
    clips = json.loads(bench.path("METADATA").read_text())["clips"]
    assert [clip["file"] for clip in clips] == ["Film_clip_1.mp4", "Old_clip_1.mp4"]
    assert clips[1]["sha256"] == known.sha256
    assert [part.name for part in bench.made.parts] == ["clip_1", "metadata"]


async def test_a_list_may_be_all_that_is_left_to_make(tmp_path: Path) -> None:
    source = _source(tmp_path)
    before = await transcode(source, tmp_path / "a", clips=CLIPS[:1])
    answer = SourcedAnswer(have=("clip_1",), outputs={"clip_1": (facts(before, "CLIP"),)})
    bench = await transcode(source, tmp_path / "b", known=answer, clips=CLIPS[:1], metadata=True)
    assert kinds(bench) == ["METADATA"]
    assert sorted(path.name for path in (bench.out / "p").iterdir()) == [f"Film_{FILE}"]
