"""What a key may do."""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    """Rights of an API key. None includes another: a key that only WRITEs cannot list anything."""

    READ = "READ"
    WRITE = "WRITE"
    ADMIN = "ADMIN"
