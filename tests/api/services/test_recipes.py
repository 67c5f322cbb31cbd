"""From what a client sends to a checked recipe."""

import pytest

from api.errors import InvalidInput, InvalidRecipe, UnknownPreset
from api.services import recipes
from schema.presets import builtin


def test_a_preset_or_a_recipe_but_not_both() -> None:
    assert recipes.choose("web", None) == builtin()["web"].recipe
    assert recipes.choose(None, {"poster": {}}).poster is not None
    for preset, recipe in ((None, None), ("web", {"poster": {}})):
        with pytest.raises(InvalidInput):
            recipes.choose(preset, recipe)


def test_an_unknown_preset_names_those_that_exist() -> None:
    with pytest.raises(UnknownPreset, match="mp4, preview, web, web-and-mp4"):
        recipes.find_preset("nope")


def test_the_field_at_fault_is_named_as_the_client_wrote_it() -> None:
    with pytest.raises(InvalidRecipe) as refused:
        recipes.parse({"ladder": {"segment_seconds": 0}})
    assert refused.value.field == "input.recipe.ladder.segmentSeconds"
    assert "ladder.segmentSeconds" in refused.value.message
