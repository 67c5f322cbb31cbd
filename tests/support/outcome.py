"""What a run says at its end: what did not run here, and why; in CI nothing may be skipped."""

from __future__ import annotations

import os
from collections import Counter

import pytest

STRICT = "REELMILL_TESTS_SKIP_NOTHING"


def skip_reasons(reporter: pytest.TerminalReporter) -> Counter[str]:
    """Reason -> number of tests."""
    counted: Counter[str] = Counter()
    for report in reporter.stats.get("skipped", []):
        reason = report.longrepr
        text = reason[2] if isinstance(reason, tuple) else str(reason)
        counted[text.removeprefix("Skipped: ")] += 1
    return counted


def summarise(reporter: pytest.TerminalReporter) -> None:
    reasons = skip_reasons(reporter)
    for reason, count in sorted(reasons.items()):
        reporter.write_line(f"did not run here ({count}): {reason}")
    if reasons and os.environ.get(STRICT):
        reporter.write_line(f"{STRICT} is set: a skipped test is a failure", red=True)


def must_fail(reporter: pytest.TerminalReporter | None) -> bool:
    """Whether skipped tests make this run a failed one."""
    return bool(os.environ.get(STRICT)) and reporter is not None and bool(skip_reasons(reporter))
