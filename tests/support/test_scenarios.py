"""That no commit of the API is left out of the crash tests."""

from __future__ import annotations

from tests.support.commits import commits
from tests.support.scenarios import SCENARIOS


def test_every_commit_has_a_scenario() -> None:
    assert {commit.name for commit in commits()} == set(SCENARIOS)
