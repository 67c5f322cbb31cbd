"""What this package refuses, as sentences that say what to do."""

from __future__ import annotations


class LocalError(Exception):
    """A plain message for the person at the terminal; shown without a traceback."""


class PortInUseError(LocalError):
    """A port that somebody chose (or a documented default) belongs to another process."""

    def __init__(self, port: int, service: str, variable: str, holder: str | None = None) -> None:
        super().__init__(
            f"Port {port}, wanted for {service}, is in use by {holder or 'another program'}. "
            f"Stop that program, or choose another port: {variable}=12345 make run"
        )
        self.port = port


class AlreadyRunningError(LocalError):
    """Another supervisor holds the lock of this home."""


class ServiceFailedError(LocalError):
    """A part of the stack did not start, or died; carries the tail of its log."""

    def __init__(self, service: str, what: str, log_tail: str) -> None:
        tail = f"\nThe end of its log:\n{log_tail}" if log_tail else ""
        super().__init__(f"{service} {what}.{tail}")
        self.service = service
