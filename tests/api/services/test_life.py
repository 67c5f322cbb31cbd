"""The life of a job as a state machine: whatever order things happen in, the invariants hold.

Hypothesis draws the order: users who start and cancel, runners that report late, twice, out of
turn or from the grave, processes that die, leases that end, an API that is killed, a leader that
changes, a database that goes away in the middle, all of these at once. After every step the
database is read and checked (`tests/support/life/watch.py`); what a call must answer is derived
from what the database held before it.

`REELMILL_LIFE_EXAMPLES` sets how many lives are tried. Hypothesis prints the failing one and its
seed; `--hypothesis-seed` repeats it.
"""

from __future__ import annotations

import asyncio
import base64
import logging
import os
from collections.abc import Callable, Iterator

import asyncpg
import pytest
import structlog
from hypothesis import HealthCheck, settings
from hypothesis import Phase as Phases
from hypothesis.stateful import (
    run_state_machine_as_test,
)

from api import migrate
from api.config import Settings
from api.services import launch
from tests.support.life.doubles import BreakingDatabase
from tests.support.life.lives import Life
from tests.support.life.races import Races
from tests.support.life.watch import STEPS
from tests.support.live import role_url


@pytest.fixture(scope="module")
def prepared(new_database: Callable[[], str]) -> Iterator[None]:
    """The machine over a database of its own, on an event loop of its own."""
    owner = new_database()
    loop = asyncio.new_event_loop()
    Life.loop = loop
    quiet = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    database, Life.settings_ = loop.run_until_complete(_prepared(owner))
    Life.database = database
    tick, launch._TICK_SECONDS = launch._TICK_SECONDS, 0.0
    yield
    launch._TICK_SECONDS = tick
    structlog.configure(**quiet)
    loop.run_until_complete(database.close())
    loop.close()


async def _prepared(owner: str) -> tuple[BreakingDatabase, Settings]:
    api, system = role_url(owner, "rm_api"), role_url(owner, "rm_system")
    await migrate.run(owner_url=owner, api_url=api, system_url=system, phases={"pre", "post"})
    connection = await asyncpg.connect(owner)
    await connection.execute(STEPS)
    await connection.close()
    database = await BreakingDatabase.open(url=api, system_url=system, size=6)
    assert isinstance(database, BreakingDatabase)
    return database, Settings(
        database_url=api,
        system_database_url=system,
        secret_key=base64.b64encode(bytes(32)).decode(),
        bucket_in="in",
        bucket_out="out",
        local_concurrency=2,
    )


def _try(machine: type[Life], *, examples: int, steps: int) -> None:
    phases = [Phases.generate] if machine is Races else [Phases.generate, Phases.shrink]
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(os.environ.get("REELMILL_LIFE_EXAMPLES", examples)),
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=phases,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("machine", [Life, Races])
def test_the_life_of_a_job(prepared: None, machine: type[Life]) -> None:
    _try(machine, examples=60, steps=30)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("machine", [Life, Races])
def test_many_lives(prepared: None, machine: type[Life]) -> None:
    _try(machine, examples=500, steps=60)
