"""The first key of an installation: brought by the operator, kept in a Secret, or printed once."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from api import migrate
from api.adapters.postgres import keys, pool
from api.domain import tokens
from api.errors import BadConfiguration, DatabaseUnavailable
from tests.support.live import role_url


class Kept:
    """A keeper in memory."""

    def __init__(self, key: str | None = None) -> None:
        self.key = key

    async def read(self) -> str | None:
        return self.key

    async def write(self, key: str | None) -> None:
        self.key = key


async def run(url: str, keeper: Kept | None = None, brought: str | None = None) -> str | None:
    line = await migrate.run(
        owner_url=url,
        api_url=role_url(url, "rm_api"),
        system_url=role_url(url, "rm_system"),
        phases={"pre", "post"},
        keeper=keeper,
        brought=brought,
    )
    key: str | None = json.loads(line)["key"]
    return key


async def opens(url: str, text: str | None) -> bool:
    """Whether the database knows this key."""
    key = tokens.parse_api_key(text or "")
    system = await pool.connect(role_url(url, "rm_system"))
    try:
        return key is not None and await keys.find(system, key) is not None
    finally:
        await system.close()


async def test_a_keeper_gets_the_key_and_the_log_does_not(new_database: Callable[[], str]) -> None:
    url, keeper = new_database(), Kept()
    assert await run(url, keeper) is None
    assert await opens(url, keeper.key)
    first = keeper.key
    assert await run(url, keeper) is None
    assert keeper.key == first


async def test_a_crash_before_the_database_knew_it_loses_nothing(
    new_database: Callable[[], str],
) -> None:
    """The key is in the Secret, the process died: the next run makes it valid."""
    url, keeper = new_database(), Kept(tokens.new_api_key().text)
    await run(url, keeper)
    assert await opens(url, keeper.key)


async def test_a_restored_database_gets_no_key_that_opens_nothing(
    new_database: Callable[[], str], capsys: pytest.CaptureFixture[str]
) -> None:
    url, keeper = new_database(), Kept()
    old = await run(url)
    await run(url, keeper)
    assert keeper.key is None
    assert "has keys already" in capsys.readouterr().err
    assert await opens(url, old)


async def test_a_key_that_was_brought_is_taken_and_not_repeated(
    new_database: Callable[[], str],
) -> None:
    url, key = new_database(), tokens.new_api_key().text
    assert await run(url, brought=key) is None
    assert await opens(url, key)


async def test_what_is_no_key_is_refused(new_database: Callable[[], str]) -> None:
    key = tokens.new_api_key().text
    mistyped = key[:-1] + ("a" if key[-1] != "a" else "b")
    with pytest.raises(BadConfiguration, match="REELMILL_FIRST_KEY: is no API key"):
        await run(new_database(), brought=mistyped)


def command(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "api.migrate", *words],
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def test_the_check_waits_for_the_schema(new_database: Callable[[], str]) -> None:
    url = new_database()
    system = role_url(url, "rm_system")
    lacking = command("--check", REELMILL_SYSTEM_DATABASE_URL=system)
    assert lacking.returncode == 2
    assert "the database lacks 0001" in lacking.stderr
    waiting = asyncio.create_task(
        asyncio.to_thread(command, "--check", "--wait", "40", REELMILL_SYSTEM_DATABASE_URL=system)
    )
    await run(url)
    done = await waiting
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"schema": "ready"}


async def test_waiting_ends() -> None:
    tries = 0

    async def nothing_there() -> None:
        nonlocal tries
        tries += 1
        raise DatabaseUnavailable("away")

    with pytest.raises(DatabaseUnavailable):
        await migrate.patiently(1.5, nothing_there, over=(DatabaseUnavailable,))
    assert tries > 1


def test_an_unknown_phase_is_refused() -> None:
    done = command("during")
    assert done.returncode == 2
    assert "during" in done.stderr


async def test_a_database_of_another_name_is_said_in_one_line(
    new_database: Callable[[], str],
) -> None:
    url = new_database()
    await run(url)
    done = command("--check", REELMILL_SYSTEM_DATABASE_URL=f"{role_url(url, 'rm_system')}x")
    assert done.returncode == 2
    assert done.stderr.startswith("BAD_CONFIGURATION: PostgreSQL refuses a database URL: database")
    assert len(done.stderr.splitlines()) == 1
