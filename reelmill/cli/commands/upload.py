"""`reelmill upload`: several files at once, and their jobs beside them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from reelmill.cli import outcomes as told
from reelmill.cli.commands.watch import check_may_watch, follow, going_on
from reelmill.cli.display import Display
from reelmill.cli.expand import expand
from reelmill.cli.options import Flags
from reelmill.cli.outcomes import Outcome
from reelmill.cli.run import HOPELESS, Session, run
from reelmill.cli.screen import open_display
from reelmill.errors import ConfigurationError, ReelmillError
from reelmill.ledger import Ledger
from reelmill.models import Job
from reelmill.options import MediaOptions

_WATCHED: Final = 8  # jobs at a time; each holds a socket
_MANY: Final = 8  # more files than this would fill a terminal with bars


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asked for."""

    files: tuple[str, ...]
    preset: str | None
    title: str | None
    options: MediaOptions
    wait: bool = False
    everything: bool = False
    fresh: bool = False
    width: int = 4


def main(flags: Flags, wanted: Wanted) -> NoReturn:
    """Upload, and wait for the jobs if that is wanted."""

    async def story(session: Session) -> int:
        if wanted.wait:
            await check_may_watch(session)
        found = await asyncio.to_thread(expand, wanted.files, everything=wanted.everything)
        outcomes = [Outcome(each.path, error=each.error) for each in found]
        ledger = _ledger(session)
        try:
            with open_display(session.output, many=len(outcomes) > _MANY) as display:
                await _Uploads(session, wanted, display, ledger).run(outcomes)
        except asyncio.CancelledError:
            if ledger is not None:
                session.output.say("What was sent is kept: the same command goes on from there.")
            raise
        told.show(session.output, outcomes, wait=wanted.wait)
        return told.code_of(outcomes, wait=wanted.wait)

    run(flags, story)


def _ledger(session: Session) -> Ledger | None:
    """Where uploads are remembered; without such a place they still work, in one go."""
    try:
        return Ledger(session.client.connection)
    except ConfigurationError as error:
        session.output.say(f"reelmill: {error.message}; what is interrupted begins anew")
        return None


class _Uploads:
    """All files of one command. The parts of all share the same few connections, and jobs are
    watched meanwhile."""

    def __init__(
        self, session: Session, wanted: Wanted, display: Display, ledger: Ledger | None
    ) -> None:
        self._session = session
        self._wanted = wanted
        self._display = display
        self._ledger = ledger
        self._seats = asyncio.Semaphore(_WATCHED)
        self._hopeless = False

    async def run(self, outcomes: Sequence[Outcome]) -> None:
        waiting = iter([outcome for outcome in outcomes if outcome.error is None])
        async with asyncio.TaskGroup() as group:
            for _ in range(min(self._wanted.width, len(outcomes))):
                group.create_task(self._work(waiting, group))

    async def _work(self, waiting: Iterator[Outcome], group: asyncio.TaskGroup) -> None:
        for outcome in waiting:
            await self._upload(outcome)
            if isinstance(outcome.error, HOPELESS):
                self._hopeless = True
            if self._hopeless:
                return  # it would be the same with the others
            if self._wanted.wait and outcome.job is not None:
                group.create_task(self._watch(outcome, outcome.job))

    async def _upload(self, outcome: Outcome) -> None:
        row = self._display.upload(Path(outcome.file).name)
        try:
            outcome.upload = await self._session.client.upload(
                outcome.file,
                preset=self._wanted.preset,
                title=self._wanted.title,
                options=self._wanted.options if self._wanted.options.as_input() else None,
                on_progress=row.update,
                ledger=self._ledger,
                fresh=self._wanted.fresh,
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
                with going_on(self._session, [job.id]):
                    outcome.job = await follow(self._session, job.id, on_job)
            except ReelmillError as error:
                outcome.error = error
