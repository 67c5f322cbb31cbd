"""Recipes as the API takes them."""

from __future__ import annotations

from reelmill.choices import ClipMode
from reelmill.recipes import Clip, Ladder, Mp4, Recipe, Rung, with_clips


def test_only_what_is_said_is_sent() -> None:
    recipe = Recipe(
        ladder=Ladder(rungs=(Rung(height=720),), segment_seconds=2), mp4=Mp4(max_height=480)
    )
    assert recipe.as_input() == {
        "ladder": {"rungs": [{"height": 720}], "segmentSeconds": 2.0},
        "mp4": {"maxHeight": 480},
    }


def test_clips_are_added_to_the_recipe_of_a_preset() -> None:
    stored = {"ladder": {"segment_seconds": 4.0, "rungs": []}, "mp4": None, "clips": []}
    assert with_clips(stored, (Clip(start=1, end=2, mode=ClipMode.COPY),)) == {
        "ladder": {"segmentSeconds": 4.0, "rungs": []},
        "clips": [{"start": 1.0, "end": 2.0, "mode": "COPY"}],
    }


def test_clips_alone_are_a_recipe() -> None:
    assert with_clips({}, (Clip(start=3),)) == {"clips": [{"start": 3.0, "mode": "EXACT"}]}
