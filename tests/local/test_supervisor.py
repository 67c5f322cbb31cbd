from __future__ import annotations

import os
import signal

import pytest

from local.interrupts import Interrupts, StopRequested
from local.supervisor import Backoff


def test_pauses_grow_to_half_a_minute() -> None:
    backoff = Backoff()
    assert [backoff.after_crash(0.5) for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]


def test_a_good_while_forgives_earlier_crashes() -> None:
    backoff = Backoff()
    for _ in range(5):
        backoff.after_crash(0.5)
    assert backoff.after_crash(61) == 1
    assert backoff.after_crash(1) == 2


def test_the_first_signal_stops_and_the_others_are_swallowed() -> None:
    with Interrupts() as interrupts:
        with pytest.raises(StopRequested):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGHUP)
        assert interrupts.requested
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_behind_the_shield_nothing_raises() -> None:
    with Interrupts() as interrupts:
        interrupts.shield()
        signal.raise_signal(signal.SIGINT)


def test_waiting_ends_with_the_end_of_a_child() -> None:
    with Interrupts() as interrupts:
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        interrupts.wait(30)
        assert os.waitpid(pid, 0)[0] == pid
