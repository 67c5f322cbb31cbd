"""Migrations run once, in order, and never change afterwards."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import asyncpg
import pytest

from api import migrate as command
from api.adapters.postgres import migrate, pool
from api.domain import tokens
from api.errors import BadConfiguration, DatabaseUnavailable
from tests.support.live import role_url


async def run(owner_url: str) -> dict[str, str | None]:
    line = await command.run(
        owner_url=owner_url,
        api_url=role_url(owner_url, "rm_api"),
        system_url=role_url(owner_url, "rm_system"),
        phases={"pre", "post"},
    )
    answer: dict[str, str | None] = json.loads(line)
    return answer


async def test_the_first_key_is_made_once(new_database: Callable[[], str]) -> None:
    url = new_database()
    first, second = await run(url), await run(url)
    assert first["project"] == second["project"]
    assert tokens.parse_api_key(first["key"] or "") is not None
    assert second["key"] is None


async def test_two_at_once_make_one_key(new_database: Callable[[], str]) -> None:
    url = new_database()
    await run(url)  # roles are shared by the whole server: two ALTERs at once would collide
    async with _Owner(url) as owner:
        await owner.execute("alter table api_key no force row level security")
        await owner.execute("delete from api_key")
        await owner.execute("alter table api_key force row level security")
    keys = [tokens.new_api_key() for _ in range(4)]
    made = await asyncio.gather(*(_bootstrap(url, key) for key in keys))
    assert sum(made) == 1


async def _bootstrap(url: str, key: tokens.ApiKey) -> bool:
    from api.adapters.postgres import keys

    async with _Owner(role_url(url, "rm_system")) as connection:
        _, made = await keys.bootstrap(connection, key)
    return made


class _Owner:
    def __init__(self, url: str) -> None:
        self._url = url

    async def __aenter__(self) -> pool.LoneConnection:
        self._connection = await asyncpg.connect(self._url)
        return self._connection

    async def __aexit__(self, *_: object) -> None:
        await self._connection.close()


async def test_a_changed_file_is_refused(new_database: Callable[[], str]) -> None:
    url = new_database()
    await run(url)
    async with _Owner(url) as connection:
        await connection.execute("update migration set checksum = 'x'")
        with pytest.raises(BadConfiguration, match="was changed after it was applied"):
            await migrate.apply(connection, {"pre", "post"})


async def test_a_database_without_the_schema_is_named(new_database: Callable[[], str]) -> None:
    url = new_database()
    async with _Owner(url) as connection:
        with pytest.raises(BadConfiguration, match=r"0001_pre_init.sql; run: python -m"):
            await migrate.require_schema(connection)
    await run(url)
    async with _Owner(role_url(url, "rm_system")) as connection:
        await migrate.require_schema(connection)


async def test_phases_run_apart(new_database: Callable[[], str]) -> None:
    url = new_database()
    await run(url)
    async with _Owner(url) as connection:
        assert await migrate.apply(connection, {"post"}) == []
        assert await migrate.apply(connection, {"pre"}) == []


async def test_a_url_with_another_role_is_refused(new_database: Callable[[], str]) -> None:
    url = new_database()
    async with _Owner(url) as connection:
        with pytest.raises(BadConfiguration, match="rm_api"):
            await migrate.ensure_role(connection, role_url(url, "somebody"), "rm_api")


async def test_a_server_that_is_not_there() -> None:
    with pytest.raises(DatabaseUnavailable):
        await pool.connect("postgresql://x:y@127.0.0.1:1/x")


def test_every_file_is_named_by_the_rule() -> None:
    names = [migration.name for migration in migrate.available()]
    assert names == sorted(names)
    assert len({name[:4] for name in names}) == len(names)
