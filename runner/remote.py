"""One object behind a presigned link, of which some ranges are read. Errors become ours here."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from runner.errors import Code, RunnerError
from runner.sparse import Sparse

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


class _AwayError(Exception):
    pass


class Remote(Sparse):
    """An object behind a presigned link."""

    def __init__(self, http: httpx.AsyncClient, item: ProbeItem, path: Path, most: int) -> None:
        super().__init__(path, item.size, most)
        self._http = http
        self._item = item

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
