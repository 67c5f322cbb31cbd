"""The same request twice makes one thing."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson

from api.adapters.postgres import idempotency
from api.errors import IdempotencyMismatch, InvalidInput

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from api.adapters.postgres.pool import Connection

_MAX_KEY = 200
# Came when keys were kept already: unsaid they do not count, or a request that was sent before an
# upgrade and again behind it would be another one.
_LATER = ("first_look",)


def said(wanted: DataclassInstance) -> dict[str, Any]:
    """What an input says, without its key."""
    value = asdict(wanted)
    del value["idempotency_key"]
    return {name: one for name, one in value.items() if one or name not in _LATER}


def fingerprint(value: dict[str, Any]) -> bytes:
    """A hash of an input, the same for the same values."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).digest()


async def earlier(
    connection: Connection,
    project_id: UUID,
    *,
    mutation: str,
    key: str | None,
    value: dict[str, Any],
) -> UUID | None:
    """The entity of the same request, to be asked for before anything that may have changed since,
    as the source of a job may be gone when its answer was lost.

    Raises IdempotencyMismatch when the key was used with another input.
    """
    if key is None:
        return None
    _check(key)
    seen = await idempotency.seen(connection, project_id, mutation, key)
    return _same(seen, fingerprint(value))


async def reserve(
    connection: Connection,
    project_id: UUID,
    *,
    mutation: str,
    key: str | None,
    value: dict[str, Any],
    entity_id: UUID,
) -> UUID | None:
    """Remember a request before its side effects; the earlier entity if it was seen before.

    Raises IdempotencyMismatch when the key was used with another input.
    """
    if key is None:
        return None
    _check(key)
    hashed = fingerprint(value)
    seen = await idempotency.reserve(
        connection,
        project_id,
        mutation=mutation,
        key=key,
        input_hash=hashed,
        entity_id=entity_id,
    )
    return _same(seen, hashed)


def _check(key: str) -> None:
    if not 1 <= len(key) <= _MAX_KEY:
        raise InvalidInput(
            f"an idempotency key has 1 to {_MAX_KEY} characters", field="input.idempotencyKey"
        )


def _same(seen: tuple[UUID, bytes] | None, hashed: bytes) -> UUID | None:
    if seen is None:
        return None
    entity, before = seen
    if before != hashed:
        raise IdempotencyMismatch(
            "this idempotency key was used with another input", field="input.idempotencyKey"
        )
    return entity
