"""Options of job, asset, project and preset: who has the first word, and what is made of it."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from pydantic import ValidationError

from schema.inputs import AssetRef
from schema.options import MediaOptions
from schema.parts import parts
from schema.recipe import Loudness, Recipe
from schema.watermark import Watermark

FULL = {"ladder": {}, "mp4": {}, "poster": {}, "subtitles": {"languages": ["fr"]}}


def mark(key: str) -> dict[str, Any]:
    return {"image": {"key": key}, "corner": "TOP_LEFT"}


# For each field what four layers say of it, the strongest first, and where it lands in a recipe.
SAID: dict[str, list[Any]] = {
    "tier": ["DRAFT", "PREMIUM", "DRAFT"],
    "normalize_audio": [True, False, True],
    "subtitle_languages": [["en"], [], ["de", "eng"]],
    "watermark": [mark("job.png"), mark("asset.png"), mark("project.png")],
}

PAIRS = list(combinations(range(3), 2))


def landed(recipe: Recipe, field: str) -> Any:
    match field:
        case "tier":
            return str(recipe.tier)
        case "normalize_audio":
            return recipe.loudness is not None
        case "subtitle_languages":
            assert recipe.subtitles is not None
            return list(recipe.subtitles.languages)
        case _:
            found = recipe.watermark
            assert found is not None
            return {"image": {"key": found.image.key}, "corner": str(found.corner)}


def layered(layers: list[dict[str, Any]], recipe: dict[str, Any] = FULL) -> Recipe:
    options = MediaOptions()
    for layer in layers:
        options = options.over(MediaOptions.model_validate(layer))
    return options.applied(Recipe.model_validate(recipe))


@pytest.mark.parametrize("field", SAID)
@pytest.mark.parametrize("pair", PAIRS, ids=["job-asset", "job-project", "asset-project"])
def test_of_two_layers_the_earlier_has_the_word(field: str, pair: tuple[int, int]) -> None:
    layers: list[dict[str, Any]] = [{}, {}, {}]
    for number in pair:
        layers[number] = {field: SAID[field][number]}
    assert landed(layered(layers), field) == SAID[field][pair[0]]


@pytest.mark.parametrize("field", SAID)
@pytest.mark.parametrize("number", range(3), ids=["job", "asset", "project"])
def test_each_layer_stands_over_the_preset(field: str, number: int) -> None:
    layers: list[dict[str, Any]] = [{}, {}, {}]
    layers[number] = {field: SAID[field][number]}
    preset = FULL | {"tier": "STANDARD", "loudness": {}, "watermark": mark("preset.png")}
    assert landed(layered(layers, preset), field) == SAID[field][number]


def test_what_nobody_says_is_the_presets() -> None:
    preset = FULL | {"tier": "PREMIUM", "loudness": {"target": -16}, "watermark": mark("p.png")}
    assert layered([{}, {}, {}], preset) == Recipe.model_validate(preset)


def test_fields_are_inherited_one_by_one() -> None:
    made = layered([{"tier": "DRAFT"}, {"subtitle_languages": ["en"]}, {"normalize_audio": True}])
    assert made == Recipe.model_validate(
        FULL | {"tier": "DRAFT", "subtitles": {"languages": ["en"]}, "loudness": {}}
    )


def test_none_takes_away_what_a_later_layer_lays_on() -> None:
    preset = FULL | {"watermark": mark("preset.png"), "loudness": {}}
    made = layered([{"no_watermark": True, "normalize_audio": False}, {"watermark": mark("a.png")}])
    assert (made.watermark, made.loudness) == (None, None)
    assert layered([{"no_watermark": True}], preset).watermark is None
    again = layered([{"watermark": mark("a.png")}, {"no_watermark": True}], preset)
    assert again.watermark is not None
    assert again.watermark.image == AssetRef(key="a.png")


def test_a_loudness_that_the_preset_names_is_the_one() -> None:
    made = layered([{"normalize_audio": True}], FULL | {"loudness": {"target": -16}})
    assert made.loudness == Loudness(target=-16)


@pytest.mark.parametrize(
    ("recipe", "kept"),
    [
        ({"poster": {}}, {"poster": {}, "tier": "DRAFT"}),
        ({"audio": [{}]}, {"audio": [{}], "tier": "DRAFT", "loudness": {}}),
        (
            {"clips": [{"mode": "COPY"}]},
            {"clips": [{"mode": "COPY"}], "tier": "DRAFT"},
        ),
    ],
    ids=["pictures", "sound", "copies"],
)
def test_what_does_not_fit_an_output_is_left_out(
    recipe: dict[str, Any], kept: dict[str, Any]
) -> None:
    every = {name: said[0] for name, said in SAID.items()}
    assert layered([every], recipe) == Recipe.model_validate(kept)


def test_equal_effective_recipes_have_equal_parts() -> None:
    by_options = layered([{"tier": "DRAFT"}, {}, {"normalize_audio": True}])
    own = Recipe.model_validate(FULL | {"tier": "DRAFT", "loudness": {}})
    assert parts(by_options) == parts(own)
    assert parts(by_options) != parts(Recipe.model_validate(FULL))


def test_a_contradiction_is_an_error() -> None:
    joined = {"mp4": {}, "join": {"after": [{"key": "a.png"}]}}
    with pytest.raises(ValueError, match="no film to be joined"):
        layered([{"watermark": mark("a.png")}], joined)


@pytest.mark.parametrize(
    "wrong",
    [
        {"tier": "BEST"},
        {"subtitle_languages": ["english"]},
        {"subtitle_languages": ["EN"]},
        {"watermark": {}},
        {"watermark": mark("a.png"), "no_watermark": True},
        {"loudness": {}},
    ],
)
def test_wrong_options_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        MediaOptions.model_validate(wrong)


def test_what_is_stored_reads_back() -> None:
    given = MediaOptions(
        normalize_audio=False,
        subtitle_languages=(),
        watermark=Watermark(image=AssetRef(key="a.png")),
    )
    assert set(given.stored()) == {"normalize_audio", "subtitle_languages", "watermark"}
    assert MediaOptions.model_validate(given.stored()) == given
    assert MediaOptions().stored() == {}
