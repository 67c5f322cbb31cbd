"""Pauses between tries."""

from __future__ import annotations

from itertools import count

from reelmill.timing import Patience, Timing


def test_pauses_double_up_to_the_longest() -> None:
    timing = Timing(pause=0.25, longest_pause=2)
    pauses = [timing.pause_after(failures, chance=1.0) for failures in range(1, 7)]
    assert pauses == [0.25, 0.5, 1, 2, 2, 2]


def test_chance_takes_up_to_half() -> None:
    assert Timing(pause=1).pause_after(1, chance=0.0) == 0.5


def test_many_failures_do_not_overflow() -> None:
    assert Timing(longest_pause=15).pause_after(100_000, chance=1.0) == 15


def test_patience_ends_with_its_time() -> None:
    patience = Patience(Timing(pause=1, longest_pause=1), seconds=0.1)
    assert patience.next_pause() is None


def test_patience_allows_its_tries_even_when_time_is_over() -> None:
    patience = Patience(Timing(pause=1, longest_pause=1), seconds=0, tries=3)
    given_up_at = next(n for n in count(1) if patience.next_pause() is None)
    assert given_up_at == 3
