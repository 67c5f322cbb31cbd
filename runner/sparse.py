"""A local file as large as an object, in which only the bytes lie that somebody needed."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from pathlib import Path

from runner.errors import Code, RunnerError
from runner.settings import usable_scratch

Range = tuple[int, int]

PART = 16 * 1024 * 1024
PARALLEL = 4  # 4 parts of 16 MiB: at most 64 MiB in memory


class TooMuchError(Exception):
    """What is wanted lies beyond what one object may cost."""


class RangelessError(Exception):
    """The store sends whole objects only."""


class Sparse(ABC):
    """The bytes that were read so far lie in `path`, at their places; the rest are holes.

    `most` bytes are read at most.
    """

    def __init__(self, path: Path, size: int, most: int) -> None:
        self.path = path
        self.size = size
        self.bytes_read = 0
        self._most = most
        self._known: list[Range] = []  # disjoint and in order

    def create(self) -> None:
        """An empty file as large as the object, which takes no space."""
        with self.path.open("xb") as file:
            file.truncate(self.size)
        self.path.chmod(0o600)

    async def need(self, start: int, end: int) -> None:
        """Have the bytes of a range, as far as the object has them.

        Raises RunnerError, TooMuchError when this object has cost enough, and RangelessError.
        """
        await self.need_all([(start, end)])

    async def need_all(
        self, ranges: Iterable[Range], on_progress: Callable[[float], None] | None = None
    ) -> None:
        """The same for many ranges, some of them at once."""
        wanted = merged((max(0, start), min(end, self.size)) for start, end in ranges)
        gaps = [gap for start, end in wanted for gap in self._missing(start, end)]
        total = length(gaps)
        self._check(total)
        gate, done = asyncio.Semaphore(PARALLEL), 0

        async def part(start: int, end: int) -> None:
            nonlocal done
            async with gate:
                await self._load(start, end)
            done += end - start
            if on_progress:
                on_progress(done / total)

        try:
            async with asyncio.TaskGroup() as group:
                for low, high in gaps:
                    for start in range(low, high, PART):
                        group.create_task(part(start, min(start + PART, high)))
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        self._known = merged([*self._known, *gaps])

    async def read(self, start: int, end: int) -> bytes:
        """Some bytes, fewer at the end of the object."""
        await self.need(start, end)
        with self.path.open("rb") as file:
            file.seek(start)
            return file.read(max(0, min(end, self.size) - start))

    @abstractmethod
    async def _load(self, start: int, end: int) -> None:
        """Put the bytes of one range into the file, and count what was read. Raises RunnerError."""

    def _check(self, wanted: int) -> None:
        if self.bytes_read + wanted > self._most:
            raise TooMuchError(f"more than {self._most} bytes are wanted")
        if wanted > (free := usable_scratch(self.path.parent)):
            message = f"{wanted} bytes of the source are needed, scratch has {free} free"
            raise RunnerError(Code.SCRATCH_FULL, message)

    def _missing(self, start: int, end: int) -> list[Range]:
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


def merged(ranges: Iterable[Range], gap: int = 0) -> list[Range]:
    """Pure: disjoint ranges in order; those that lie no more than `gap` bytes apart are one."""
    found: list[Range] = []
    for low, high in sorted(ranges):
        if low >= high:
            continue
        if found and low <= found[-1][1] + gap:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return found


def length(ranges: Iterable[Range]) -> int:
    """Pure: the bytes of disjoint ranges."""
    return sum(end - start for start, end in ranges)
