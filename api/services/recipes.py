"""Pure: from what a client sends to a checked recipe."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from api.errors import InvalidInput, InvalidRecipe, UnknownPreset
from schema.presets import Preset, builtin
from schema.recipe import Recipe


def find_preset(name: str, *, field: str = "input.preset") -> Preset:
    """A preset by name. Raises UnknownPreset with the names that exist."""
    presets = builtin()
    if name not in presets:
        known = ", ".join(presets)
        raise UnknownPreset(f"there is no preset {name[:80]!r}; there are: {known}", field=field)
    return presets[name]


def choose(preset: str | None, recipe: dict[str, Any] | None) -> Recipe:
    """The recipe of a preset, or the one given; exactly one of them."""
    if (preset is None) == (recipe is None):
        raise InvalidInput("give either preset or recipe", field="input")
    if preset is not None:
        return find_preset(preset).recipe
    return parse(recipe or {})


def parse(recipe: dict[str, Any]) -> Recipe:
    """Check a recipe. Raises InvalidRecipe that names the first field at fault."""
    try:
        return Recipe.model_validate(recipe)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = ".".join(_camel(str(part)) for part in first["loc"])
        field = "input.recipe" + (f".{path}" if path else "")
        message = first["msg"].removeprefix("Value error, ")
        raise InvalidRecipe(f"{path or 'recipe'}: {message}", field=field) from None


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)
