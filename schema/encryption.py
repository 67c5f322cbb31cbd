"""Encrypted ladders: how they are encrypted, and what players and runners call the key."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from schema.base import Tolerant

# Below the ladder's folder, beside its manifests. No such object is ever stored: the API serves it.
KEY_FILE: Final = "key"

Hex16 = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]


class Encryption(StrEnum):
    """CLEAR_KEY: samples by the `cbcs` scheme of ISO/IEC 23001-7; a player asks for the key where
    the stream itself comes from."""

    CLEAR_KEY = "CLEAR_KEY"


class ContentKey(Tolerant):
    """What a ladder is encrypted with: 16 bytes each, in hexadecimal.

    The id is no secret: it stands in every init segment.
    """

    id: Hex16
    key: Hex16 = Field(repr=False)


def licence_place(address: str) -> str:
    """The element of a manifest that tells a player where it gets the key, with an address."""
    return f'<dashif:Laurl xmlns:dashif="https://dashif.org/CPS">{address}</dashif:Laurl>'
