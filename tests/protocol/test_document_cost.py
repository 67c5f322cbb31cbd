"""Any document of ten kilobytes is answered in under 50 ms of CPU."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from strawberry.types import ExecutionResult

from tests.protocol import hostile
from tests.protocol.in_process import Bench
from tests.protocol.invented import invented

LIMIT = 0.05
CASES = list(hostile.requests())


@pytest.fixture(scope="module", autouse=True)
def _quiet() -> Iterator[None]:
    """Resolvers fail here by design; what they log is not what is measured."""
    import logging

    import structlog

    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.close()


def test_hostile_documents_are_cheap(bench: Bench) -> None:
    slow = {}
    for name, document, variables in CASES:
        seconds = bench.cost(document, variables)
        if seconds >= LIMIT:
            slow[name] = f"{seconds * 1000:.0f} ms"
    assert slow == {}
    assert len(CASES) > 300


@pytest.mark.parametrize(
    "seeds", [range(200), pytest.param(range(200, 5_000), marks=pytest.mark.slow)]
)
def test_invented_documents_are_cheap(bench: Bench, seeds: range) -> None:
    slow = {}
    for seed in seeds:
        seconds = bench.cost(invented(seed))
        if seconds >= LIMIT:
            slow[seed] = f"{seconds * 1000:.0f} ms"
    assert slow == {}


def test_variables_of_a_megabyte_are_cheap(bench: Bench) -> None:
    slow = {}
    for name, (document, variables) in hostile.large_variables().items():
        seconds = bench.cost(document, variables)
        if seconds >= 10 * LIMIT:
            slow[name] = f"{seconds * 1000:.0f} ms"
    assert slow == {}


def test_every_part_of_the_largest_upload_may_be_named(bench: Bench) -> None:
    answer = bench.ask(*hostile.most_parts())
    assert isinstance(answer, ExecutionResult)
    # It came as far as the resolver, which has no services here.
    assert [error.path for error in answer.errors or ()] == [["completeMultipartUpload"]]


def test_two_mistakes_in_variables_are_named(bench: Bench) -> None:
    answer = bench.ask(*hostile.large_variables()["wrong values"])
    assert isinstance(answer, ExecutionResult)
    messages = [error.message for error in answer.errors or ()]
    assert len(messages) == 3
    assert "at [0]" in messages[0]
    assert "at [1]" in messages[1]
    assert "Too many errors" in messages[2]
