"""What a store says of objects. Sizes in bytes; etags stand without quotes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


class ObjectInfo(NamedTuple):
    """One object as a listing or HEAD shows it. The etag stands without quotes.

    A tuple: listings have millions, and a frozen dataclass takes three times as long to make.
    """

    key: str
    size: int
    etag: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart upload that the store holds. `sha256`: in base64, if it keeps it."""

    number: int
    etag: str
    size: int
    modified: datetime | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A link, and the headers that must go with it: names in lower case."""

    url: str
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Credentials:
    """Keys for the store. `token` and `expires_at` are None for the store's own, lasting keys."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    token: str | None = field(repr=False)
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class SessionCredentials:
    """Keys that live for a while, for somebody outside."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)
    expires_at: datetime
