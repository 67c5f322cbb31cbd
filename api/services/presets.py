"""Presets: those that ship, and those that a project saves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from api.adapters.postgres import events, presets
from api.errors import InvalidInput, NotFound, PresetBuiltin, TooMany
from api.services import recipes
from schema.presets import Preset, builtin

if TYPE_CHECKING:
    from api.adapters.postgres.pool import Database
    from api.domain.models import Principal

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,62}")
_MAX_PRESETS: Final = 500
_MAX_TITLE: Final = 100
_MAX_DESCRIPTION: Final = 1000


class Presets:
    """The presets of a project."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def listed(self, who: Principal) -> list[Preset]:
        """Every preset by name: the shipped ones, and the last version of each saved one."""
        async with self._database.tenant(who.project_id) as connection:
            own = await presets.listed(connection, who.project_id)
        return sorted([*builtin().values(), *own], key=lambda preset: preset.name)

    async def save(
        self,
        who: Principal,
        *,
        name: str,
        title: str | None,
        description: str | None,
        recipe: dict[str, Any],
    ) -> Preset:
        """Make the next version of a name.

        Raises InvalidInput, InvalidRecipe, PresetBuiltin, or TooMany beyond 500 names.
        """
        _check(name, title, description)
        checked = recipes.parse(recipe)
        async with self._database.tenant(who.project_id) as connection:
            known = {preset.name for preset in await presets.listed(connection, who.project_id)}
            if name not in known and len(known) >= _MAX_PRESETS:
                raise TooMany(f"a project keeps {_MAX_PRESETS} presets at most", field="input.name")
            saved = await presets.save(
                connection,
                who.project_id,
                name=name,
                title=title or name,
                description=description or "",
                recipe=checked,
            )
            payload = {"name": name, "version": saved.version}
            await events.append(connection, who.project_id, "PRESET_SAVED", who.project_id, payload)
        return saved

    async def delete(self, who: Principal, name: str) -> None:
        """Take a name away. Jobs keep their recipes. Raises NotFound, or PresetBuiltin."""
        _check_own(name)
        async with self._database.tenant(who.project_id) as connection:
            if not await presets.delete(connection, who.project_id, name):
                raise NotFound("this project has no such preset", field="input.name")
            await events.append(
                connection, who.project_id, "PRESET_DELETED", who.project_id, {"name": name}
            )


def _check(name: str, title: str | None, description: str | None) -> None:
    _check_own(name)
    if _NAME.fullmatch(name) is None:
        raise InvalidInput(
            "a name has 1 to 63 of a-z, 0-9 and -, and begins with a letter", field="input.name"
        )
    if title is not None and not 1 <= len(title) <= _MAX_TITLE:
        raise InvalidInput(f"a title has 1 to {_MAX_TITLE} characters", field="input.title")
    if description is not None and len(description) > _MAX_DESCRIPTION:
        raise InvalidInput(
            f"a description has {_MAX_DESCRIPTION:,} characters at most", field="input.description"
        )


def _check_own(name: str) -> None:
    if name in builtin():
        raise PresetBuiltin(f"{name} ships with Reelmill; use another name", field="input.name")
