"""Imported before everything else: what a runner must hear before it is ready to listen.

In a container the runner is process 1, and the kernel gives that process no signal that it has no
handler for. Until asyncio had its handlers, about 0.3 s after the start, a SIGTERM would be lost
and the pod would live on to the end of its grace period.
"""

from __future__ import annotations

import os
import signal
from types import FrameType

INTERRUPTED = 143  # as a process that SIGTERM has ended


def _leave(_number: int, _frame: FrameType | None) -> None:
    # Nothing is begun yet, and an exception would come up in the middle of somebody's import.
    os._exit(INTERRUPTED)


if os.getpid() == 1:  # any other process is ended by the signal itself
    signal.signal(signal.SIGTERM, _leave)
