"""A batch of the library: ask for assets, read them two at a time, tell of them once a second."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from typing import TYPE_CHECKING

from runner import log, report
from runner.errors import Code, RunnerError
from runner.library import Reader
from runner.scratch import scratch_folder, sweep
from runner.tools import find_tools
from schema.job import FailureReport
from schema.probing import ProbeAnswer, ProbeClaim, ProbeItem, ProbeReport, ProbeResult

if TYPE_CHECKING:
    import httpx

    from runner.settings import Settings

BEAT = 1.0  # seconds between reports at least
GOODBYE_SECONDS = 2.0
# A report has 1 MiB at most; a file may be built to have endless tags.
MOST_PROBE = 24_000


async def attend(http: httpx.AsyncClient, settings: Settings) -> bool:
    """Claim the batch and work until there is no more; False when it failed and that was told."""
    claim = ProbeClaim.model_validate_json(await report.claim(http, settings))
    log.bind(batch=claim.batch_id, epoch=claim.epoch)
    path = f"/runner/v1/batches/{claim.batch_id}"
    try:
        await _work(http, settings, claim, path)
    except asyncio.CancelledError:
        failed = RunnerError(Code.DISRUPTED, "the runner was told to stop")
    except RunnerError as error:
        failed = error
    else:
        log.info("completed")
        return True
    log.warning("failed", code=failed.code.name, reason=failed.message, detail=failed.log)
    await _fail(http, claim, path, failed)
    return False


async def _fail(http: httpx.AsyncClient, claim: ProbeClaim, path: str, failed: RunnerError) -> None:
    ending = FailureReport(
        epoch=claim.epoch,
        failure=failed.code.failure,
        code=failed.code.name,
        message=failed.message[:2000],
        hint=failed.code.hint,
    )
    try:
        async with asyncio.timeout(GOODBYE_SECONDS):
            await report.tell(http, f"{path}/fail", claim.token, ending)
    except TimeoutError:
        raise report.UnreachableError("no time was left to report") from None


async def _work(http: httpx.AsyncClient, settings: Settings, claim: ProbeClaim, path: str) -> None:
    import httpx as library  # noqa: PLC0415 - lazy, as in report.py

    tools = find_tools(settings)
    sweep(settings.scratch)
    verify = ssl.create_default_context(cafile=settings.ca_bundle) if settings.ca_bundle else True
    with scratch_folder(settings.scratch, settings.attempt_id, claim.epoch) as folder:
        # A client of its own: what the store is told must never hold a token of the API.
        async with library.AsyncClient(
            verify=verify, timeout=library.Timeout(20), trust_env=False
        ) as store:
            reader = Reader(store, tools, folder, claim.limits)
            await Batch(http, claim, path, reader).run()


class Batch:
    """What is waiting, in work, and done but not told of."""

    def __init__(
        self, http: httpx.AsyncClient, claim: ProbeClaim, path: str, reader: Reader
    ) -> None:
        self._http = http
        self._claim = claim
        self._path = path
        self._reader = reader
        self._lease = claim.lease_seconds
        self._waiting: deque[ProbeItem] = deque()
        self._working: dict[str, asyncio.Task[None]] = {}
        self._done: list[ProbeResult] = []
        self._news = asyncio.Event()

    async def run(self) -> None:
        """Report and read until the API says that there is no more. Raises Stopped, RunnerError."""
        try:
            while not await self._report():
                pause = asyncio.create_task(asyncio.sleep(BEAT))
                await self._something()
                await pause
        finally:
            for task in self._working.values():
                task.cancel()
            await asyncio.gather(*self._working.values(), return_exceptions=True)

    async def _something(self) -> None:
        """Wait for news, at most until the lease wants a word."""
        try:
            async with asyncio.timeout(max(BEAT, self._lease / 3)):
                await self._news.wait()
        except TimeoutError:
            pass
        self._news.clear()
        for task in list(self._working.values()):
            if task.done() and not task.cancelled():
                task.result()  # what no asset is to blame for ends the batch

    async def _report(self) -> bool:
        """Tell of what is done; True when that was all."""
        results, self._done = self._done, []
        said = ProbeReport(
            epoch=self._claim.epoch,
            working=(*self._working, *(item.asset_id for item in self._waiting)),
            results=tuple(results),
        )
        body = await report.tell(self._http, f"{self._path}/probed", self._claim.token, said)
        answer = ProbeAnswer.model_validate_json(body)
        self._lease = answer.lease_seconds
        known = {*said.working, *(result.asset_id for result in self._done)}
        self._waiting.extend(item for item in answer.items if item.asset_id not in known)
        self._fill()
        return answer.over

    def _fill(self) -> None:
        while self._waiting and len(self._working) < self._claim.limits.parallel:
            item = self._waiting.popleft()
            self._working[item.asset_id] = asyncio.create_task(self._one(item))

    async def _one(self, item: ProbeItem) -> None:
        try:
            result = await self._reader.read(item)
        except RunnerError:
            self._news.set()
            raise
        self._done.append(_bounded(result))
        del self._working[item.asset_id]
        self._fill()
        self._news.set()


def _bounded(result: ProbeResult) -> ProbeResult:
    probe = result.probe
    if probe is None or len(probe.model_dump_json()) <= MOST_PROBE:
        return result
    kept = tuple(s for s in (probe.video, probe.audio) if s is not None)
    short = tuple(s.model_copy(update={"language": None}) for s in kept)
    return result.model_copy(update={"probe": probe.model_copy(update={"streams": short})})
