"""The orders in which jobs are listed, and cursors that say where a page of one has ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from api.domain import ids
from api.domain.cursors import pack, unpack
from api.domain.models import Job
from api.errors import InvalidCursor


class JobOrder(StrEnum):
    """By when they were made, or by when they ended."""

    CREATED_AT_DESC = "CREATED_AT_DESC"
    FINISHED_AT_DESC = "FINISHED_AT_DESC"


@dataclass(frozen=True, slots=True)
class Place:
    """A job that has ended."""

    finished_at: datetime
    id: UUID


def cursor(order: JobOrder, job: Job) -> str:
    """Where this job stands. Of the usual order it is the id alone, as in every other list."""
    if order is JobOrder.CREATED_AT_DESC or job.finished_at is None:
        return job.id.hex
    return pack([order.value, job.finished_at.isoformat(), job.id.hex])


def place(text: str | None) -> Place | None:
    """Take a cursor of `FINISHED_AT_DESC` apart. Raises InvalidCursor, also for another order's."""
    if text is None:
        return None
    match unpack(text):
        case [JobOrder.FINISHED_AT_DESC.value, str(moment), str(digits)]:
            at, found = _moment(moment), ids.decode_cursor(digits)
            if at is not None and found is not None:
                return Place(at, found)
        case _:
            pass
    message = "the cursor was not made by this service for this order; start without it"
    raise InvalidCursor(message)


def _moment(text: str) -> datetime | None:
    """None for what is none, or is not in UTC, as all that were given are."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.utcoffset() == timedelta(0) else None
