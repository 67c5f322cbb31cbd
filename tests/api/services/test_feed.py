"""The event log as a stream: in order, without a gap, from any cursor, in every process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass

import pytest

from api import migrate
from api.adapters.postgres import events
from api.adapters.postgres.pool import Database
from api.domain import ids
from api.domain.events import EventType
from api.domain.models import Principal
from api.domain.scopes import Scope
from api.errors import EventsExpired, InvalidCursor
from api.services.feed import Feed
from api.services.wire import Wire
from tests.support.live import role_url


@dataclass
class Process:
    """A process's part."""

    database: Database
    feed: Feed


@dataclass
class Bench:
    """Two processes on one database, and a project."""

    here: Process
    there: Process
    who: Principal

    async def append(self, count: int = 1, kind: str = "JOB_QUEUED") -> None:
        async with self.there.database.tenant(self.who.project_id) as c:
            for _ in range(count):
                await events.append(c, self.who.project_id, kind, ids.new())

    async def numbers(self, count: int, after: str | None, **wanted: object) -> list[int]:
        """The next events of a reader in the other process."""
        types = wanted.get("types")
        found: list[int] = []
        async with asyncio.timeout(10):
            async with aclosing(self.here.feed.follow(self.who, after, types)) as reading:  # type: ignore[arg-type]
                async for event in reading:
                    found.append(event.seq)
                    if len(found) == count:
                        return found
        raise AssertionError("the stream has ended")


@pytest.fixture(scope="module")
async def processes(new_database: Callable[[], str]) -> AsyncIterator[list[Process]]:
    owner = new_database()
    api, system = role_url(owner, "rm_api"), role_url(owner, "rm_system")
    await migrate.run(owner_url=owner, api_url=api, system_url=system, phases={"pre", "post"})
    made, loops, wires = [], [], []
    for _ in range(2):
        database = await Database.open(url=api, system_url=system, size=4)
        wire = Wire(system)
        database.on_events = lambda project, _, wire=wire: wire.tell("events", project)
        feed = Feed(database, wire)
        loops += [asyncio.create_task(wire.run()), asyncio.create_task(feed.run())]
        wires.append(wire)
        made.append(Process(database, feed))
    yield made
    for loop in loops:
        loop.cancel()
    await asyncio.gather(*loops, return_exceptions=True)
    for process, wire in zip(made, wires, strict=True):
        await wire.close()
        await process.database.close()


@pytest.fixture
async def bench(processes: list[Process]) -> Bench:
    project = ids.new()
    async with processes[0].database.system() as c:
        await c.execute(
            "insert into project (id, name, prefix) values ($1, $2, $2)", project, project.hex
        )
    who = Principal(project, "p", "", "k", "k", tuple(Scope))
    return Bench(processes[0], processes[1], who)


async def test_a_reader_goes_on_behind_its_cursor(bench: Bench) -> None:
    await bench.append(5)
    assert await bench.numbers(5, "0") == [1, 2, 3, 4, 5]
    assert await bench.numbers(2, "3") == [4, 5]
    assert await bench.here.feed.cursor(bench.who) == "5"


async def test_from_now_on_means_nothing_old(bench: Bench) -> None:
    await bench.append(3)
    reading = asyncio.create_task(bench.numbers(2, None))
    async with asyncio.timeout(5):
        while not bench.here.feed.watched:
            await asyncio.sleep(0.01)
    await bench.append(2)
    assert await reading == [4, 5]


async def test_many_writers_and_readers_and_no_gap(bench: Bench) -> None:
    count = 2_500  # more than memory holds
    readers = [asyncio.create_task(bench.numbers(count, "0")) for _ in range(5)]
    await asyncio.gather(*(bench.append(50) for _ in range(count // 50)))
    late = await bench.numbers(count, "0")
    for found in [late, *await asyncio.gather(*readers)]:
        assert found == list(range(1, count + 1))
    assert bench.here.feed.watched == 0


async def test_only_the_types_that_are_wanted(bench: Bench) -> None:
    await bench.append(2)
    await bench.append(1, "ASSET_UPDATED")
    await bench.append(2)
    await bench.append(1, "ASSET_UPDATED")
    wanted = frozenset({EventType.ASSET_UPDATED})
    assert await bench.numbers(2, "0", types=wanted) == [3, 6]


@pytest.mark.parametrize("cursor", ["", "x", "-1", "9", "1.5", "٣", "9" * 30])
async def test_cursors_that_were_not_made_here(bench: Bench, cursor: str) -> None:
    with pytest.raises(InvalidCursor):
        await bench.numbers(1, cursor)


async def test_what_is_no_longer_kept_is_said(bench: Bench) -> None:
    await bench.append(5)
    database = bench.there.database
    async with database.system() as c:
        await c.execute(
            "update event set created_at = now() - interval '9 days'"
            " where project_id = $1 and seq in (1, 2, 4)",
            bench.who.project_id,
        )
        await events.sweep(c, 7)
    # The fourth is old as well; taking it would leave a hole.
    assert await bench.numbers(3, "2") == [3, 4, 5]
    for cursor in ("0", "1"):
        with pytest.raises(EventsExpired):
            await bench.numbers(1, cursor)
    async with database.system() as c:
        await c.execute(
            "update event set created_at = now() - interval '9 days' where project_id = $1",
            bench.who.project_id,
        )
        await events.sweep(c, 7)
    with pytest.raises(EventsExpired):
        await bench.numbers(1, "4")
    await bench.append(1)
    assert await bench.numbers(1, "5") == [6]


async def test_a_transaction_that_is_undone_leaves_no_number(bench: Bench) -> None:
    class UndoneError(Exception):
        pass

    async def undone() -> None:
        async with bench.there.database.tenant(bench.who.project_id) as c:
            await events.append(c, bench.who.project_id, "JOB_QUEUED", ids.new())
            raise UndoneError

    with pytest.raises(UndoneError):
        await undone()
    await bench.append(1)
    assert await bench.numbers(1, "0") == [1]
