"""The presets that ship with Reelmill: named, versioned recipes in YAML files beside this one."""

from __future__ import annotations

from functools import cache
from importlib import resources

import yaml
from pydantic import Field

from schema.base import Message
from schema.recipe import Recipe


class Preset(Message):
    """A recipe with a name. `version` rises whenever the recipe changes."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,62}$")
    version: int = Field(ge=1)
    title: str
    description: str
    recipe: Recipe


@cache
def builtin() -> dict[str, Preset]:
    """Read every shipped preset. Order: by name."""
    files = (f for f in resources.files(__name__).iterdir() if f.name.endswith(".yaml"))
    read = (Preset.model_validate(yaml.safe_load(f.read_text("utf-8"))) for f in files)
    return {preset.name: preset for preset in sorted(read, key=lambda preset: preset.name)}
