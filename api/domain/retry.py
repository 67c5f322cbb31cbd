"""Retries are ours alone: how often a failure of each class is tried again, and when."""

from __future__ import annotations

from collections.abc import Mapping

from schema.job import FailureClass

# How often each class is tried again. CONFIG, INPUT and TIMEOUT would fail the same way again.
ATTEMPTS: dict[FailureClass, int] = {
    FailureClass.DISRUPTED: 10,
    FailureClass.OOM: 2,
    FailureClass.DISK: 1,
    FailureClass.TRANSIENT: 3,
    FailureClass.CONFIG: 0,
    FailureClass.INPUT: 0,
    FailureClass.TIMEOUT: 0,
    FailureClass.UNSPLITTABLE: 1,
}


def delay(failure: FailureClass, earlier: Mapping[str, int]) -> float | None:
    """Seconds to wait before the next try, or None when there is none.

    `earlier` counts the retries of each class that this job has had. A disruption is nobody's
    fault, so it is tried again at once; what is transient gets time to pass.
    """
    count = earlier.get(failure, 0)
    if count >= ATTEMPTS[failure]:
        return None
    if failure is FailureClass.UNSPLITTABLE:
        return 0.0
    if failure is FailureClass.DISRUPTED:
        return 0.0 if count == 0 else min(2.0**count, 60.0)
    return min(5.0 * 3.0**count, 120.0)
