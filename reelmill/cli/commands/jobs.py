"""`reelmill jobs`, `reelmill job` and `reelmill cancel`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NoReturn

from reelmill.cli import exits
from reelmill.cli import format as fmt
from reelmill.cli.display import OnJob, open_display
from reelmill.cli.options import Flags
from reelmill.cli.results import as_json, show_job
from reelmill.cli.run import Session, run
from reelmill.cli.tables import Last
from reelmill.models import Job

_PAGE = 100  # the API's own limit
_HEADINGS = ("ID", "STATUS", "DONE", "AGE", "TITLE")


def listing(flags: Flags, status: Sequence[str], limit: int) -> NoReturn:
    """List jobs."""

    async def story(session: Session) -> int:
        found, more = await _collect(session, status, limit)
        if session.output.as_json:
            session.output.document({"jobs": [as_json(job) for job in found], "more": more})
            return exits.OK
        if not found:
            session.output.say("There is no such job." if status else "There are no jobs yet.")
            return exits.OK
        session.output.table(_HEADINGS, [_row(job) for job in found], last=Last.CUT)
        if more:
            session.output.say(f"There are more; see them with --limit {limit * 5}.")
        return exits.OK

    run(flags, story)


def show(flags: Flags, job_id: str, *, watch: bool) -> NoReturn:
    """Show a job, or follow it to its end."""

    async def story(session: Session) -> int:
        output = session.output
        if not watch:
            job = await session.client.job(job_id)
            output.document(as_json(job)) if output.as_json else show_job(output, job)
            return exits.OK
        if output.as_json:
            job = await follow(session, job_id, lambda job: output.document(as_json(job)))
        else:
            first = await session.client.job(job_id)
            with open_display(output) as display:
                job = await follow(session, job_id, display.job(first.title or job_id))
            show_job(output, job)
        return exits.OK if job.succeeded else exits.FAILED

    run(flags, story)


def cancel(flags: Flags, job_id: str) -> NoReturn:
    """Cancel a job."""

    async def story(session: Session) -> int:
        job = await session.client.cancel_job(job_id)
        if session.output.as_json:
            session.output.document(as_json(job))
        else:
            session.output.line(f"{job.id} {job.status}")
        return exits.OK

    run(flags, story)


async def follow(session: Session, job_id: str, on_job: OnJob) -> Job:
    """Watch a job to its end; says, if that is interrupted, that the job itself is not."""
    last: Job | None = None
    try:
        async for job in session.client.watch_job(job_id):
            on_job(job)
            last = job
    except asyncio.CancelledError:
        session.output.say(f"The job goes on: reelmill job {job_id} --watch")
        raise
    assert last is not None  # noqa: S101 - a watch ends after a final state, or raises
    return last


async def _collect(session: Session, status: Sequence[str], limit: int) -> tuple[list[Job], bool]:
    found: list[Job] = []
    after: str | None = None
    while True:
        first = min(limit - len(found), _PAGE)
        page = await session.client.jobs(first=first, after=after, status=status or None)
        found += page.nodes
        after = page.end_cursor
        if len(found) >= limit or not page.has_next_page:
            return found, page.has_next_page


def _row(job: Job) -> tuple[str, ...]:
    return (
        job.id,
        str(job.status),
        fmt.percent(job),
        fmt.age(job.created_at, datetime.now(UTC)),
        job.title,
    )
