"""The further assets that a recipe names: one way for whatever needs them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, Self

from pydantic import (
    BaseModel,
    Field,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from schema.base import Message

# Their keys stand in the policy of a runner's session, which may not be long.
MOST: Final = 10
_CONTENTS: Final = "contents"


class AssetRef(Message):
    """An asset of the same project, by its id or by its key in the in bucket."""

    asset_id: str | None = Field(default=None, pattern=r"^asset_[0-9a-f]{32}$")
    key: str | None = Field(default=None, min_length=1, max_length=1024)

    @model_validator(mode="after")
    def _is_named_once(self) -> Self:
        if (self.asset_id is None) == (self.key is None):
            raise ValueError("name an asset either by its id or by its key")
        return self

    @model_serializer(mode="wrap")
    def _dumped(self, plain: SerializerFunctionWrapHandler, info: SerializationInfo) -> Any:
        """In its own words; or, for a cache key, as what is in it."""
        contents = (info.context or {}).get(_CONTENTS)
        return plain(self) if contents is None else contents[self]


def named(recipe: BaseModel) -> tuple[AssetRef, ...]:
    """Every asset that a recipe names beside its source, each once, in the order of its fields."""
    return tuple(dict.fromkeys(_within(recipe)))


def _within(value: object) -> Iterator[AssetRef]:
    if isinstance(value, AssetRef):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _within(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from _within(item)


def by_content(recipe: BaseModel, contents: Sequence[str]) -> dict[str, Any] | None:
    """For `model_dump`: what stands for each named asset in place of its name. Without contents
    the names themselves."""
    if not contents:
        return None
    return {_CONTENTS: dict(zip(named(recipe), contents, strict=True))}
