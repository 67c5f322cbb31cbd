"""What a check has found, and the list they are written into."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final

from reelmill.errors import ReelmillError

# S3 refuses what is signed a quarter of an hour off; half of that is no comfort any more.
_SKEW_FAILS: Final = 600.0
_SKEW_WARNS: Final = 30.0


class Status(StrEnum):
    """How it is."""

    OK = "OK"
    WARNING = "WARNING"
    FAILURE = "FAILURE"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, what was seen, and what to do about it."""

    check: str
    status: Status
    seen: str
    cure: str | None = None


@dataclass(slots=True)
class Findings:
    """All of them, in order."""

    found: list[Finding] = field(default_factory=list)

    def ok(self, check: str, seen: str) -> None:
        """It is as it should be."""
        self.found.append(Finding(check, Status.OK, seen))

    def warn(self, check: str, seen: str, cure: str) -> None:
        """It works, and may not always."""
        self.found.append(Finding(check, Status.WARNING, seen, cure))

    def fail(self, check: str, seen: str, cure: str) -> None:
        """It does not work."""
        self.found.append(Finding(check, Status.FAILURE, seen, cure))

    @property
    def failed(self) -> bool:
        """Whether anything does not work."""
        return any(each.status is Status.FAILURE for each in self.found)

    @contextmanager
    def watched(self, check: str, cure: str) -> Iterator[None]:
        """An error in there is a failure of this check."""
        try:
            yield
        except ReelmillError as error:
            self.fail(check, f"{error.message} [{error.code}]", error.hint or cure)

    def clock(self, check: str, date: str | None, began: datetime, ended: datetime) -> None:
        """Compare the Date of an answer with the middle of its request."""
        if not date:
            self.warn(check, "the answer has no Date", "A proxy may take it out; let it pass.")
            return
        try:
            theirs = parsedate_to_datetime(date).astimezone(UTC)
        except ValueError:
            self.warn(check, f"the answer's Date is {date!r}", "Find out who writes it.")
            return
        skew = (theirs - (began + (ended - began) / 2)).total_seconds()
        # The header has whole seconds, cut off.
        seen = f"{abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} this machine"
        cure = "Set both clocks by NTP: what is signed with a wrong time is refused."
        if abs(skew) > _SKEW_FAILS:
            self.fail(check, seen, cure)
        elif abs(skew) > _SKEW_WARNS:
            self.warn(check, seen, cure)
        else:
            self.ok(check, "as on this machine" if abs(skew) < 2 else seen)
