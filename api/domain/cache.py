"""What a part of a recipe is found again by. Pure."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from schema import parts
from schema.engine import ENGINE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schema.recipe import Recipe


def keys(recipe: Recipe, contents: Sequence[str | None]) -> dict[str, str]:
    """The cache key of each part of a recipe, over the contents of the source and of all that the
    recipe names, and our engine.

    Parts of which nobody knows beforehand what comes out have none; nothing has where a content is
    not known.
    """
    known = [content for content in contents if content is not None]
    if len(known) < len(contents):
        return {}
    sha256, *further = known
    wanted = parts.parts(recipe, further)
    unknown = parts.unrepeatable(recipe)
    return {name: _key(wanted[name], sha256) for name in wanted if name not in unknown}


def source_key(sha256: str) -> str:
    """What all parts of one source by our engine have in common."""
    return _key(None, sha256)


def _key(value: Any, sha256: str) -> str:
    # The project stands beside it in every row, and row security sees to it.
    text = json.dumps([ENGINE, sha256, value], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
