"""One object behind a presigned link, of which some ranges are read. Errors become ours here."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from runner.errors import Code, RunnerError

if TYPE_CHECKING:
    import httpx

    from schema.probing import ProbeItem

# How long a store may be away before the batch is given up.
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)

_REFUSALS = {
    401: (Code.STORAGE_DENIED, "the store does not hand this object out"),
    403: (Code.STORAGE_DENIED, "the store does not hand this object out"),
    404: (Code.SOURCE_MISSING, "the object is not in the bucket"),
    412: (Code.SOURCE_CHANGED, "the object was replaced"),
    416: (Code.SOURCE_CHANGED, "the object is smaller than it was"),
}


class TooMuchError(Exception):
    """What is wanted lies beyond what one asset may cost."""


class _AwayError(Exception):
    pass


class Remote:
    """The bytes that were read so far lie in `path`, at their places; the rest are holes."""

    def __init__(self, http: httpx.AsyncClient, item: ProbeItem, path: Path, most: int) -> None:
        self.path = path
        self.size = item.size
        self.bytes_read = 0
        self._http = http
        self._item = item
        self._most = most
        self._known: list[tuple[int, int]] = []  # disjoint and in order

    async def need(self, start: int, end: int) -> None:
        """Have the bytes of a range, as far as the object has them.

        Raises RunnerError, or TooMuchError when this asset has cost enough.
        """
        for low, high in self._missing(max(0, start), min(end, self.size)):
            if self.bytes_read + high - low > self._most:
                raise TooMuchError(f"more than {self._most} bytes are wanted")
            await self._load(low, high)
            self._known = _merged([*self._known, (low, high)])

    async def read(self, start: int, end: int) -> bytes:
        """Some bytes, fewer at the end of the object."""
        await self.need(start, end)
        with self.path.open("rb") as file:
            file.seek(start)
            return file.read(max(0, min(end, self.size) - start))

    def create(self) -> None:
        """An empty file as large as the object, which takes no space."""
        with self.path.open("xb") as file:
            file.truncate(self.size)

    def _missing(self, start: int, end: int) -> list[tuple[int, int]]:
        gaps, at = [], start
        for low, high in self._known:
            if high <= at or low >= end:
                continue
            if low > at:
                gaps.append((at, low))
            at = high
        if at < end:
            gaps.append((at, end))
        return gaps

    async def _load(self, start: int, end: int) -> None:
        for pause in (*PAUSES, None):
            try:
                data = await self._get(start, end)
            except _AwayError as error:
                if pause is None:
                    raise RunnerError(Code.STORAGE_UNAVAILABLE, str(error)) from error
                await asyncio.sleep(pause)
            else:
                await asyncio.to_thread(_write, self.path, data, start)
                return

    async def _get(self, start: int, end: int) -> bytes:
        import httpx as library  # noqa: PLC0415 - lazy, as in report.py

        headers = {"range": f"bytes={start}-{end - 1}"}
        if self._item.etag is not None:
            headers["if-match"] = f'"{self._item.etag}"'
        try:
            async with self._http.stream("GET", self._item.url, headers=headers) as answer:
                _judge(answer.status_code, start)
                return await self._body(answer, end - start)
        # Without the error's words: they may hold the link.
        except library.HTTPError as error:
            raise _AwayError(f"the store does not answer: {type(error).__name__}") from None

    async def _body(self, answer: httpx.Response, wanted: int) -> bytes:
        """No more than was asked for, whatever the store sends."""
        data = bytearray()
        async for chunk in answer.aiter_raw():
            self.bytes_read += len(chunk)
            data += chunk
            if len(data) >= wanted:
                break
        if len(data) < wanted:
            raise _AwayError(f"{wanted - len(data)} bytes of a range are missing")
        return bytes(data[:wanted])


def _judge(status: int, start: int) -> None:
    if status == 206 or (status == 200 and start == 0):
        return
    if status in _REFUSALS:
        raise RunnerError(*_REFUSALS[status])
    raise _AwayError(f"the store answers {status} to a range")


def _merged(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return found


def _write(path: Path, data: bytes, position: int) -> None:
    try:
        with path.open("r+b") as file:
            file.seek(position)
            file.write(data)
            file.flush()
    except OSError as error:
        raise RunnerError(Code.SCRATCH_FULL, f"scratch cannot be written: {error}") from error


def splice(source: Path, target: Path, head: int, tail: int) -> None:
    """The first bytes and the last ones, without the hole between them."""
    step: Callable[[int], int] = lambda left: min(left, 1024 * 1024)  # noqa: E731
    with source.open("rb") as whole, target.open("xb") as part:
        for left, where in ((head, os.SEEK_SET), (tail, os.SEEK_END)):
            whole.seek(-left if where == os.SEEK_END else 0, where)
            rest = left
            while rest:
                chunk = whole.read(step(rest))
                part.write(chunk)
                rest -= len(chunk)
