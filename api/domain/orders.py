"""The orders in which assets are listed, and cursors that say where a page of one has ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from api.domain import ids
from api.domain.cursors import pack, unpack
from api.domain.models import Asset
from api.errors import InvalidCursor

_MAX_SIZE: Final = 2**63


class AssetOrder(StrEnum):
    """By age, title, duration or size."""

    CREATED_AT_DESC = "CREATED_AT_DESC"
    CREATED_AT_ASC = "CREATED_AT_ASC"
    TITLE_ASC = "TITLE_ASC"
    TITLE_DESC = "TITLE_DESC"
    DURATION_ASC = "DURATION_ASC"
    DURATION_DESC = "DURATION_DESC"
    SIZE_ASC = "SIZE_ASC"
    SIZE_DESC = "SIZE_DESC"

    @property
    def column(self) -> str:
        """By what: `created_at`, `title`, `duration` or `size`."""
        return self.value.rpartition("_")[0].lower()

    @property
    def rises(self) -> bool:
        """Whether the smallest stands first."""
        return self.value.endswith("_ASC")


@dataclass(frozen=True, slots=True)
class Place:
    """A row by its value in an order; None where it has none, as a duration that is not known."""

    value: str | float | None
    id: UUID


def cursor(order: AssetOrder, asset: Asset) -> str:
    """Where this asset stands. Of the usual order it is the id alone, as in every other list."""
    if order is AssetOrder.CREATED_AT_DESC:
        return asset.id.hex
    return pack([order.value, _value(order, asset), asset.id.hex])


def place(order: AssetOrder, text: str | None) -> Place | None:
    """Take a cursor apart. Raises InvalidCursor, also for one of another order."""
    if text is None:
        return None
    if order is AssetOrder.CREATED_AT_DESC:
        found = ids.decode_cursor(text)
        return None if found is None else Place(None, found)
    match unpack(text):
        case [order.value, value, str(digits)] if _fits(order, value):
            found = ids.decode_cursor(digits)
            return None if found is None else Place(value, found)
        case _:
            message = "the cursor was not made by this service for this order; start without it"
            raise InvalidCursor(message)


def _value(order: AssetOrder, asset: Asset) -> str | float | None:
    match order.column:
        case "title":
            return asset.title
        case "size":
            return asset.size
        case "duration":
            return (asset.probe or {}).get("duration")
        case _:
            return None


def _fits(order: AssetOrder, value: Any) -> bool:
    match order.column:
        case "title":
            return isinstance(value, str) and "\0" not in value
        case "size":
            return type(value) is int and 0 <= value < _MAX_SIZE
        case "duration":
            return value is None or type(value) in {int, float}
        case _:
            return value is None
