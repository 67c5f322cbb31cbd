"""Pure: rows as aligned lines of text."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from enum import Enum
from typing import Final

from rich.cells import cell_len, set_cell_size

from reelmill.cli.format import safe

_GAP: Final = "  "
_LEAST: Final = 10  # cells; a last column that is cut further says nothing


class Last(Enum):
    """What becomes of a last column that is wider than the room for it."""

    WHOLE = "whole"
    CUT = "cut"
    WRAPPED = "wrapped"


def lines(
    headings: Sequence[str], rows: Sequence[Sequence[str]], *, width: int | None, last: Last
) -> list[str]:
    """The heading, then the rows. Without a width nothing is cut or wrapped.

    Widths are in cells of a terminal: a Chinese character takes two.
    """
    table = [list(headings), *([safe(cell) for cell in row] for row in rows)]
    widths = [max(cell_len(cell) for cell in column) for column in zip(*table, strict=True)][:-1]
    indent = sum(widths) + len(_GAP) * len(widths)
    room = None if width is None else max(width - indent, _LEAST)
    found: list[str] = []
    for row in table:
        first, *more = _pieces(row[-1], room, last)
        cells = (set_cell_size(cell, size) for cell, size in zip(row, widths, strict=False))
        found.append(_GAP.join([*cells, first]).rstrip())
        found += [" " * indent + piece for piece in more]
    return found


def _pieces(text: str, room: int | None, last: Last) -> list[str]:
    if room is None or last is Last.WHOLE or cell_len(text) <= room:
        return [text]
    if last is Last.CUT:
        return [set_cell_size(text, room - 1).rstrip() + "…"]
    return textwrap.wrap(text, room) or [""]
