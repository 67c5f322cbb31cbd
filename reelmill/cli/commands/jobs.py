"""`reelmill jobs`, `reelmill job`, and what is done to one job after the other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import NoReturn

from reelmill.cli import exits
from reelmill.cli import format as fmt
from reelmill.cli.options import Flags
from reelmill.cli.paging import collect
from reelmill.cli.results import as_json, show_job
from reelmill.cli.run import Session, run
from reelmill.cli.tables import Last
from reelmill.cli.tally import Tally
from reelmill.client import Client
from reelmill.models import Job

_HEADINGS = ("ID", "STATUS", "DONE", "AGE", "TITLE")


def listing(flags: Flags, status: Sequence[str], retried: bool | None, limit: int) -> NoReturn:
    """List jobs."""

    async def story(session: Session) -> int:
        found, more = await collect(
            lambda first, after: session.client.jobs(
                first=first, after=after, status=status, retried=retried
            ),
            limit,
        )
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


def show(flags: Flags, job_id: str) -> NoReturn:
    """Show a job."""

    async def story(session: Session) -> int:
        output = session.output
        job = await session.client.job(job_id)
        output.document(as_json(job)) if output.as_json else show_job(output, job)
        return exits.OK

    run(flags, story)


def cancel(flags: Flags, ids: Sequence[str]) -> NoReturn:
    """Cancel jobs."""
    each_job(flags, ids, lambda client, job_id: client.cancel_job(job_id))


def retry(flags: Flags, ids: Sequence[str]) -> NoReturn:
    """Make jobs again."""
    each_job(flags, ids, lambda client, job_id: client.retry_job(job_id))


def priority(flags: Flags, job_id: str, number: int) -> NoReturn:
    """Move a job."""
    each_job(flags, [job_id], lambda client, each: client.set_job_priority(each, number))


def each_job(
    flags: Flags, ids: Sequence[str], act: Callable[[Client, str], Awaitable[Job]]
) -> NoReturn:
    """Do the same with each job and print what it has become; what fails keeps none from it."""

    async def story(session: Session) -> int:
        tally = Tally(session.output)
        for job_id in ids:
            with tally.one(job_id):
                job = await act(session.client, job_id)
                if session.output.as_json:
                    session.output.document(as_json(job))
                else:
                    session.output.line(f"{job.id} {job.status}")
        return tally.exit_code()

    run(flags, story)


def _row(job: Job) -> tuple[str, ...]:
    return (
        job.id,
        str(job.status),
        fmt.percent(job),
        fmt.age(job.created_at, datetime.now(UTC)),
        job.title,
    )
