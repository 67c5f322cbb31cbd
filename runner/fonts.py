"""Finds the font that has the letters of a text, among those that are installed.

Reads of OpenType what is needed: the names and the map of letters ("OpenType specification",
tables `name` and `cmap`).
"""

from __future__ import annotations

import shutil
import struct
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from runner.errors import Code, RunnerError

SUFFIXES = frozenset({".ttf", ".otf", ".ttc"})
MOST_FILES = 2000
# So many of the letters may be missing: a name in another script. They are left out.
MOST_MISSING = 0.1
# Of several that have all letters; then by name, those without serifs first.
PREFERRED = ("DejaVu Sans", "Noto Sans", "Liberation Sans")
_PLAIN = frozenset({"regular", "book", "roman", "normal", "medium"})


@dataclass(frozen=True)
class Font:
    """One face. `ranges` are what it has letters for, first and last, in their order."""

    path: Path
    family: str
    style: str
    ranges: tuple[tuple[int, int], ...]

    def has(self, character: str) -> bool:
        """Whether there is a letter for it."""
        code = ord(character)
        at = bisect_right(self.ranges, (code, 0x110000)) - 1
        return at >= 0 and code <= self.ranges[at][1]


@dataclass(frozen=True)
class Chosen:
    """A font, and what of a text it has nothing for."""

    family: str
    lacks: frozenset[str]


def provide(places: Iterable[str], folder: Path, text: str) -> Chosen:
    """Put the faces of the best font into a folder. Raises RunnerError."""
    faces = list(_installed(places))
    plain = [face for face in faces if face.style.lower() in _PLAIN]
    if not plain:
        raise RunnerError(Code.FONT_MISSING, f"no font is installed below {', '.join(places)}")
    # Marks that are never seen have no letter in any font.
    shown = Counter(c for c in text if unicodedata.category(c)[0] not in "CZ")
    best = min(plain, key=lambda face: (_missing(face, shown), *_rank(face)))
    lacks = frozenset(c for c in shown if not best.has(c))
    letters = {c: n for c, n in shown.items() if unicodedata.category(c)[0] in "LN"}
    missing = _missing(best, letters)
    if missing > MOST_MISSING * sum(letters.values()):
        such = " ".join(sorted(lacks & letters.keys())[:10])
        message = f"no font here has the letters of the subtitles: {best.family} lacks {such}"
        raise RunnerError(Code.FONT_INCOMPLETE, message)
    folder.mkdir(exist_ok=True)
    for number, face in enumerate(face for face in faces if face.family == best.family):
        shutil.copyfile(face.path, folder / f"{number}{face.path.suffix}")
    return Chosen(best.family, lacks)


def _missing(face: Font, letters: Iterable[str]) -> int:
    counted = letters if isinstance(letters, dict) else Counter(letters)
    return sum(number for letter, number in counted.items() if not face.has(letter))


def _rank(face: Font) -> tuple[int, bool, bool, str]:
    place = PREFERRED.index(face.family) if face.family in PREFERRED else len(PREFERRED)
    return place, "Sans" not in face.family, "Mono" in face.family, face.family


def _installed(places: Iterable[str]) -> Iterator[Font]:
    seen = 0
    for place in places:
        for path in sorted(Path(place).rglob("*")):
            if path.suffix.lower() in SUFFIXES and path.is_file() and seen < MOST_FILES:
                seen += 1
                try:
                    yield read(path)
                except (OSError, ValueError, LookupError, struct.error):
                    continue  # what is no font, or one without names


def read(path: Path) -> Font:
    """Raises ValueError, LookupError or struct.error for what is none."""
    with path.open("rb") as file:
        tables = _tables(file)
        names = _names(_table(file, tables["name"]))
        ranges = _ranges(_table(file, tables["cmap"]))
    return Font(path, names[1], names[2], tuple(sorted(ranges)))


def _tables(file: BinaryIO) -> dict[str, tuple[int, int]]:
    head = file.read(16)
    if head[:4] == b"ttcf":
        # Of a collection the first one.
        (at,) = struct.unpack_from(">I", head, 12)
        file.seek(at)
        head = file.read(12)
    else:
        file.seek(12)
    if head[:4] not in {b"\0\1\0\0", b"OTTO", b"true"}:
        raise ValueError("it is no font")
    (count,) = struct.unpack_from(">H", head, 4)
    records = struct.iter_unpack(">4sIII", file.read(16 * count))
    return {tag.decode("latin-1"): (at, size) for tag, _, at, size in records}


def _table(file: BinaryIO, place: tuple[int, int]) -> bytes:
    file.seek(place[0])
    return file.read(place[1])


def _names(table: bytes) -> dict[int, str]:
    """Names by their number, in English: 1 is the family, 2 the style."""
    _, count, strings = struct.unpack_from(">HHH", table)
    found: dict[int, str] = {}
    for record in range(count):
        platform, _, language, name, size, at = struct.unpack_from(">6H", table, 6 + 12 * record)
        if platform == 3 and (language == 0x409 or name not in found):
            found[name] = table[strings + at : strings + at + size].decode("utf-16-be")
    return found


def _ranges(table: bytes) -> list[tuple[int, int]]:
    """First and last code of each run of letters, out of the largest map."""
    (count,) = struct.unpack_from(">H", table, 2)
    maps = {}
    for record in range(count):
        platform, _, at = struct.unpack_from(">HHI", table, 4 + 8 * record)
        if platform in {0, 3}:
            maps[struct.unpack_from(">H", table, at)[0]] = at
    if 12 in maps:
        at = maps[12]
        (groups,) = struct.unpack_from(">I", table, at + 12)
        body = table[at + 16 : at + 16 + 12 * groups]
        return [(first, last) for first, last, _ in struct.iter_unpack(">III", body)]
    at = maps[4]
    (twice,) = struct.unpack_from(">H", table, at + 6)
    ends = struct.unpack_from(f">{twice // 2}H", table, at + 14)
    starts = struct.unpack_from(f">{twice // 2}H", table, at + 16 + twice)
    # The last run is a mark of the end.
    return [(first, last) for first, last in zip(starts, ends, strict=True) if last < 0xFFFF]
