"""`reelmill upload`: files, one after the other, and their jobs beside them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from reelmill.cli import exits
from reelmill.cli import format as fmt
from reelmill.cli.commands.jobs import follow
from reelmill.cli.display import Display, open_display
from reelmill.cli.options import Flags
from reelmill.cli.output import error_as_json, error_as_text
from reelmill.cli.results import as_json, show_fault, show_outputs
from reelmill.cli.run import HOPELESS, Session, exit_code, run
from reelmill.errors import ReelmillError
from reelmill.models import Job, Upload

_WATCHED: Final = 8  # jobs at a time; each holds a socket


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asked for."""

    files: tuple[str, ...]
    preset: str | None
    title: str | None
    wait: bool


@dataclass(slots=True)
class Outcome:
    """What has become of one file."""

    file: str
    upload: Upload | None = None
    job: Job | None = None
    error: ReelmillError | None = None

    def ok(self, *, wait: bool) -> bool:
        """Whether it came to what was asked."""
        if self.error is not None or self.upload is None:
            return False
        return not wait or (self.job is not None and self.job.succeeded)


def main(flags: Flags, wanted: Wanted) -> NoReturn:
    """Upload, and wait for the jobs if that is wanted."""

    async def story(session: Session) -> int:
        with open_display(session.output) as display:
            outcomes = await _Uploads(session, wanted, display).run()
        _print(session, wanted, outcomes)
        return _exit_code(outcomes, wait=wanted.wait)

    run(flags, story)


class _Uploads:
    """All files of one command. Files wait for each other, since each fills the line with its
    parts; jobs are watched meanwhile."""

    def __init__(self, session: Session, wanted: Wanted, display: Display) -> None:
        self._session = session
        self._wanted = wanted
        self._display = display
        self._seats = asyncio.Semaphore(_WATCHED)

    async def run(self) -> list[Outcome]:
        outcomes = [Outcome(file) for file in self._wanted.files]
        async with asyncio.TaskGroup() as watchers:
            for outcome in outcomes:
                await self._upload(outcome)
                if isinstance(outcome.error, HOPELESS):
                    break  # it would be the same with the others
                if self._wanted.wait and outcome.job is not None:
                    watchers.create_task(self._watch(outcome, outcome.job))
        return outcomes

    async def _upload(self, outcome: Outcome) -> None:
        row = self._display.upload(Path(outcome.file).name)
        try:
            outcome.upload = await self._session.client.upload(
                outcome.file,
                preset=self._wanted.preset,
                title=self._wanted.title,
                on_progress=row.update,
            )
        except ReelmillError as error:
            outcome.error = error
            row.failed()
            return
        outcome.job = outcome.upload.job
        row.done(outcome.upload.size or 0)

    async def _watch(self, outcome: Outcome, job: Job) -> None:
        async with self._seats:
            try:
                on_job = self._display.job(Path(outcome.file).name)
                outcome.job = await follow(self._session, job.id, on_job)
            except ReelmillError as error:
                outcome.error = error


def _exit_code(outcomes: Sequence[Outcome], *, wait: bool) -> int:
    failed = [outcome for outcome in outcomes if not outcome.ok(wait=wait)]
    if not failed:
        return exits.OK
    if len(failed) < len(outcomes):
        return exits.PARTIAL
    error = failed[0].error
    return exit_code(error) if error is not None else exits.FAILED


def _print(session: Session, wanted: Wanted, outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.error is not None:
            session.output.say(f"reelmill: {error_as_text(outcome.error)}")
    untried = [each for each in outcomes if each.upload is None and each.error is None]
    if untried:
        session.output.say(f"reelmill: {len(untried)} more were not tried")
    if session.output.as_json:
        session.output.document({"uploads": [_document(outcome) for outcome in outcomes]})
    elif wanted.wait:
        _print_results(session, outcomes)
    else:
        _print_uploads(session, outcomes)


def _print_results(session: Session, outcomes: Sequence[Outcome]) -> None:
    ended = [(each.file, each.job) for each in outcomes if each.job and each.job.done]
    for number, (file, job) in enumerate(ended):
        if number:
            session.output.line()
        if len(outcomes) > 1:
            session.output.line(f"{fmt.safe(file)}: {fmt.job_state(job)}")
        show_fault(session.output, job)
        show_outputs(session.output, job)


def _print_uploads(session: Session, outcomes: Sequence[Outcome]) -> None:
    sent = [(each.file, each.upload.key, each.job) for each in outcomes if each.upload]
    if any(job for *_, job in sent):
        rows = [(file, job.id if job else "", key) for file, key, job in sent]
        session.output.table(("FILE", "JOB", "KEY"), rows)
    elif sent:
        session.output.table(("FILE", "KEY"), [(file, key) for file, key, _ in sent])


def _document(outcome: Outcome) -> Mapping[str, Any]:
    upload = outcome.upload
    return {
        "file": outcome.file,
        "upload": as_json(upload.model_copy(update={"job": None})) if upload else None,
        "job": as_json(outcome.job) if outcome.job else None,
        "error": error_as_json(outcome.error) if outcome.error else None,
    }
