"""The runner protocol's client: claim, a heartbeat that carries progress, complete, fail.

The API may be away for minutes (a deploy, a crash): the work goes on and the calls are repeated.
`complete` and `fail` are idempotent on the server, so a repeated call does no harm.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from runner import log
from runner.errors import Stopped
from runner.progress import Standing
from runner.settings import Settings
from runner.timeline import Timeline
from schema.base import Message
from schema.job import (
    ChunkReport,
    Claim,
    ClaimRequest,
    CompletionReport,
    FailureReport,
    PhaseTime,
    PlanReport,
    ProgressAnswer,
    ProgressReport,
    SourcedAnswer,
    SourcedReport,
    StorageAccess,
)
from schema.source import SourceFacts

if TYPE_CHECKING:
    import httpx

PATIENCE = 600.0  # seconds that an API may be away
LONGEST_PAUSE = 5.0
REQUEST_SECONDS = 10.0
BEAT = 1.0  # seconds between reports while something changes


_VERBS: Mapping[type[Message], str] = {
    CompletionReport: "complete",
    PlanReport: "planned",
    ChunkReport: "stored",
}


class UnreachableError(Exception):
    """The API did not answer for PATIENCE seconds: exit code 4."""


class RefusedError(Exception):
    """The API answered something that trying again does not change: exit code 4."""


class NotWelcomeError(RefusedError):
    """401: the proof or the token is not valid."""


class Reporter:
    """Everything that one claimed task says to the API. `standing` is what a beat reports."""

    def __init__(self, http: httpx.AsyncClient, claim: Claim) -> None:
        self._http = http
        self._path = f"/runner/v1/tasks/{claim.task_id}"
        self._token = claim.token
        self._lease = claim.lease_seconds
        self._sequence = 0
        self.epoch = claim.epoch
        self.storage: StorageAccess = claim.storage
        self.standing = Standing()
        self._timeline = Timeline()

    def stand(self, standing: Standing) -> None:
        """There is news of the progress: the next beat tells it."""
        self.standing = standing
        self._timeline.enter(standing.phase)

    @property
    def phases(self) -> tuple[PhaseTime, ...]:
        """How long each phase took so far."""
        return self._timeline.phases()

    async def beat(self) -> None:
        """Report for as long as the task runs. Raises Stopped when the API says so."""
        sent, sent_at, pause = None, 0.0, BEAT
        while True:
            due = time.monotonic() - sent_at >= self._lease / 3
            if self.standing != sent or due:
                now = self.standing
                if await self._progress(now):
                    sent, sent_at, pause = now, time.monotonic(), BEAT
                else:
                    pause = min(2 * pause, LONGEST_PAUSE)
            await asyncio.sleep(min(pause, max(BEAT, self._lease / 3)))

    async def _progress(self, now: Standing) -> bool:
        """One report. False when the API is away: the work goes on meanwhile."""
        self._sequence += 1
        report = ProgressReport(
            epoch=self.epoch,
            sequence=self._sequence,
            phase=now.phase,
            fraction=now.fraction,
            speed=now.speed,
            eta_seconds=now.eta_seconds,
        )
        try:
            body = await self._call("progress", report)
        except NotWelcomeError as error:
            raise Stopped(str(error)) from error
        except (_AwayError, RefusedError) as error:
            log.warning("a progress report was not taken", reason=str(error))
            return False
        answer = ProgressAnswer.model_validate_json(body)
        if answer.cancel:
            raise Stopped("the job was canceled")
        self._lease = answer.lease_seconds
        self._token = answer.token or self._token
        self.storage = answer.storage or self.storage
        return True

    async def known(self, source: SourceFacts, inputs: Sequence[SourceFacts]) -> SourcedAnswer:
        """What of the recipe was made of these bytes before. Raises Stopped."""
        report = SourcedReport(epoch=self.epoch, source=source, inputs=tuple(inputs))
        try:
            body = await patiently(lambda: self._call("sourced", report))
        except NotWelcomeError as error:
            raise Stopped(str(error)) from error
        except RefusedError as error:
            # An API of an earlier version does not know the question.
            log.warning("nothing is known of earlier outputs", reason=str(error))
            return SourcedAnswer()
        answer = SourcedAnswer.model_validate_json(body)
        self.storage = answer.storage or self.storage
        return answer

    async def done(self, report: CompletionReport | PlanReport | ChunkReport) -> None:
        """Hand in what was made. Returns when the API has it for sure."""
        await patiently(lambda: self._call(_VERBS[type(report)], report))

    async def fail(self, report: FailureReport) -> None:
        """Say why it did not work. Returns when the API knows."""
        await patiently(lambda: self._call("fail", report))

    async def _call(self, verb: str, message: Message) -> bytes:
        return await _post(self._http, f"{self._path}/{verb}", self._token, message)


async def claim_task(http: httpx.AsyncClient, settings: Settings) -> Claim:
    """Prove who we are and get the task. Raises Stopped, RefusedError or UnreachableError."""
    return Claim.model_validate_json(await claim(http, settings))


async def claim(http: httpx.AsyncClient, settings: Settings) -> bytes:
    """The answer to a claim of either kind."""
    request = ClaimRequest(
        attempt_id=settings.attempt_id,
        task=settings.task,
        index=settings.index,
        runner=f"{socket.gethostname()}:{os.getpid()}"[:200],
    )
    return await patiently(lambda: _post(http, "/runner/v1/claim", settings.proof, request))


async def tell(http: httpx.AsyncClient, path: str, token: str, message: Message) -> bytes:
    """One call, repeated until it is answered. Raises Stopped, RefusedError or UnreachableError."""
    return await patiently(lambda: _post(http, path, token, message))


class _AwayError(Exception):
    """No answer, or one that says "later"."""


async def _post(http: httpx.AsyncClient, path: str, token: str, message: Message) -> bytes:
    import httpx as library  # noqa: PLC0415 - lazy: 0.3 s, and tests of pure parts need none

    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    try:
        answer = await http.post(path, content=message.model_dump_json(), headers=headers)
    except library.HTTPError as error:
        raise _AwayError(f"{path}: {error!r}") from error
    status = answer.status_code
    said = f"the API answered {status} to {path}: {answer.text[:500]}"
    if status in {409, 410}:
        raise Stopped(said)
    if status == 401:
        raise NotWelcomeError(said)
    if status in {408, 425, 429} or status >= 500:
        raise _AwayError(f"{path}: status {status}")
    if status >= 400:
        raise RefusedError(said)
    return answer.content


async def patiently(call: Callable[[], Awaitable[bytes]]) -> bytes:
    """Repeat a call until the API answers. Raises UnreachableError after PATIENCE seconds."""
    until, pause = time.monotonic() + PATIENCE, 0.5
    while True:
        try:
            return await call()
        except _AwayError as error:
            if time.monotonic() + pause > until:
                raise UnreachableError(str(error)) from error
            log.warning("the API does not answer, trying again", reason=str(error), pause=pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
