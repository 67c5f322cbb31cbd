"""Finds the font that has the letters of a text, among those that are installed."""

from __future__ import annotations

import shutil
import struct
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, KeysView
from dataclasses import dataclass
from pathlib import Path

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
    """One face, and the codes of what it has letters for."""

    path: Path
    family: str
    style: str
    codes: KeysView[int]

    def has(self, character: str) -> bool:
        """Whether there is a letter for it."""
        return ord(character) in self.codes


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
                if (font := read(path)) is not None:
                    yield font


def read(path: Path) -> Font | None:
    """The face of a file, of a collection the first one; None for what is no font, or has neither
    names nor letters."""
    # Only where text is drawn: it is a tenth of a second of every other start.
    from fontTools.ttLib import TTFont, TTLibError  # noqa: PLC0415

    try:
        with TTFont(path, fontNumber=0, lazy=True) as font:
            names = font["name"]
            family, style = names.getDebugName(1), names.getDebugName(2)
            letters = font.getBestCmap()
    # What a broken table raises is anything: it is read as it comes.
    except (
        TTLibError,
        OSError,
        AssertionError,
        AttributeError,
        LookupError,
        ValueError,
        struct.error,
    ):
        return None
    if not (family and style and letters):
        return None
    return Font(path, family, style, letters.keys())
