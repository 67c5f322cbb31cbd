"""Cursors that say more than an id: a list of plain values, as one word."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

import orjson

_MAX_CURSOR: Final = 8_000  # a title is the name of a key at most


def pack(parts: list[Any]) -> str:
    """As a word that is safe everywhere."""
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def unpack(text: str) -> Any:
    """What was packed; None for a word that was not."""
    if len(text) > _MAX_CURSOR:
        return None
    try:
        return orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))
    except (binascii.Error, ValueError):
        return None
