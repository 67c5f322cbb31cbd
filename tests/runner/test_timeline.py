"""How long the phases of a task took."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from runner.timeline import Timeline
from schema.job import Phase


def test_one_phase_ends_when_the_next_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([10.0, 12.5, 13.0, 20.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    timeline = Timeline()
    for phase in (Phase.FETCHING, Phase.FETCHING, Phase.PROBING, Phase.ENCODING):
        timeline.enter(phase)
    found = timeline.phases()
    assert [(p.phase, p.seconds) for p in found] == [
        (Phase.FETCHING, 2.5),
        (Phase.PROBING, 0.5),
        (Phase.ENCODING, 7.0),
    ]
    assert all(p.started_at <= datetime.now(UTC) for p in found)


def test_a_task_that_never_began_has_none() -> None:
    assert Timeline().phases() == ()
