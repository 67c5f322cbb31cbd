"""Frames that keep the rate their container claims, and those that do not."""

from __future__ import annotations

import pytest

from runner.rhythm import irregular, read

RATE = 30000 / 1001
GRID = [round(n / RATE, 3) for n in range(300)]


def test_times_rounded_to_milliseconds_are_regular() -> None:
    assert not irregular(GRID, RATE)
    assert not irregular([time + 0.067 for time in GRID], RATE)


def test_missing_frames_leave_the_others_on_the_grid() -> None:
    assert not irregular(GRID[:100] + GRID[140::3], RATE)


@pytest.mark.parametrize(
    "times",
    [
        [time + (0.008 if n % 7 == 0 else 0) for n, time in enumerate(GRID)],
        [time / 2 for time in GRID],
        [n / 30 for n in range(1800)],
    ],
    ids=["jitter", "twice as many", "another rate"],
)
def test_frames_beside_the_grid(times: list[float]) -> None:
    assert irregular(times, RATE)


def test_nothing_is_regular() -> None:
    assert not irregular([], RATE)
    assert not irregular([4.0], RATE)


def test_listing() -> None:
    assert read(b"0.067000\nN/A\n0.000000,\n\n0.033000\n") == [0.0, 0.033, 0.067]
