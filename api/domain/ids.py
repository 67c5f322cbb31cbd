"""Ids: time-ordered UUIDs inside, opaque typed strings outside."""

from __future__ import annotations

import re
import secrets
import time
import uuid
from enum import StrEnum

from api.errors import InvalidCursor, InvalidId

_HEX = re.compile(r"[0-9a-f]{32}")
_RANDOM = (1 << 80) - 1 & ~(0xF << 76) & ~(0x3 << 62)
_VERSION_7 = 0x7 << 76 | 0x2 << 62


class Kind(StrEnum):
    """The kinds of node. The value is the prefix of the public id."""

    PROJECT = "project"
    ASSET = "asset"
    UPLOAD = "upload"
    JOB = "job"
    OUTPUT = "output"
    SCAN = "scan"
    SHARE = "share"


def new() -> uuid.UUID:
    """A version 7 UUID (RFC 9562): ordered by the millisecond of its birth."""
    return batch(1)[0]


def before(value: uuid.UUID) -> uuid.UUID:
    """One like those that were made in the millisecond before another's."""
    now = ((value.int >> 80) - 1) << 80
    return uuid.UUID(int=now | int.from_bytes(secrets.token_bytes(10)) & _RANDOM | _VERSION_7)


def batch(count: int) -> list[uuid.UUID]:
    """Many of them, made in one millisecond and in rising order: an index takes those faster."""
    now = (time.time_ns() // 1_000_000) << 80
    noise = secrets.token_bytes(10 * count)
    values = sorted(
        now | int.from_bytes(noise[at : at + 10]) & _RANDOM | _VERSION_7
        for at in range(0, len(noise), 10)
    )
    return [uuid.UUID(int=value) for value in values]


def encode(kind: Kind, value: uuid.UUID) -> str:
    """The public id, such as `job_0198...`."""
    return f"{kind}_{value.hex}"


def decode(text: str) -> tuple[Kind, uuid.UUID]:
    """Take a public id apart. Raises InvalidId."""
    kind, _, digits = text.partition("_")
    value = _from_hex(digits)
    if value is None or kind not in set(Kind):
        raise InvalidId(f"{text[:80]!r} is no id of this service")
    return Kind(kind), value


def _some(kind: Kind) -> str:
    return f"{'an' if kind[0] in 'aou' else 'a'} {kind}"


def expect(kind: Kind, text: str, *, field: str | None = None) -> uuid.UUID:
    """Take a public id of one kind apart. Raises InvalidId."""
    found, value = decode(text)
    if found is not kind:
        raise InvalidId(f"this is the id of {_some(found)}; {_some(kind)} is wanted", field=field)
    return value


def decode_cursor(text: str | None) -> uuid.UUID | None:
    """A page's cursor is the UUID of its last row, in hex. Raises InvalidCursor."""
    if text is None:
        return None
    value = _from_hex(text)
    if value is None:
        raise InvalidCursor("the cursor was not made by this service; start without it")
    return value


def _from_hex(digits: str) -> uuid.UUID | None:
    return uuid.UUID(hex=digits) if _HEX.fullmatch(digits) else None
