"""Films that become one with the source."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from schema.base import Message
from schema.inputs import MOST, AssetRef


class Join(Message):
    """Films that stand before and behind the source, in that order; all outputs are of the whole.

    They are brought to the source's shape and size, with bars where theirs is another. Of each the
    sound is taken that a player would play.
    """

    before: tuple[AssetRef, ...] = Field(default=(), max_length=MOST)
    after: tuple[AssetRef, ...] = Field(default=(), max_length=MOST)

    @property
    def films(self) -> tuple[AssetRef, ...]:
        """All of them."""
        return (*self.before, *self.after)

    @model_validator(mode="after")
    def _names_a_film(self) -> Self:
        if not self.films:
            raise ValueError("a join names at least one film before or behind the source")
        return self
