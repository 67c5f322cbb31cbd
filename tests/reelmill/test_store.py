"""What an answer of the store means."""

from __future__ import annotations

import pytest

from reelmill.store import Verdict, verdict


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (200, None, Verdict.DONE),
        (204, None, Verdict.DONE),
        (403, "AccessDenied", Verdict.RENEW),
        (403, None, Verdict.RENEW),
        (400, "ExpiredToken", Verdict.RENEW),
        (400, "RequestTimeout", Verdict.AGAIN),
        (408, None, Verdict.AGAIN),
        (409, "OperationAborted", Verdict.AGAIN),
        (429, None, Verdict.AGAIN),
        (500, "InternalError", Verdict.AGAIN),
        (503, "SlowDown", Verdict.AGAIN),
        (404, "NoSuchUpload", Verdict.GONE),
        (404, "NoSuchBucket", Verdict.REFUSED),
        (400, "EntityTooLarge", Verdict.REFUSED),
        (301, "PermanentRedirect", Verdict.REFUSED),
        (501, "NotImplemented", Verdict.REFUSED),
    ],
)
def test_verdict(status: int, code: str | None, expected: Verdict) -> None:
    assert verdict(status, code) is expected
