"""Who shares an execution, and what each reader of it sees."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import pytest

from api.domain.models import Principal
from api.domain.scopes import Scope
from api.errors import Unauthenticated
from api.graphql import broadcasts as module
from api.graphql.broadcasts import Broadcasts
from api.graphql.context import Context
from api.graphql.requests import Operation
from api.graphql.schema import build
from api.graphql.streams import Result

SHARED = "subscription { jobUpdated(id: 1) { id } }"


class _Source:
    """In the place of the executor: gives what a test puts in, and counts how often it runs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.running = 0
        self.started = 0
        self.queues: list[asyncio.Queue[Any]] = []
        monkeypatch.setattr(module.streams, "results", self._results)

    async def _results(self, *_args: Any) -> AsyncGenerator[Result, None]:
        queue: asyncio.Queue[Any] = asyncio.Queue()
        self.queues.append(queue)
        self.started += 1
        self.running += 1
        try:
            while (item := await queue.get()) is not None:
                if isinstance(item, Exception):
                    raise item
                yield item
        finally:
            self.running -= 1


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> _Source:
    return _Source(monkeypatch)


@pytest.fixture(scope="module")
def shared() -> Broadcasts:
    return Broadcasts(build())


def _context(project: int = 1, *scopes: Scope) -> Context:
    who = Principal(
        project_id=UUID(int=project),
        project_name="p",
        prefix="",
        key_id="k",
        key_name="k",
        scopes=scopes or (Scope.READ,),
    )
    services: Any = None
    return Context(services=services, principal=who)


def _open(
    shared: Broadcasts, query: str = SHARED, context: Context | None = None, **variables: Any
) -> AsyncGenerator[Result, None]:
    return shared.results(Operation(query, variables or None, None, None), context or _context())


async def _settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_equal_subscriptions_run_once(source: _Source, shared: Broadcasts) -> None:
    readers = [_open(shared) for _ in range(3)]
    firsts = [asyncio.ensure_future(anext(reader)) for reader in readers]
    await _settle()
    assert source.started == 1
    await source.queues[0].put(Result("1"))
    assert [result.text for result in await asyncio.gather(*firsts)] == ["1"] * 3
    late = _open(shared)
    assert (await anext(late)).text == "1"  # the newcomer's snapshot
    await source.queues[0].put(None)
    for reader in (*readers, late):
        with pytest.raises(StopAsyncIteration):
            await anext(reader)
    await _settle()
    assert source.running == 0
    assert (source.started, len(shared._groups)) == (1, 0)


async def test_a_slow_reader_gets_the_newest(source: _Source, shared: Broadcasts) -> None:
    slow = _open(shared)
    first = asyncio.ensure_future(anext(slow))
    await _settle()
    await source.queues[0].put(Result("1"))
    await first
    for text in ("2", "3", "4"):
        await source.queues[0].put(Result(text))
    await source.queues[0].put(None)
    await _settle()
    assert [result.text async for result in slow] == ["4"]


async def test_the_execution_ends_with_its_last_reader(source: _Source, shared: Broadcasts) -> None:
    readers = [_open(shared) for _ in range(2)]
    waiting = [asyncio.ensure_future(anext(reader)) for reader in readers]
    await _settle()
    await source.queues[0].put(Result("1"))
    await asyncio.gather(*waiting)
    await readers[0].aclose()
    await _settle()
    assert source.running == 1
    await readers[1].aclose()
    await _settle()
    assert source.running == 0


@pytest.mark.parametrize(
    ("query", "context", "variables"),
    [
        (SHARED, _context(2), {}),
        (SHARED, _context(1, Scope.READ, Scope.WRITE), {}),
        (SHARED, _context(), {"a": 1}),
        (SHARED + " ", _context(), {}),
    ],
)
async def test_others_do_not_share(
    source: _Source, shared: Broadcasts, query: str, context: Context, variables: dict[str, Any]
) -> None:
    readers = [_open(shared), _open(shared, query, context, **variables)]
    waiting = [asyncio.ensure_future(anext(reader)) for reader in readers]
    await _settle()
    assert source.started == 2
    for queue in source.queues:
        await queue.put(None)
    await asyncio.gather(*waiting, return_exceptions=True)


@pytest.mark.parametrize(
    "query",
    [
        "{ __typename }",
        "mutation { __typename }",
        "subscription { events { cursor } }",
        "subscription { ...F } fragment F on Subscription { jobUpdated(id: 1) { id } }",
        "subscription { jobUpdated(id: 1) { id } events { cursor } }",
        "{",
    ],
)
async def test_what_is_never_shared(source: _Source, shared: Broadcasts, query: str) -> None:
    waiting = [asyncio.ensure_future(anext(_open(shared, query))) for _ in range(2)]
    await _settle()
    assert source.started == 2
    for queue in source.queues:
        await queue.put(None)
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_nobody_joins_a_mishap_or_what_is_old(
    source: _Source, shared: Broadcasts, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _open(shared)
    waiting = asyncio.ensure_future(anext(first))
    await _settle()
    await source.queues[0].put(Result("1", failed=True))
    await waiting
    second = asyncio.ensure_future(anext(_open(shared)))
    await _settle()
    assert source.started == 2
    await source.queues[1].put(Result("2"))
    await second
    monkeypatch.setattr(module, "_FRESH_SECONDS", 0.0)
    third = asyncio.ensure_future(anext(_open(shared)))
    await _settle()
    assert source.started == 3
    for queue in source.queues:
        await queue.put(None)
    await asyncio.gather(third, return_exceptions=True)
    await first.aclose()


async def test_what_the_execution_raises_each_reader_raises(
    source: _Source, shared: Broadcasts
) -> None:
    waiting = [asyncio.ensure_future(anext(_open(shared))) for _ in range(2)]
    await _settle()
    await source.queues[0].put(Unauthenticated("no"))
    for found in await asyncio.gather(*waiting, return_exceptions=True):
        assert isinstance(found, Unauthenticated)


async def test_who_comes_as_the_last_one_leaves_is_not_sent_away(
    shared: Broadcasts, source: _Source
) -> None:
    first = _open(shared)
    waiting = asyncio.ensure_future(anext(first))
    await _settle()
    source.queues[0].put_nowait(Result("1"))
    assert (await waiting).text == "1"
    # In one turn of the loop: the execution that is left has not ended when the second comes.
    leaving = asyncio.ensure_future(first.aclose())
    second = _open(shared)
    waiting = asyncio.ensure_future(anext(second))
    await _settle()
    await leaving
    source.queues[1].put_nowait(Result("2"))
    assert (await waiting).text == "2"
    await second.aclose()
    await _settle()
    assert (source.started, source.running) == (2, 0)
