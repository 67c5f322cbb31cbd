"""One asset of the library: read a little of it, look at it in the jail, say what it is."""

from __future__ import annotations

import asyncio
import shutil
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from runner import formats, log
from runner.deadline import Deadline
from runner.errors import Code, RunnerError
from runner.ffmpeg import Watch
from runner.headers import FIRST, Budget, Gathered, gather
from runner.probe import examine, recognise
from runner.remote import Remote, splice
from runner.sparse import TooMuchError
from runner.tools import Tools
from schema.job import FailureClass
from schema.probe import Probe, StreamKind
from schema.probing import ProbeItem, ProbeLimits, ProbeOutcome, ProbeResult

if TYPE_CHECKING:
    import httpx

_KB, _MB = 1024, 1024 * 1024
# The second is for files that do not show enough in the first.
BUDGETS = (Budget(512 * _KB, 256 * _KB), Budget(6 * _MB, 2 * _MB))
MOST_STREAMS = 64
UNREAD_HINT = "A job reads the whole file: start one to see whether it is good."
_SOURCE, _SPLICED = "in", "part"
_OUTCOMES = {
    Code.SOURCE_MISSING: ProbeOutcome.MISSING,
    Code.SOURCE_CHANGED: ProbeOutcome.CHANGED,
    Code.STORAGE_DENIED: ProbeOutcome.DENIED,
    # Ours, not the file's.
    Code.INTERNAL_ERROR: ProbeOutcome.UNREAD,
    Code.OUT_OF_MEMORY: ProbeOutcome.UNREAD,
    Code.TIME_LIMIT: ProbeOutcome.UNREAD,
}
# More bytes cannot change what these say.
_CERTAIN = frozenset(
    {
        *(Code.SOURCE_EMPTY, Code.SOURCE_NOT_MEDIA, Code.SOURCE_TRUNCATED),
        *(Code.SOURCE_CODEC_UNSUPPORTED, Code.SOURCE_TOO_LARGE, *_OUTCOMES),
    }
)
# The batch cannot go on.
_FATAL = frozenset({FailureClass.DISK, FailureClass.CONFIG, FailureClass.TRANSIENT})


class Reader:
    """Reads one asset after the other, each in a folder of its own."""

    def __init__(
        self, http: httpx.AsyncClient, tools: Tools, folder: Path, limits: ProbeLimits
    ) -> None:
        self._http = http
        self._tools = tools
        self._folder = folder
        self._limits = limits

    async def read(self, item: ProbeItem) -> ProbeResult:
        """What it is, or why that is not known. Raises RunnerError where no asset can be read."""
        folder = self._folder / item.asset_id
        folder.mkdir(mode=0o700)
        remote = Remote(self._http, item, folder / _SOURCE, self._limits.asset_bytes)
        try:
            async with asyncio.timeout(self._limits.asset_seconds):
                remote.create()
                probe = await self._look(remote)
            result = ProbeResult(
                asset_id=item.asset_id, etag=item.etag, outcome=ProbeOutcome.READ, probe=probe
            )
        except Exception as error:  # noqa: BLE001 - one file must not end the batch
            result = _failed(item, _ours(error, self._limits))
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        return result.model_copy(update={"bytes_read": remote.bytes_read})

    async def _look(self, remote: Remote) -> Probe:
        for budget in BUDGETS[:-1]:
            try:
                return await self._look_within(remote, budget)
            except RunnerError as error:
                if error.code in _CERTAIN or error.code.failure in _FATAL:
                    raise
        return await self._look_within(remote, BUDGETS[-1])

    async def _look_within(self, remote: Remote, budget: Budget) -> Probe:
        begin = formats.id3_length(await remote.read(0, FIRST))
        await remote.need(begin, begin + formats.HEAD_BYTES)
        container = recognise(remote.path)
        gathered = await gather(remote, container, budget)
        name = _SOURCE
        if gathered.splice is not None:
            name = _SPLICED
            (remote.path.parent / name).unlink(missing_ok=True)
            await asyncio.to_thread(
                splice, remote.path, remote.path.parent / name, *gathered.splice
            )
        examined = await examine(
            self._tools,
            remote.path.parent,
            name,
            self._limits.max_pixels,
            Watch(Deadline.after(self._limits.asset_seconds)),
            within=gathered.within,
        )
        probe = _mended(examined.probe, remote.size, gathered)
        if gathered.within and budget != BUDGETS[-1] and _lacks(probe):
            raise RunnerError(Code.SOURCE_UNREADABLE, "more bytes are needed")
        return probe


def _mended(probe: Probe, size: int, gathered: Gathered) -> Probe:
    """Of the whole file, although FFprobe has seen a part of it."""
    duration = gathered.seconds or (probe.duration if gathered.timed else None)
    streams = probe.streams[:MOST_STREAMS]
    if gathered.splice or not gathered.timed:
        # How much of each stream was in that part.
        streams = tuple(stream.model_copy(update={"duration": None}) for stream in streams)
    bitrate = round(8 * size / duration) if duration else None
    return probe.model_copy(
        update={
            "size": size,
            "duration": duration,
            "bitrate": bitrate,
            "streams": streams,
        }
    )


def _lacks(probe: Probe) -> bool:
    """A picture without a size, or sound without a rate."""
    return any(
        (stream.kind is StreamKind.VIDEO and not stream.width)
        or (stream.kind is StreamKind.AUDIO and not stream.sample_rate)
        for stream in probe.streams
    )


def _ours(error: Exception, limits: ProbeLimits) -> RunnerError:
    if isinstance(error, RunnerError):
        if error.code.failure in _FATAL and error.code not in _OUTCOMES:
            raise error
        return error
    if isinstance(error, TooMuchError):
        message = f"its headers are larger than {limits.asset_bytes} bytes: {error}"
        return RunnerError(Code.TIME_LIMIT, message)
    if isinstance(error, TimeoutError):
        return RunnerError(Code.TIME_LIMIT, f"it took longer than {limits.asset_seconds:.0f} s")
    return RunnerError(Code.INTERNAL_ERROR, repr(error), log=traceback.format_exc())


def _failed(item: ProbeItem, error: RunnerError) -> ProbeResult:
    log.info(
        "not read", asset=item.asset_id, code=error.code.name, why=error.message, detail=error.log
    )
    outcome = _OUTCOMES.get(error.code, ProbeOutcome.BROKEN)
    unread = outcome is ProbeOutcome.UNREAD
    return ProbeResult(
        asset_id=item.asset_id,
        etag=item.etag,
        outcome=outcome,
        code=error.code.name,
        message=error.message[:2000],
        hint=UNREAD_HINT if unread else error.code.hint,
    )
