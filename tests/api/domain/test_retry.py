"""How often, and when, a failure of each class is tried again."""

import pytest

from api.domain.retry import delay
from schema.job import FailureClass


@pytest.mark.parametrize(
    ("failure", "retries"),
    [
        (FailureClass.DISRUPTED, 10),
        (FailureClass.OOM, 2),
        (FailureClass.DISK, 1),
        (FailureClass.TRANSIENT, 3),
        (FailureClass.CONFIG, 0),
        (FailureClass.INPUT, 0),
        (FailureClass.TIMEOUT, 0),
    ],
)
def test_number_of_retries(failure: FailureClass, retries: int) -> None:
    waits = [delay(failure, {failure.value: count}) for count in range(retries + 1)]
    assert all(wait is not None for wait in waits[:-1])
    assert waits[-1] is None


def test_a_first_disruption_costs_no_time_and_later_ones_back_off() -> None:
    waits = [delay(FailureClass.DISRUPTED, {"DISRUPTED": count}) or 0.0 for count in range(10)]
    assert waits[0] == 0
    assert waits == sorted(waits)
    assert max(waits) <= 60


def test_classes_are_counted_apart() -> None:
    assert delay(FailureClass.TRANSIENT, {"DISRUPTED": 10, "DISK": 1}) is not None
