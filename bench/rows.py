"""What a bench says: one row a promise, and the table of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One promise. `ratio` is None where the promise is about `ours` alone.

    `ok` is None where the peer could not be measured; that is shown, and is no success.
    """

    name: str
    ours: str
    peer: str
    ratio: float | None
    wanted: str
    ok: bool | None

    @property
    def cells(self) -> tuple[str, ...]:
        """As texts."""
        ratio = "" if self.ratio is None else f"{self.ratio:.3g}"
        verdict = {True: "ok", False: "MISSED", None: "not measured"}[self.ok]
        return (self.name, self.ours, self.peer, ratio, self.wanted, verdict)


HEADS = ("name", "ours", "peer", "ratio", "wanted", "ok")


def at_least(name: str, ours: str, peer: str, ratio: float, wanted: float) -> Row:
    """A promise that holds when the ratio is large enough."""
    return Row(name, ours, peer, ratio, f">= {wanted:g}", ratio >= wanted)


def at_most(name: str, ours: str, peer: str, ratio: float, wanted: float) -> Row:
    """A promise that holds when the ratio is small enough."""
    return Row(name, ours, peer, ratio, f"<= {wanted:g}", ratio <= wanted)


def table(rows: Sequence[Row]) -> str:
    """All rows under one head, in columns."""
    lines = [HEADS, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
