"""Schema migrations: numbered SQL files, each in one transaction, under one advisory lock.

`NNNN_pre_slug.sql` runs before new code rolls out, `NNNN_post_slug.sql` after.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from importlib import resources
from typing import Literal
from urllib.parse import unquote, urlsplit

from api.adapters.postgres.pool import Connection
from api.errors import BadConfiguration

Phase = Literal["pre", "post"]
_NAME = re.compile(r"^(?P<number>\d{4})_(?P<phase>pre|post)_(?P<slug>[a-z0-9_]+)\.sql$")
_LOCK = 7_235_846_318  # any fixed number: two migrations at once wait for each other


@dataclass(frozen=True, slots=True)
class Migration:
    """One file."""

    name: str
    phase: str
    text: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text: an applied file must never change."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def available() -> list[Migration]:
    """Every migration, in order. Raises ValueError for a file with another name."""
    found = []
    for file in (resources.files(__package__) / "migrations").iterdir():
        match = _NAME.match(file.name)
        if match is None:
            raise ValueError(f"{file.name} is not named NNNN_(pre|post)_slug.sql")
        found.append(Migration(file.name, match["phase"], file.read_text("utf-8")))
    return sorted(found, key=lambda migration: migration.name)


async def apply(connection: Connection, phases: set[Phase]) -> list[str]:
    """Apply what is missing of the given phases and return the names. Needs the owner's rights."""
    await connection.execute("select pg_advisory_lock($1)", _LOCK)
    try:
        return await _apply_missing(connection, phases)
    finally:
        await connection.execute("select pg_advisory_unlock($1)", _LOCK)


async def _apply_missing(connection: Connection, phases: set[Phase]) -> list[str]:
    await connection.execute(
        "create table if not exists migration (name text primary key, checksum text not null,"
        " applied_at timestamptz not null default now())"
    )
    done = {r["name"]: r["checksum"] for r in await connection.fetch("select * from migration")}
    applied = []
    for migration in available():
        if migration.name in done:
            if done[migration.name] != migration.checksum:
                raise BadConfiguration(
                    f"{migration.name} was changed after it was applied; restore the file"
                )
        elif migration.phase in phases:
            async with connection.transaction():
                await connection.execute(migration.text)
                await connection.execute(
                    "insert into migration (name, checksum) values ($1, $2)",
                    migration.name,
                    migration.checksum,
                )
            applied.append(migration.name)
    return applied


async def require_schema(connection: Connection) -> None:
    """Raise BadConfiguration unless every `pre` migration of this version was applied."""
    known = await connection.fetchval("select to_regclass('migration') is not null")
    rows = await connection.fetch("select name from migration") if known else []
    missing = {m.name for m in available() if m.phase == "pre"} - {row["name"] for row in rows}
    if missing:
        raise BadConfiguration(f"the database lacks {min(missing)}; run: python -m api.migrate")


async def ensure_role(connection: Connection, url: str, expected: str) -> None:
    """Make the login role that `url` names, or give the existing one its password.

    Where the owner may not create roles, they must stand already; then this changes nothing.
    Raises BadConfiguration when the URL names another role than the schema grants rights to.
    """
    parts = urlsplit(url)
    if parts.username != expected:
        raise BadConfiguration(f"the database URL must use the role {expected}")
    if not await connection.fetchval(
        "select rolcreaterole or rolsuper from pg_roles where rolname = current_user"
    ):
        return
    known = await connection.fetchval("select 1 from pg_roles where rolname = $1", expected)
    password = await connection.fetchval("select quote_literal($1)", unquote(parts.password or ""))
    # An existing role keeps its attributes: only a superuser may say NOSUPERUSER of another.
    made = f"create role {expected} login nosuperuser nobypassrls password {password}"
    kept = f"alter role {expected} password {password}"
    await connection.execute(kept if known else made)
