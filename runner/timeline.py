"""How long the phases of a task took."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from schema.job import Phase, PhaseTime


class Timeline:
    """Phases in the order in which they began. One ends when the next begins."""

    def __init__(self) -> None:
        self._begun: list[tuple[Phase, datetime, float]] = []

    def enter(self, phase: Phase) -> None:
        """A phase begins. Where two overlap, the one that began later counts."""
        if all(phase is not begun for begun, _, _ in self._begun):
            self._begun.append((phase, datetime.now(UTC), time.monotonic()))

    def phases(self) -> tuple[PhaseTime, ...]:
        """Each phase so far; the last one ends now."""
        marks = [mark for _, _, mark in self._begun] + [time.monotonic()]
        return tuple(
            PhaseTime(phase=phase, started_at=started, seconds=max(0.0, end - mark))
            for (phase, started, mark), end in zip(self._begun, marks[1:], strict=True)
        )
