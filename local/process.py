"""Child processes that cannot outlive the stack unnoticed."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from local.deadline import Deadline
from local.errors import ServiceFailedError
from local.files import tail
from local.system_user import SystemUser

MARKER = "REELMILL_STACK"
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessSpec:
    """How one part is started and ended.

    `log`: None writes where we ourselves write, as a container's runtime expects it.
    `stop_signals`: one after the other with the seconds each may take; SIGKILL follows.
    `death_signal`: what the kernel sends when the supervisor dies without a word.
    """

    name: str
    title: str
    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: Path
    log: Path | None
    stop_signals: Sequence[tuple[signal.Signals, float]] = ((signal.SIGTERM, 10.0),)
    death_signal: signal.Signals = signal.SIGTERM
    user: SystemUser | None = None


class Child:
    """One running part. Made by `ProcessTable.spawn`, which also writes it down."""

    def __init__(self, spec: ProcessSpec) -> None:
        self.spec = spec
        with spec.log.open("ab") if spec.log else nullcontext() as log:
            self._process = subprocess.Popen(
                list(spec.argv),
                cwd=spec.cwd,
                env=dict(spec.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                umask=0o077,
                # A session of its own: the terminal's Ctrl-C and hang-up reach the supervisor
                # alone, which then ends the parts in their order.
                start_new_session=True,
                preexec_fn=_die_with_parent(spec.death_signal, os.getpid()),  # noqa: PLW1509
                **(spec.user.popen_arguments() if spec.user else {}),
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """None while it runs. Never blocks."""
        return self._process.poll()

    def require_alive(self) -> None:
        """Raises with the end of the log when the process is gone."""
        code = self.returncode
        if code is not None:
            raise ServiceFailedError(
                self.spec.title, f"stopped ({describe_exit(code)})", self.log_tail()
            )

    def log_tail(self, lines: int = 20) -> str:
        return tail(self.spec.log, lines) if self.spec.log else ""

    def signal(self, number: int) -> None:
        if self.returncode is None:
            self._process.send_signal(number)

    def stop(self) -> None:
        """Ends the process and what is left of its group, and waits until it is gone."""
        for number, seconds in self.spec.stop_signals:
            self.signal(number)
            if self._ends_within(seconds):
                break
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def _ends_within(self, seconds: float) -> bool:
        try:
            self._process.wait(Deadline(seconds).left())
        except subprocess.TimeoutExpired:
            return False
        return True


def describe_exit(code: int) -> str:
    if code >= 0:
        return f"exit status {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"


def _die_with_parent(death_signal: signal.Signals, parent: int) -> Callable[[], None]:
    """Runs in the child between fork and exec: only system calls, no allocation that could hang.

    It runs after the change of user, which would clear the setting (prctl(2)). The signal is
    bound to the thread that starts the child, so the stack starts its parts from one thread
    that lives as long as they do.
    """
    number = int(death_signal)

    def prepare() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # the parent died between fork and prctl
            os._exit(1)

    return prepare
