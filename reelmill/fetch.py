"""One file from a link to the disk: resumed by range, checked, and only then given its name."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from reelmill.errors import ConnectionFailedError, FileError, TransferError
from reelmill.timing import Patience, Timing
from reelmill.wire import new_client, translated

_CHUNK: Final = 256 * 1024
_TRIES: Final = 5
_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
# The object is another one by now, or shorter: what is here of it is worth nothing.
_STALE: Final = frozenset({412, 416})

OnBytes = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to get: bytes and digest where they are known."""

    url: str
    path: Path
    size: int | None = None
    sha256: str | None = None


class _StaleError(Exception):
    """Begin again from the first byte."""


class Fetcher:
    """Gets files. The API key never comes here: links carry their own rights."""

    def __init__(self, timing: Timing, tls: ssl.SSLContext, parallel: int) -> None:
        self._timing = timing
        self._slots = asyncio.Semaphore(parallel)
        self._http = new_client(timing, silence=timing.transfer, tls=tls, connections=parallel)

    async def close(self) -> None:
        """Close its connections."""
        await self._http.aclose()

    async def get(self, wanted: Wanted, on_bytes: OnBytes) -> int:
        """The file under its name, whole; its size. One that is there already is left alone.

        Raises TransferError when the link does not give it or gives something else, FileError when
        it cannot be written, ConnectionFailedError.
        """
        async with self._slots:
            try:
                return await self._got(wanted, on_bytes)
            except OSError as error:
                raise FileError(
                    f"{wanted.path} cannot be written: {error.strerror}", code="DISK"
                ) from error

    async def text(self, url: str) -> str:
        """A small text: a playlist or a manifest."""
        with translated(_place(url)):
            answer = await self._http.get(url, follow_redirects=True)
        if answer.status_code != 200:
            raise _refused(url, answer.status_code)
        return answer.text

    async def _got(self, wanted: Wanted, on_bytes: OnBytes) -> int:
        have = await self._whole(wanted)
        if have is not None:
            on_bytes(have)
            return have
        wanted.path.parent.mkdir(parents=True, exist_ok=True)
        patience = Patience(self._timing, self._timing.patience, tries=_TRIES)
        while True:
            try:
                part = await self._filled(wanted, on_bytes)
                break
            except _StaleError:
                for part in _parts(wanted.path):
                    part.unlink(missing_ok=True)
                pause = patience.next_pause()
                if pause is None:
                    raise TransferError(f"{wanted.path.name} changes while it is read") from None
            except ConnectionFailedError:
                pause = patience.next_pause()
                if pause is None:
                    raise
            await asyncio.sleep(pause)
        return await asyncio.to_thread(_published, wanted, part)

    async def _whole(self, wanted: Wanted) -> int | None:
        """The size of an earlier run's file, if it is what is wanted."""
        if not wanted.path.is_file():
            return None
        size = wanted.path.stat().st_size
        expected = wanted.size if wanted.size is not None else await self._size(wanted.url)
        if size != expected:
            return None
        if wanted.sha256 and await asyncio.to_thread(_digest, wanted.path) != wanted.sha256:
            return None
        return size

    async def _size(self, url: str) -> int | None:
        with translated(_place(url)):
            answer = await self._http.head(url)
        length = answer.headers.get("content-length", "")
        return int(length) if answer.status_code == 200 and length.isdigit() else None

    async def _filled(self, wanted: Wanted, on_bytes: OnBytes) -> Path:
        """The unfinished file, with all its bytes."""
        part = next(iter(_parts(wanted.path)), None)
        begin = part.stat().st_size if part else 0
        headers = {"accept-encoding": "identity"}
        if part is not None and begin:
            # Only of the same object: its etag stands in the unfinished file's name.
            headers |= {"range": f"bytes={begin}-", "if-match": f'"{_etag_of(part)}"'}
        place = _place(wanted.url)
        with translated(place):
            async with self._http.stream(
                "GET", wanted.url, headers=headers, follow_redirects=True
            ) as answer:
                begin, total = _range(answer, begin, wanted.url)
                part = part if begin and part else _part(wanted.path, answer.headers.get("etag"))
                on_bytes(begin)
                size = await _write(part, begin, answer, on_bytes)
        if total is not None and size != total:
            raise ConnectionFailedError(f"{place} ended a file before its end")
        return part


def _range(answer: httpx.Response, begin: int, url: str) -> tuple[int, int | None]:
    """Where this answer begins, and how many bytes the whole file has."""
    if answer.status_code in _STALE:
        raise _StaleError
    if answer.status_code in _AGAIN:
        raise ConnectionFailedError(f"{_place(url)} answered HTTP status {answer.status_code}")
    length = answer.headers.get("content-length", "")
    if answer.status_code == 200:
        return 0, int(length) if length.isdigit() else None
    if answer.status_code != 206:
        raise _refused(url, answer.status_code)
    found = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", answer.headers.get("content-range", ""))
    if found is None or int(found[1]) != begin:
        raise _StaleError
    return begin, int(found[2])


async def _write(part: Path, begin: int, answer: httpx.Response, on_bytes: OnBytes) -> int:
    size = begin
    with part.open("r+b" if begin else "wb") as file:
        file.seek(begin)
        async for chunk in answer.aiter_bytes(_CHUNK):
            await asyncio.to_thread(file.write, chunk)
            size += len(chunk)
            on_bytes(len(chunk))
    return size


def _stem(path: Path) -> str:
    # A name of 255 bytes has no room for anything behind it.
    return f".{hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]}"


def _part(path: Path, etag: str | None) -> Path:
    for old in _parts(path):
        old.unlink(missing_ok=True)
    known = re.sub(r"[^0-9A-Za-z-]", "", (etag or "").removeprefix("W/"))[:80] or "unknown"
    return path.with_name(f"{_stem(path)}.{known}.part")


def _parts(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{_stem(path)}.*.part"))


def _etag_of(part: Path) -> str:
    return part.name.split(".")[-2]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _place(url: str) -> str:
    parts = httpx.URL(url)
    return f"{parts.scheme}://{parts.netloc.decode('ascii', 'replace').rpartition('@')[2]}"


def _refused(url: str, status: int) -> TransferError:
    return TransferError(
        f"{_place(url)} answered HTTP status {status}",
        code="DOWNLOAD_REFUSED",
        hint="Links end after an hour: run the command again." if status == 403 else None,
    )


def _published(wanted: Wanted, part: Path) -> int:
    size = part.stat().st_size
    wrong = wanted.size is not None and size != wanted.size
    if wrong or (wanted.sha256 and _digest(part) != wanted.sha256):
        part.unlink()
        raise TransferError(
            f"{wanted.path.name} is not what the server published: size or SHA-256 differ",
            code="DOWNLOAD_DAMAGED",
            hint="Run the command again; if it stays so, something between changes files.",
        )
    part.replace(wanted.path)
    return size
