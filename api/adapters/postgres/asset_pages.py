"""Pages of assets in every order, each read along an index."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from api.adapters.postgres import sql
from api.adapters.postgres.pool import Connection
from api.adapters.postgres.rows import build
from api.domain.filters import AssetQuery
from api.domain.models import Asset
from api.domain.orders import AssetOrder, Place

_SQL: Final = sql.load("asset_pages")
_BEHIND: Final = "/* behind a row */"
_SORTED_BY: Final = "/* sorted by */ id desc"
# By column of an order: what is sorted by, and a parameter as that column has it.
_VALUES: Final = {
    "title": ("title_key", "lower($17::text)"),
    "duration": ("duration", "$17::float8"),
    "size": ("size", "$17::bigint"),
}


async def page(
    connection: Connection,
    project_id: UUID,
    *,
    order: AssetOrder,
    after: Place | None,
    wanted: AssetQuery,
    limit: int,
) -> list[Asset]:
    """The assets behind a place. Whose duration is not known stands behind all others."""
    arguments = (project_id, *_filters(wanted))
    found: list[Asset] = []
    for known, start in _stretches(order, after):
        if len(found) == limit:
            break
        place: tuple[Any, ...] = ()
        if start is not None:
            place = (start.id,) if start.value is None else (start.value, start.id)
        statement = _statement(order, known=known, behind=len(place))
        rows = await connection.fetch(statement, *arguments, limit - len(found), *place)
        found += [build(Asset, row) for row in rows]
    return found


def _stretches(order: AssetOrder, after: Place | None) -> list[tuple[bool, Place | None]]:
    """What a list consists of: rows with a value first, then those without."""
    if order.column != "duration":
        return [(True, after)]
    if after is not None and after.value is None:
        return [(False, after)]
    return [(True, after), (False, None)]


def _statement(order: AssetOrder, *, known: bool, behind: int) -> str:
    """`behind`: how many parameters say where the page begins."""
    column, value = _VALUES.get(order.column, (None, None)) if known else (None, None)
    way, sign = ("asc", ">") if order.rises else ("desc", "<")
    below = ""
    if order.column == "duration":
        below = f"and duration is {'not null' if known else 'null'}"
    if behind:
        mine, theirs = ("id", "$17") if column is None else (f"({column}, id)", f"({value}, $18)")
        below += f" and {mine} {sign} {theirs}"
    sorted_by = f"id {way}" if column is None else f"{column} {way}, id {way}"
    return _SQL["page"].replace(_BEHIND, below).replace(_SORTED_BY, sorted_by)


def _filters(wanted: AssetQuery) -> tuple[Any, ...]:
    """In the order of the parameters of `page`."""
    return (
        wanted.key,
        wanted.prefix,
        wanted.status,
        wanted.sha256,
        wanted.md5,
        wanted.kind,
        wanted.tag,
        wanted.words,
        wanted.video_codec,
        wanted.audio_codec,
        wanted.duration_from,
        wanted.duration_to,
        wanted.size_from,
        wanted.size_to,
    )
