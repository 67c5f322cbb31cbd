"""From what a client sends to a checked recipe: presets that ship, saved ones, and own recipes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic import ValidationError

from api.adapters.postgres import presets as saved
from api.errors import InvalidInput, InvalidRecipe, UnknownPreset
from schema.presets import Preset, builtin
from schema.recipe import Recipe

if TYPE_CHECKING:
    from api.adapters.postgres.pool import Connection


async def find_preset(
    connection: Connection,
    project_id: UUID,
    name: str,
    *,
    field: str = "input.preset",
    with_deleted: bool = False,
) -> Preset:
    """The newest version of a preset. Raises UnknownPreset with the names that exist."""
    shipped = builtin().get(name)
    if shipped is not None:
        return shipped
    found = await saved.newest(connection, project_id, name, with_deleted=with_deleted)
    if found is None:
        own = [preset.name for preset in await saved.listed(connection, project_id)]
        known = ", ".join(sorted([*builtin(), *own]))
        raise UnknownPreset(f"there is no preset {name[:80]!r}; there are: {known}", field=field)
    return found


async def choose(
    connection: Connection, project_id: UUID, preset: str | None, recipe: dict[str, Any] | None
) -> Recipe:
    """The recipe of a preset, or the one given; exactly one of them."""
    if (preset is None) == (recipe is None):
        raise InvalidInput("give either preset or recipe", field="input")
    if preset is not None:
        return (await find_preset(connection, project_id, preset)).recipe
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
