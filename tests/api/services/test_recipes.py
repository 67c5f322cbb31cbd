"""From what a client sends to a checked recipe."""

from __future__ import annotations

import pytest

from api.errors import InvalidRecipe
from api.services import recipes


def test_the_field_at_fault_is_named_as_the_client_wrote_it() -> None:
    with pytest.raises(InvalidRecipe) as refused:
        recipes.parse({"ladder": {"segment_seconds": 0}})
    assert refused.value.field == "input.recipe.ladder.segmentSeconds"
    assert "ladder.segmentSeconds" in refused.value.message
