"""Which files are meant by what was typed: files, folders, patterns."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reelmill.errors import FileError

# The types that a scan of the store registers too.
_VIDEO: Final = frozenset({".mp4", ".mkv", ".avi", ".mov", ".webm", ".flv", ".wmv", ".m4v"})
_SOUND: Final = frozenset({".mp3", ".wav", ".flac", ".aac", ".ogg", ".m4a"})
MEDIA: Final = _VIDEO | _SOUND
_MAGIC: Final = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Found:
    """A file to send, or why there is none behind a word."""

    path: str
    error: FileError | None = None


def expand(words: Sequence[str], *, everything: bool = False) -> list[Found]:
    """The files, in the order of the words, each once.

    A file that is named is taken as it is. Of folders and patterns media are taken, or with
    `everything` all files; never what begins with a dot, and no link to a folder is followed.
    """
    found: list[Found] = []
    seen: set[str] = set()
    for word in words:
        for each in _of(word, everything=everything):
            if os.path.realpath(each.path) not in seen or each.error:
                seen.add(os.path.realpath(each.path))
                found.append(each)
    return found


def _of(word: str, *, everything: bool) -> Iterator[Found]:
    if os.path.isdir(word):  # noqa: PTH112 - a Path would turn ./- into -
        yield from _some(word, _walk(word), everything=everything)
    elif not os.path.lexists(word) and _MAGIC & set(word):
        matches = sorted(glob.glob(word, recursive=True))  # noqa: PTH207 - keeps ./ and bytes
        yield from _some(word, _flat(matches), everything=everything)
    else:
        yield Found(word)


def _flat(matches: Sequence[str]) -> Iterator[str]:
    for match in matches:
        if os.path.isdir(match):  # noqa: PTH112
            yield from _walk(match)
        else:
            yield match


def _some(word: str, paths: Iterator[str], *, everything: bool) -> Iterator[Found]:
    empty = True
    for path in paths:
        if everything or Path(path).suffix.lower() in MEDIA:
            empty = False
            yield Found(path)
    if empty:
        what = "file" if everything else "media file"
        hint = None if everything else "With --all other files are sent too."
        yield Found(word, FileError(f"there is no {what} in {word}", code="NO_MEDIA", hint=hint))


def _walk(folder: str) -> Iterator[str]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = os.path.join(root, name)  # noqa: PTH118 - keeps ./ and bytes that are no text
            if not name.startswith(".") and os.path.isfile(path):  # noqa: PTH113
                yield path
