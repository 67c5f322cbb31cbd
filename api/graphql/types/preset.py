"""Presets: recipes that have a name."""

from __future__ import annotations

import strawberry
from strawberry.scalars import JSON

from schema import presets


@strawberry.type(description="A named, versioned recipe")
class Preset:
    """One preset."""

    name: str
    version: int = strawberry.field(description="Rises whenever the preset is saved again")
    title: str
    description: str
    recipe: JSON
    builtin: bool = strawberry.field(description="It ships with Reelmill and does not change")

    @classmethod
    def of(cls, model: presets.Preset) -> Preset:
        """From a shipped file, or from what a project has saved."""
        return cls(
            name=model.name,
            version=model.version,
            title=model.title,
            description=model.description,
            recipe=JSON(model.recipe.model_dump(mode="json")),
            builtin=model.name in presets.builtin(),
        )
