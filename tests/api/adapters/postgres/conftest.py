"""A migrated database of this session's own, with both pools open."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from uuid import UUID

import pytest

from api import migrate
from api.adapters.postgres.pool import Database
from api.domain import ids
from tests.support.live import role_url


@dataclass(frozen=True)
class Base:
    """Addresses and pools of a migrated database."""

    owner_url: str
    api_url: str
    system_url: str
    database: Database

    async def project(self, name: str, prefix: str) -> UUID:
        """One more project."""
        project = ids.new()
        async with self.database.system() as connection:
            await connection.execute(
                "insert into project (id, name, prefix) values ($1, $2, $3)", project, name, prefix
            )
        return project


@pytest.fixture(scope="session")
async def base(new_database: Callable[[], str]) -> AsyncIterator[Base]:
    owner_url = new_database()
    api_url, system_url = role_url(owner_url, "rm_api"), role_url(owner_url, "rm_system")
    await migrate.run(
        owner_url=owner_url, api_url=api_url, system_url=system_url, phases={"pre", "post"}
    )
    database = await Database.open(url=api_url, system_url=system_url, size=4)
    yield Base(owner_url, api_url, system_url, database)
    await database.close()
