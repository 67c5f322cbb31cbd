"""Many callers, one write."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from api.errors import DatabaseUnavailable
from api.services.together import Together


class Ledger:
    """Writes when it is let; what it was given is kept."""

    def __init__(self) -> None:
        self.rounds: list[list[int]] = []
        self.begun = asyncio.Event()
        self.let = asyncio.Event()
        self.errors: list[Exception] = []

    async def write(self, items: Sequence[int]) -> list[int]:
        self.rounds.append(list(items))
        self.begun.set()
        await self.let.wait()
        if self.errors:
            raise self.errors.pop(0)
        return [10 * item for item in items]


async def _behind_the_first(ledger: Ledger, count: int) -> list[asyncio.Task[int]]:
    """The first writes already, all others wait."""
    together = Together(ledger.write, 4)
    callers = [asyncio.create_task(together(number)) for number in range(count)]
    await asyncio.wait_for(ledger.begun.wait(), 5)
    await asyncio.sleep(0)
    return callers


async def test_who_comes_during_a_write_is_written_together_with_the_others() -> None:
    ledger = Ledger()
    callers = await _behind_the_first(ledger, 7)
    ledger.let.set()
    assert await asyncio.gather(*callers) == [0, 10, 20, 30, 40, 50, 60]
    assert [item for written in ledger.rounds for item in written] == list(range(7))
    assert len(ledger.rounds) <= 3
    assert max(map(len, ledger.rounds)) <= 4


async def test_who_is_alone_is_written_at_once() -> None:
    ledger = Ledger()
    ledger.let.set()
    together = Together(ledger.write, 4)
    assert [await together(1), await together(2)] == [10, 20]
    assert ledger.rounds == [[1], [2]]


async def test_a_writer_that_is_canceled_leaves_the_others_to_the_next() -> None:
    ledger = Ledger()
    callers = await _behind_the_first(ledger, 4)
    callers[0].cancel()
    ledger.let.set()
    results = await asyncio.gather(*callers, return_exceptions=True)
    assert isinstance(results[0], asyncio.CancelledError)
    assert results[1:] == [10, 20, 30]


async def test_who_is_canceled_during_the_write_takes_nobody_along() -> None:
    ledger = Ledger()
    callers = await _behind_the_first(ledger, 6)
    callers[2].cancel()
    await asyncio.sleep(0)
    ledger.let.set()
    results = await asyncio.gather(*callers, return_exceptions=True)
    assert isinstance(results.pop(2), asyncio.CancelledError)
    assert results == [0, 10, 30, 40, 50]


async def test_a_database_that_is_away_is_asked_once_for_all() -> None:
    ledger = Ledger()
    ledger.errors = [DatabaseUnavailable("away")]
    callers = await _behind_the_first(ledger, 4)
    first = list(ledger.rounds[0])
    ledger.let.set()
    results = await asyncio.gather(*callers, return_exceptions=True)
    refused = [number for number, found in enumerate(results) if not isinstance(found, int)]
    assert refused == first
    assert all(isinstance(results[number], DatabaseUnavailable) for number in refused)


async def test_another_error_is_that_of_who_has_met_it() -> None:
    ledger = Ledger()
    ledger.errors = [ValueError("a bug")]
    callers = await _behind_the_first(ledger, 3)
    ledger.let.set()
    with pytest.raises(ValueError, match="a bug"):
        await callers[0]
    assert await asyncio.gather(*callers[1:]) == [10, 20]
