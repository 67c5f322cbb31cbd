"""How what a store says of itself is judged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.domain.diagnosis import CheckStatus, clock, cors, lifecycle

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
OK, WARNING, FAILURE = CheckStatus
HOME = "https://media.example.com"


@pytest.mark.parametrize(
    ("ahead", "status", "words"),
    [
        (0, OK, "the same"),
        (20, OK, "20 s ahead"),
        (-31, WARNING, "31 s behind"),
        (601, FAILURE, "601 s ahead"),
    ],
)
def test_clocks_that_differ(ahead: int, status: CheckStatus, words: str) -> None:
    theirs = NOW + timedelta(seconds=ahead)
    found = clock("clock", theirs.strftime("%a, %d %b %Y %H:%M:%S GMT"), NOW, NOW)
    assert found.status is status
    assert words in found.message
    assert (found.hint is None) == (status is OK)


@pytest.mark.parametrize("date", [None, "yesterday"])
def test_a_store_that_does_not_say_its_time(date: str | None) -> None:
    assert clock("clock", date, NOW, NOW).status is WARNING


def rule(**more: Any) -> dict[str, Any]:
    return {
        "AllowedOrigins": [HOME],
        "AllowedMethods": ["GET", "PUT"],
        "ExposeHeaders": ["ETag"],
    } | more


@pytest.mark.parametrize(
    ("rules", "status"),
    [
        ([rule()], OK),
        ([rule(AllowedOrigins=["*"])], OK),
        ([rule(AllowedOrigins=["https://*.example.com"])], OK),
        ([rule(AllowedMethods=["GET"]), rule(AllowedMethods=["PUT"])], OK),
        ([rule(ExposeHeaders=[])], WARNING),
        (None, WARNING),
        ([], FAILURE),
        ([rule(AllowedMethods=["GET"])], FAILURE),
        ([rule(AllowedOrigins=["https://other.example.com"])], FAILURE),
        ([rule(AllowedOrigins=["https://media.example.com.*"])], FAILURE),
    ],
)
def test_who_may_come_from_a_page(rules: list[Any] | None, status: CheckStatus) -> None:
    assert cors("CORS", rules, HOME, ("GET", "PUT")).status is status


@pytest.mark.parametrize(
    ("rules", "status"),
    [
        ([{"Status": "Enabled", "AbortIncompleteMultipartUpload": {}}], OK),
        ([{"Status": "Disabled", "AbortIncompleteMultipartUpload": {}}], WARNING),
        ([{"Status": "Enabled", "Expiration": {}}], WARNING),
        (None, WARNING),
    ],
)
def test_parts_that_nobody_finishes(rules: list[Any] | None, status: CheckStatus) -> None:
    assert lifecycle("lifecycle", rules).status is status
