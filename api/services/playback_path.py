"""Which paths below a play link may name an object. Pure."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from api.errors import NotFound

_MAX_BYTES = 1024  # a whole key in S3
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")


def check(path: str) -> str:
    """Return a path that was decoded once, or raise NotFound.

    Stores and proxies fold `.` and `..` and some decode a second time, so a path is also refused
    when that would make one of it; a plain percent sign in a title stays allowed.
    """
    if not _is_plain(path) or not _is_plain(unquote(path)):
        raise NotFound("there is no such file behind this link")
    return path


def _is_plain(path: str) -> bool:
    if _FORBIDDEN.search(path) or not 0 < len(path.encode()) <= _MAX_BYTES:
        return False
    return all(segment not in {"", ".", ".."} for segment in path.split("/"))


def encode(path: str) -> str:
    """The path as it stands in a URL."""
    return quote(path, safe="/")
