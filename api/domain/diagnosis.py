"""What a check of the installation has found, and how answers of the store are judged. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any, Final

# S3 refuses what is signed a quarter of an hour off; half of that is no comfort any more.
_SKEW_FAILS: Final = 600.0
_SKEW_WARNS: Final = 30.0
_CLOCKS: Final = "Set the clocks of this service and of the store by NTP."
_CORS: Final = "Put what `reelmill doctor --print cors` shows on the bucket."
_LIFECYCLE: Final = "Put what `reelmill doctor --print lifecycle` shows on the bucket."


class CheckStatus(StrEnum):
    """How it is."""

    OK = "OK"
    WARNING = "WARNING"
    FAILURE = "FAILURE"


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, what was seen, and what to do about it."""

    name: str
    status: CheckStatus
    message: str
    hint: str | None = None


def ok(name: str, message: str) -> Check:
    """It is as it should be."""
    return Check(name, CheckStatus.OK, message)


def warning(name: str, message: str, hint: str) -> Check:
    """It works, and may not always."""
    return Check(name, CheckStatus.WARNING, message, hint)


def failure(name: str, message: str, hint: str | None) -> Check:
    """It does not work."""
    return Check(name, CheckStatus.FAILURE, message, hint)


def clock(name: str, date: str | datetime | None, began: datetime, ended: datetime) -> Check:
    """Compare the other's time with the middle of the question."""
    try:
        theirs = parsedate_to_datetime(date) if isinstance(date, str) else date
    except ValueError:
        theirs = None
    if theirs is None:
        return warning(name, "it does not say its time", "A proxy may take the Date away.")
    skew = (theirs - (began + (ended - began) / 2)).total_seconds()
    seen = f"{abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} this service"
    if abs(skew) > _SKEW_FAILS:
        return failure(name, seen, _CLOCKS)
    if abs(skew) > _SKEW_WARNS:
        return warning(name, seen, _CLOCKS)
    return ok(name, "the same as of this service" if abs(skew) < 2 else seen)


def cors(
    name: str, rules: Sequence[Mapping[str, Any]] | None, origin: str, methods: Iterable[str]
) -> Check:
    """Whether pages of `origin` may use these methods; None: the bucket has no rules."""
    if rules is None:
        seen = "the bucket has no rules; only what the store allows by itself holds"
        return warning(name, seen, _CORS)
    ours = [rule for rule in rules if _allows(rule, origin)]
    granted = {method for rule in ours for method in rule.get("AllowedMethods", ())}
    lacking = [method for method in methods if method not in granted]
    if lacking:
        seen = f"pages of {origin} may not {' or '.join(lacking)}"
        return failure(name, seen, _CORS)
    exposed = {header.lower() for rule in ours for header in rule.get("ExposeHeaders", ())}
    if not exposed & {"etag", "*"}:
        return warning(name, "pages may not read ETag", _CORS)
    return ok(name, f"pages of {origin} may {', '.join(methods)}")


def _allows(rule: Mapping[str, Any], origin: str) -> bool:
    for allowed in rule.get("AllowedOrigins", ()):
        head, star, tail = allowed.partition("*")
        fits = origin.startswith(head) and origin.endswith(tail)
        if allowed == origin or (star and fits and len(origin) >= len(head) + len(tail)):
            return True
    return False


def lifecycle(name: str, rules: Sequence[Mapping[str, Any]] | None) -> Check:
    """Whether parts of uploads that nobody finishes go away; None: the bucket has no rules."""
    for rule in rules or ():
        if rule.get("Status") == "Enabled" and "AbortIncompleteMultipartUpload" in rule:
            return ok(name, "unfinished parts are removed")
    return warning(name, "parts of uploads that nobody finishes stay for ever", _LIFECYCLE)
