"""A job's progress for people: one moving line on a terminal, a few plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TextIO

from reelmill import Job, JobStatus

_EVERY = 2.0


def line(job: Job) -> str:
    """One line about a job's state, such as `RUNNING encoding 42 %, 3 s left, 2.1x`."""
    running = job.status == JobStatus.RUNNING
    text = str(job.status)
    if job.phase and running:
        text += f" {job.phase.lower()}"
    if running or job.status == JobStatus.FINALIZING:
        text += f" {job.progress:4.0%}"
    if job.eta_seconds is not None and running:
        text += f", {job.eta_seconds:.0f} s left"
    if job.speed and running:
        text += f", {job.speed:.1f}x"
    if job.waiting_reason:
        text += f" ({job.waiting_reason})"
    return text


class ProgressLine:
    """Prints states as they come."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._terminal = self._stream.isatty()
        self._last = ""
        self._printed = 0.0
        self._key: object = None

    def show(self, text: str, *, key: object = None) -> None:
        """`key`: what makes a state new. Off a terminal the same state is told every 2 s only."""
        if text == self._last:
            return
        if self._terminal:
            self._stream.write(f"\r\x1b[2K{text}")
        elif key != self._key or time.monotonic() - self._printed >= _EVERY:
            self._stream.write(f"{text}\n")
            self._printed = time.monotonic()
        else:
            return
        self._last, self._key = text, key
        self._stream.flush()

    def close(self) -> None:
        """Leaves the line as it is and goes on to the next."""
        if self._terminal and self._last:
            self._stream.write("\n")
            self._stream.flush()
        self._last = ""
