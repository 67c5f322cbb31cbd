"""Cursors of lists of jobs."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from api.domain import ids, job_orders
from api.domain.cursors import pack
from api.domain.job_orders import JobOrder, Place
from api.errors import InvalidCursor

_ID = "01a203bb11407f6a8ad4c9f6271c5aa8"
_MOMENT = "2026-01-01T00:00:00.000001+00:00"


def _job(finished_at: datetime | None) -> Any:
    return SimpleNamespace(id=ids.new(), finished_at=finished_at)


def test_a_cursor_says_when_a_job_ended() -> None:
    job = _job(datetime.fromisoformat(_MOMENT).astimezone(UTC))
    text = job_orders.cursor(JobOrder.FINISHED_AT_DESC, job)
    assert job_orders.place(text) == Place(job.finished_at, job.id)
    assert job_orders.place(None) is None


def test_the_usual_cursor_is_the_id() -> None:
    job = _job(datetime.now(UTC))
    assert job_orders.cursor(JobOrder.CREATED_AT_DESC, job) == job.id.hex


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        _ID,
        pack(["CREATED_AT_DESC", _MOMENT, _ID]),
        pack(["FINISHED_AT_DESC", None, _ID]),
        pack(["FINISHED_AT_DESC", "yesterday", _ID]),
        pack(["FINISHED_AT_DESC", "2026-01-01T00:00:00", _ID]),
        pack(["FINISHED_AT_DESC", "0001-01-01T00:00:00+14:00", _ID]),
        pack(["FINISHED_AT_DESC", "2026-01-01T00:00:00+01:00", _ID]),
        pack(["FINISHED_AT_DESC", _MOMENT, "no-id"]),
        pack(["FINISHED_AT_DESC", _MOMENT]),
    ],
)
def test_what_nobody_was_given_is_refused(text: str) -> None:
    with pytest.raises(InvalidCursor):
        job_orders.place(text)
