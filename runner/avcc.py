"""H.264 in MP4: the parameter sets in front of a film, of which a joined one needs those of all.

ISO/IEC 14496-15, 5.3.3: the `avcC` box. Slices name their sets by number, so sets of several
encoders may stand side by side as long as their numbers differ.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from runner.ranges import boxes

# From the film's index to its decoder configuration, and how many bytes stand in each box before
# the boxes inside it.
PATH = (
    *((b"moov", 0), (b"trak", 0), (b"mdia", 0), (b"minf", 0), (b"stbl", 0)),
    *((b"stsd", 8), (b"avc1", 78), (b"avcC", 0)),
)
# Profiles, as x264 calls them.
PROFILES = {66: "baseline", 77: "main", 100: "high"}
IDR, SLICE = 5, 1
MOST_SETS = 32


@dataclass(frozen=True)
class Sets:
    """What a decoder must know. `head` is the box up to the level, `tail` what follows the sets."""

    head: bytes
    sequences: tuple[bytes, ...]
    pictures: tuple[bytes, ...]
    tail: bytes

    @property
    def profile(self) -> str:
        """In the words of x264. Raises ValueError for one that is not in use."""
        if self.head[1] not in PROFILES:
            raise ValueError(f"profile {self.head[1]} cannot be joined")
        return PROFILES[self.head[1]]

    def numbers(self) -> set[int]:
        """Numbers that sets of a further encoder must not have."""
        sequences = {_unsigned(unit[4:]) for unit in self.sequences}
        return sequences | {_unsigned(unit[1:]) for unit in self.pictures}

    def pack(self) -> bytes:
        """The content of the box."""
        parts = [self.head, bytes([0xFF, 0xE0 | len(self.sequences)])]
        parts += [struct.pack(">H", len(unit)) + unit for unit in self.sequences]
        parts.append(bytes([len(self.pictures)]))
        parts += [struct.pack(">H", len(unit)) + unit for unit in self.pictures]
        return b"".join([*parts, self.tail])


def merged(main: Sets, others: Sequence[Sets]) -> Sets:
    """One configuration for all. Raises ValueError where their numbers meet."""
    every = (main, *others)
    numbers = [number for sets in every for number in sorted(sets.numbers())]
    if len(set(numbers)) != len(numbers) or len(numbers) > MOST_SETS:
        raise ValueError("the numbers of parameter sets meet")
    constraints, level = main.head[2], 0
    for sets in every:
        # What is promised must be kept by all.
        constraints, level = constraints & sets.head[2], max(level, sets.head[3])
    return replace(
        main,
        head=main.head[:2] + bytes([constraints, level]),
        sequences=tuple(unit for sets in every for unit in sets.sequences),
        pictures=tuple(unit for sets in every for unit in sets.pictures),
    )


def read(path: Path) -> Sets:
    """Of a file of ours that has one film and its index at the end. Raises ValueError."""
    data = _index(path)[1]
    for kind, skipped in PATH:
        data = next(body for found, body in _inside(data) if found == kind)[skipped:]
    if len(data) < 7 or data[0] != 1 or data[4] & 3 != 3:
        raise ValueError("lengths of its units are not those of MP4s of ours")
    sequences, at = _units(data, 6, data[5] & 31)
    pictures, at = _units(data, at + 1, data[at])
    return Sets(bytes(data[:4]), sequences, pictures, bytes(data[at:]))


def write(path: Path, sets: Sets) -> None:
    """Replace the configuration. The index is at the end, so nothing that it points to moves."""
    begin, moov = _index(path)
    with path.open("r+b") as file:
        file.truncate(begin)
        file.seek(begin)
        file.write(_replaced(moov, PATH, sets.pack()))


def begins_anew(path: Path) -> bool:
    """Whether the first picture of such a file is an IDR picture: a decoder forgets all before."""
    media = next(box for box in boxes(path) if box.kind == b"mdat")
    with path.open("rb") as file:
        file.seek(media.begin + 8)
        left = media.end - media.begin - 8
        while left > 4:
            length, kind = struct.unpack(">IB", file.read(5))
            if kind & 31 in {IDR, SLICE}:
                return bool(kind & 31 == IDR)
            file.seek(length - 1, 1)
            left -= 4 + length
    return False


def _index(path: Path) -> tuple[int, bytes]:
    """Where the index begins, and the index."""
    top = boxes(path)
    if not top or top[-1].kind != b"moov":
        raise ValueError("its index is not at its end")
    with path.open("rb") as file:
        file.seek(top[-1].begin)
        return top[-1].begin, file.read()


def _inside(data: bytes) -> list[tuple[bytes, bytes]]:
    """Boxes one after the other: kind and content."""
    found, at = [], 0
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if length < 8 or at + length > len(data):
            raise ValueError("its index is damaged")
        found.append((kind, data[at + 8 : at + length]))
        at += length
    return found


def _replaced(data: bytes, path: Sequence[tuple[bytes, int]], new: bytes) -> bytes:
    (wanted, skipped), *deeper = path
    made = []
    for kind, body in _inside(data):
        inner = body
        if kind == wanted:
            inner = body[:skipped] + _replaced(body[skipped:], deeper, new) if deeper else new
        made.append(struct.pack(">I4s", len(inner) + 8, kind) + inner)
    return b"".join(made)


def _units(data: bytes, at: int, count: int) -> tuple[tuple[bytes, ...], int]:
    found = []
    for _ in range(count):
        (length,) = struct.unpack_from(">H", data, at)
        found.append(bytes(data[at + 2 : at + 2 + length]))
        at += 2 + length
    return tuple(found), at


def _unsigned(data: bytes) -> int:
    """The first number in Exp-Golomb code: as many zeros as it has bits behind its first."""
    bits = "".join(f"{byte:08b}" for byte in data[:9])
    zeros = len(bits) - len(bits.lstrip("0"))
    return int(bits[zeros : 2 * zeros + 1], 2) - 1
