"""API keys and projects."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from api.adapters.postgres import sql
from api.adapters.postgres.pool import Connection
from api.domain import ids, tokens
from api.domain.models import ApiKey, Principal
from api.domain.scopes import Scope

_SQL = sql.load("keys")
_BOOTSTRAP_LOCK = 7_235_846_319


async def find(connection: Connection, key: tokens.ApiKey) -> Principal | None:
    """Who this key speaks for, or None when it is unknown, wrong, revoked or expired."""
    row = await connection.fetchrow(_SQL["find"], key.id)
    if row is None or not tokens.matches(key.secret, row["secret_hash"]):
        return None
    return _principal(row)


async def find_by_id(connection: Connection, key_id: str) -> Principal | None:
    """Who a key speaks for whose holder has proved it before, as a session has."""
    row = await connection.fetchrow(_SQL["find"], key_id)
    return None if row is None else _principal(row)


def _principal(row: Record) -> Principal:
    return Principal(
        project_id=row["project_id"],
        project_name=row["project_name"],
        prefix=row["prefix"],
        key_id=row["key_id"],
        key_name=row["key_name"],
        scopes=_scopes(row),
    )


def _scopes(row: Record) -> tuple[Scope, ...]:
    return tuple(Scope(scope) for scope in row["scopes"])


def _listed(row: Record) -> ApiKey:
    return ApiKey(**{**dict(row), "scopes": _scopes(row)})


async def insert(
    connection: Connection,
    project_id: UUID,
    key: tokens.ApiKey,
    *,
    name: str,
    scopes: list[Scope],
    expires_at: datetime | None,
) -> ApiKey:
    """Store a key's hash. The secret itself is nowhere kept."""
    row = await connection.fetchrow(
        _SQL["insert"], key.id, project_id, name, tokens.digest(key.secret), scopes, expires_at
    )
    assert row is not None  # noqa: S101 - `returning` without a condition always has a row
    return _listed(row)


async def listed(connection: Connection, project_id: UUID) -> list[ApiKey]:
    """Every key of a project, newest first, those that are revoked too."""
    return [_listed(row) for row in await connection.fetch(_SQL["list"], project_id)]


async def count(connection: Connection, project_id: UUID) -> int:
    """How many keys a project has, whatever became of them."""
    number: int = await connection.fetchval(_SQL["count"], project_id)
    return number


async def lock(connection: Connection, project_id: UUID) -> None:
    """Let no other transaction change this project's keys until this one ends."""
    await connection.execute(_SQL["lock_project"], project_id)


async def other_admins(connection: Connection, project_id: UUID, key_id: str) -> int:
    """How many valid keys with ADMIN there are beside this one."""
    number: int = await connection.fetchval(_SQL["other_admins"], project_id, key_id)
    return number


async def revoke(connection: Connection, project_id: UUID, key_id: str) -> ApiKey | None:
    """Revoke a key; None where the project has no such key."""
    row = await connection.fetchrow(_SQL["revoke"], project_id, key_id)
    return None if row is None else _listed(row)


async def valid(connection: Connection, key_ids: Iterable[str]) -> set[str]:
    """Those of these keys that are neither revoked nor expired."""
    rows = await connection.fetch(_SQL["valid"], list(key_ids))
    return {row["id"] for row in rows}


async def bootstrap(connection: Connection, key: tokens.ApiKey) -> tuple[UUID, bool]:
    """Make the default project and, where no key exists at all, store this one as the first."""
    async with connection.transaction():
        # Two migrations at once must not make two first keys.
        await connection.execute("select pg_advisory_xact_lock($1)", _BOOTSTRAP_LOCK)
        await connection.execute(_SQL["insert_project"], ids.new())
        project: UUID = await connection.fetchval(_SQL["default_project"])
        done = await connection.execute(
            _SQL["insert_first"], key.id, project, tokens.digest(key.secret)
        )
    return project, done.endswith(" 1")


async def nested_prefixes(connection: Connection, project_id: UUID, prefix: str) -> list[str]:
    """Key prefixes of other projects below `prefix`: a scan leaves them alone."""
    rows = await connection.fetch(_SQL["nested_prefixes"], project_id, prefix)
    return [row["prefix"] for row in rows]


async def prefix_of(connection: Connection, project_id: UUID) -> str:
    """Where a project's objects lie in both buckets."""
    prefix: str = await connection.fetchval(_SQL["prefix_of"], project_id)
    return prefix
