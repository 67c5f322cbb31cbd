"""`reelmill watch`: jobs, side by side, to their ends."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import aclosing, contextmanager
from typing import Final, NoReturn

from reelmill.cli import exits
from reelmill.cli.display import Display, OnJob
from reelmill.cli.options import Flags
from reelmill.cli.results import as_json, show_job
from reelmill.cli.run import HOPELESS, Session, exit_code, run
from reelmill.cli.screen import open_display
from reelmill.errors import ForbiddenError, ReelmillError
from reelmill.kinds import Scope
from reelmill.models import Job

_SOCKETS: Final = 50  # at a time; the API gives a key no more than some hundred


def main(flags: Flags, ids: Sequence[str]) -> NoReturn:
    """Watch, then show how they ended."""

    async def story(session: Session) -> int:
        wanted = list(dict.fromkeys(ids))
        if session.output.as_json:
            ended = await _all(session, wanted, None)
        else:
            with open_display(session.output) as display:
                ended = await _all(session, wanted, display)
            _print(session, ended)
        return _exit_code(ended)

    run(flags, story)


async def _all(
    session: Session, ids: Sequence[str], display: Display | None
) -> list[Job | ReelmillError]:
    seats = asyncio.Semaphore(_SOCKETS)

    async def one(job_id: str) -> Job | ReelmillError:
        async with seats:
            try:
                return await _one(session, job_id, display)
            except HOPELESS:
                raise
            except ReelmillError as error:
                return error

    tasks = [asyncio.create_task(one(job_id)) for job_id in ids]
    try:
        with going_on(session, ids):
            return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _one(session: Session, job_id: str, display: Display | None) -> Job:
    if display is None:
        return await follow(session, job_id, lambda job: session.output.document(as_json(job)))
    first = await session.client.job(job_id)
    return await follow(session, job_id, display.job(first.title or job_id))


async def check_may_watch(session: Session) -> None:
    """Before anything is started for `--wait`. Raises ForbiddenError for a key that cannot ask."""
    if Scope.READ not in (await session.client.viewer()).scopes:
        raise ForbiddenError(
            "this API key lacks the scope READ, and --wait asks how jobs go; nothing was started",
            hint="Leave --wait out, or take a key with READ and WRITE.",
        )


@contextmanager
def going_on(session: Session, ids: Sequence[str]) -> Iterator[None]:
    """Say, if the watching is interrupted, that the jobs are not."""
    try:
        yield
    except asyncio.CancelledError:
        several = "jobs go" if len(ids) > 1 else "job goes"
        session.output.say(f"The {several} on: reelmill watch {' '.join(ids)}")
        raise


async def follow(session: Session, job_id: str, on_job: OnJob) -> Job:
    """Watch a job to its end."""
    last: Job | None = None
    async with aclosing(session.client.watch_job(job_id)) as states:
        async for job in states:
            on_job(job)
            last = job
    assert last is not None  # noqa: S101 - a watch ends after a final state, or raises
    return last


def _print(session: Session, ended: Sequence[Job | ReelmillError]) -> None:
    for number, each in enumerate(ended):
        if isinstance(each, ReelmillError):
            session.output.fail(each)
            continue
        if number:
            session.output.line()
        show_job(session.output, each)


def _exit_code(ended: Sequence[Job | ReelmillError]) -> int:
    good = [each for each in ended if isinstance(each, Job) and each.succeeded]
    if len(good) == len(ended):
        return exits.OK
    errors = [each for each in ended if isinstance(each, ReelmillError)]
    return exit_code(errors[0]) if len(errors) == len(ended) else exits.FAILED
