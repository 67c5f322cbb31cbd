"""One leader at a time, and the next one when it is gone."""

from __future__ import annotations

from api.adapters.postgres.leader import Leadership
from tests.api.adapters.postgres.conftest import Base


async def test_one_leads_until_it_lets_go(base: Base) -> None:
    first, second = Leadership(base.system_url), Leadership(base.system_url)
    assert await first.hold()
    assert await first.hold()
    assert not await second.hold()
    first.release()
    # The server notices the closed connection a moment later.
    for _ in range(100):
        if await second.hold():
            break
    assert await second.hold()
    assert not await first.hold()
    second.release()


async def test_a_database_that_is_away_has_no_leader() -> None:
    assert not await Leadership("postgresql://x:y@127.0.0.1:1/x").hold()
