"""Damage to real files: seeded, so that a failure can be had again by its number."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

# Where numbers are kept that a parser trusts: sizes, counts, times, offsets.
_ODD_NUMBERS: Final = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
# Half of all changes fall on so many bytes at either end, where headers and indexes are.
_EDGE: Final = 4096


def mutate(data: bytes, seed: int) -> bytes:
    """The same file with one to a dozen things wrong. The same seed gives the same damage."""
    chance = random.Random(seed)
    damaged = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3, 6, 12))):
        chance.choice(_DAMAGES)(damaged, chance)
    return bytes(damaged)


def _place(data: bytearray, chance: random.Random) -> int:
    near = min(_EDGE, len(data)) or 1
    edge = chance.randrange(near)
    return chance.choice((edge, max(0, len(data) - 1 - edge), chance.randrange(len(data) or 1)))


def _flip(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 4, 64))):
        at = _place(data, chance)
        data[at : at + 1] = bytes([chance.randrange(256)])


def _number(data: bytearray, chance: random.Random) -> None:
    at, width = _place(data, chance), chance.choice((2, 4, 4, 8))
    order = chance.choice(("big", "little"))
    value = chance.choice(_ODD_NUMBERS) % (1 << 8 * width)
    data[at : at + width] = value.to_bytes(width, "big" if order == "big" else "little")


def _cut(data: bytearray, chance: random.Random) -> None:
    at = _place(data, chance)
    del data[at : at + chance.choice((1, 7, 188, 4096))]


def _double(data: bytearray, chance: random.Random) -> None:
    at, length = _place(data, chance), chance.choice((1, 8, 188, 4096))
    data[at:at] = data[at : at + length] * chance.choice((1, 2, 30))


def _noise(data: bytearray, chance: random.Random) -> None:
    at, length = _place(data, chance), chance.choice((4, 16, 512))
    data[at : at + length] = chance.randbytes(length)


def _swap(data: bytearray, chance: random.Random) -> None:
    one, other, length = _place(data, chance), _place(data, chance), chance.choice((4, 8, 512))
    kept = data[one : one + length]
    data[one : one + length] = data[other : other + length]
    data[other : other + length] = kept


def _end(data: bytearray, chance: random.Random) -> None:
    # Never empty: that is refused before it is looked at.
    del data[max(1, _place(data, chance)) :]


_DAMAGES: Final[tuple[Callable[[bytearray, random.Random], None], ...]] = (
    *(_flip, _flip, _number, _number, _number),
    *(_cut, _double, _noise, _swap, _end),
)
