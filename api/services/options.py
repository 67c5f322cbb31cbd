"""Media options: what jobs by preset inherit from their asset and their project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from api.adapters.postgres import events, projects
from api.domain.states import AssetKind
from api.errors import InvalidInput, InvalidRecipe
from schema.options import MediaOptions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any
    from uuid import UUID

    from api.adapters.postgres.pool import Database
    from api.domain.models import Principal
    from api.services.finder import Finder
    from schema.recipe import Recipe


class Options:
    """Checks options, and keeps those of projects."""

    def __init__(self, database: Database, finder: Finder) -> None:
        self._database = database
        self._finder = finder

    async def checked(
        self, who: Principal, wanted: dict[str, Any], *, field: str = "input.options"
    ) -> MediaOptions:
        """Options as they may be kept. Raises InvalidInput, and what the finder raises where the
        project has no such image."""
        options = parse(wanted, field=field)
        if options.watermark is not None:
            place = f"{field}.watermark.image"
            image = await self._finder.named(who, options.watermark.image, field=place)
            if image.kind is not AssetKind.IMAGE:
                raise InvalidInput(f"{image.key!r} is no image: PNG, JPEG or WebP", field=place)
        return options

    async def of_project(self, who: Principal) -> MediaOptions:
        """The defaults of the caller's project."""
        async with self._database.tenant(who.project_id) as connection:
            return await projects.options(connection, who.project_id)

    async def of_projects(self, who: Principal, project_ids: Sequence[UUID]) -> list[MediaOptions]:
        """The defaults of each: all of them are the caller's own project."""
        return [await self.of_project(who)] * len(project_ids)

    async def set_of_project(self, who: Principal, wanted: dict[str, Any]) -> None:
        """Put these in place of the earlier defaults. Raises as `checked` does."""
        options = await self.checked(who, wanted, field="input.defaults")
        async with self._database.tenant(who.project_id) as connection:
            await projects.set_options(connection, who.project_id, options)
            await events.append(
                connection, who.project_id, "PROJECT_UPDATED", who.project_id, options.stored()
            )


def parse(wanted: dict[str, Any], *, field: str = "input.options") -> MediaOptions:
    """Raises InvalidInput that names the first field at fault."""
    try:
        return MediaOptions.model_validate(wanted)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        message = first["msg"].removeprefix("Value error, ")
        names = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(f"{names or 'options'}: {message}", field=field) from None


def fitted(recipe: Recipe, *layers: MediaOptions) -> Recipe:
    """The recipe of a preset under these options, the first of which has the first word.

    Raises InvalidRecipe where they contradict it.
    """
    options = MediaOptions()
    for layer in layers:
        options = options.over(layer)
    try:
        return options.applied(recipe)
    except ValidationError as error:
        message = error.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")
        raise InvalidRecipe(
            f"the preset with the options of job, asset and project: {message}",
            field="input.preset",
        ) from None
