"""Pure: how a file is divided into parts. Offsets and sizes in bytes, numbers from 1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice


@dataclass(frozen=True, slots=True)
class Part:
    """One range of a file."""

    number: int
    offset: int
    size: int


def count(size: int, part_size: int) -> int:
    """How many parts there are."""
    return -(-size // part_size)


def part(number: int, size: int, part_size: int) -> Part:
    """Part `number` of a file: all are equal except the last."""
    offset = (number - 1) * part_size
    return Part(number, offset, min(part_size, size - offset))


def batch(wanted: int, last: int, done: Iterable[int], limit: int) -> list[int]:
    """The numbers to sign at once when `wanted` is needed: it and those after it that are open."""
    finished = set(done)
    following = (n for n in range(wanted + 1, last + 1) if n not in finished)
    return [wanted, *islice(following, limit - 1)]
