"""HTTP's Range header (RFC 9110, section 14), one range only. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_SINGLE: Final = re.compile(
    r"bytes=[ \t]*(?P<first>[0-9]{0,19})-(?P<last>[0-9]{0,19})[ \t]*", re.IGNORECASE
)


class UnsatisfiableError(Exception):
    """The range begins behind the end: 416."""


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes `first` to `last` of an object, both included, both inside it."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """How many bytes these are."""
        return self.last - self.first + 1

    @property
    def request(self) -> str:
        """As a Range header."""
        return f"bytes={self.first}-{self.last}"

    def content_range(self, size: int) -> str:
        """As a Content-Range header."""
        return f"bytes {self.first}-{self.last}/{size}"


def parse(header: str | None, size: int) -> ByteRange | None:
    """The range that a client wants of `size` bytes, or None for the whole.

    Several ranges and malformed headers are answered with the whole, which the RFC allows and
    which costs no work per range. Raises UnsatisfiableError.
    """
    match = _SINGLE.fullmatch(header.strip()) if header else None
    if match is None or not (match["first"] or match["last"]):
        return None
    if not match["first"]:
        length = min(int(match["last"]), size)
        if length == 0:
            raise UnsatisfiableError
        return ByteRange(size - length, size - 1)
    first = int(match["first"])
    last = int(match["last"]) if match["last"] else size - 1
    if match["last"] and last < first:
        return None
    if first >= size:
        raise UnsatisfiableError
    return ByteRange(first, min(last, size - 1))


def wanted(header: str | None, if_range: str | None, etag: str, size: int) -> ByteRange | None:
    """As `parse`, unless `If-Range` names another version of the object: then the whole."""
    if if_range is not None and if_range.strip() != etag:
        return None
    return parse(header, size)


def same(if_none_match: str | None, etag: str) -> bool:
    """Whether the client holds this version: `If-None-Match`, compared weakly."""
    if if_none_match is None:
        return False
    held = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return "*" in held or etag in held
