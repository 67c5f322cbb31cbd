"""Recipes: what contradicts itself is refused, and every preset is a good one."""

import pytest
from pydantic import ValidationError

from schema.presets import builtin
from schema.recipe import Clip, Recipe
from schema.streams import Ladder, Rung


def test_presets_are_named_after_their_files() -> None:
    assert set(builtin()) == {"web", "mp4", "web-and-mp4", "preview"}
    assert all(name == preset.name for name, preset in builtin().items())


@pytest.mark.parametrize(
    "recipe",
    [
        {},
        {"ladder": {"hls": False, "dash": False}},
        {"ladder": {"rungs": [{"height": 720}, {"height": 720}]}},
        {"ladder": {"rungs": [{"height": 721}]}},
        {"ladder": {"segment_seconds": float("nan")}},
        {"clips": [{"start": 5, "end": 5}]},
        {"clips": [{"start": -1}]},
        {"clips": [{"title": ""}]},
        {"clips": [{"title": "two\nlines"}]},
        {"clips": [{"title": "x" * 201}]},
        {"mp4": {}, "metadata": True},
        {"clips": [{"start": float("inf")}]},
        {"mp4": {"crf": 99}},
        {"poster": {"width": 0}},
        {"preview": {"start": 1, "pieces": 3}},
        {"preview": {"width": 321}},
        {"poster": {}, "burn": {}},
        {"clips": [{"mode": "COPY"}], "burn": {}},
        {"mp4": {}, "burn": {"language": "en", "track": 1}},
        {"mp4": {}, "burn": {"track": 1, "file": {"key": "a.srt"}}},
        {"mp4": {}, "burn": {"language": "english"}},
        {"mp4": {}, "burn": {"track": 0}},
        {"mp4": {}, "burn": {"size": 40}},
        {"mp4": {}, "burn": {}, "join": {"after": [{"key": "a"}]}},
        {"preview": {"duration": 11}},
        {"preview": {"frame_rate": 0}},
        {"preview": {"start": float("nan")}},
        {"unknown": {}},
        {"mp4": {}, "join": {}},
        {"mp4": {}, "join": {"after": [{}]}},
        {"mp4": {}, "join": {"after": [{"key": "a", "asset_id": "asset_" + "0" * 32}]}},
        {"mp4": {}, "join": {"after": [{"asset_id": "job_" + "0" * 32}]}},
        {"mp4": {}, "join": {"after": [{"key": str(number)} for number in range(11)]}},
        {"clips": [{"mode": "COPY"}], "join": {"after": [{"key": "a"}]}},
        {"subtitles": {}, "join": {"after": [{"key": "a"}]}},
        {"poster": {}, "watermark": {"image": {"key": "a"}}},
        {"mp4": {}, "watermark": {"image": {"key": "a"}, "start": 2, "end": 2}},
        {
            "mp4": {},
            "watermark": {"image": {"key": "a"}},
            "join": {"before": [{"key": "a"}]},
        },
    ],
)
def test_refused(recipe: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Recipe.model_validate(recipe)


def test_a_recipe_survives_json() -> None:
    recipe = Recipe(ladder=Ladder(rungs=(Rung(height=720),)), clips=(Clip(start=1.5, end=2.25),))
    assert Recipe.model_validate_json(recipe.model_dump_json()) == recipe


def test_a_recipe_cannot_be_changed() -> None:
    recipe = Recipe(ladder=Ladder())
    with pytest.raises(ValidationError):
        recipe.ladder = None  # type: ignore[misc]
