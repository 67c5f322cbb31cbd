"""One transaction for all that want the same written: whoever comes first writes for those behind.

Nobody waits for a company: while one write is on its way, the next ones gather.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, Generic, TypeVar

from api.errors import DatabaseUnavailable

T = TypeVar("T")
R = TypeVar("R")

_OPEN: Final[Any] = object()


class _Wish(Generic[T, R]):
    """What one caller wants, and what has become of it."""

    def __init__(self, item: T) -> None:
        self.item = item
        self.result: R = _OPEN
        self.error: DatabaseUnavailable | None = None

    @property
    def is_open(self) -> bool:
        return self.result is _OPEN and self.error is None


class Together(Generic[T, R]):
    """Calls of one function for many: `write` gets at most `most` items and answers in their order.

    There is no task behind it: a caller that is canceled in the middle of writing leaves the
    others to the next one of them.
    """

    def __init__(self, write: Callable[[Sequence[T]], Awaitable[Sequence[R]]], most: int) -> None:
        self._write = write
        self._most = most
        self._wishes: list[_Wish[T, R]] = []
        self._turn = asyncio.Lock()

    async def __call__(self, item: T) -> R:
        """Return once it is committed. Raises DatabaseUnavailable, for all of a transaction."""
        mine = _Wish[T, R](item)
        self._wishes.append(mine)
        try:
            async with self._turn:
                while mine.is_open:
                    await self._round()
        finally:
            if mine in self._wishes:
                self._wishes.remove(mine)
        if mine.error is not None:
            raise mine.error
        return mine.result

    async def _round(self) -> None:
        wishes = self._wishes[: self._most]
        try:
            results = await self._write([wish.item for wish in wishes])
        except DatabaseUnavailable as error:
            # Each of them asking by itself would wait for the same database, one after the other.
            for wish in wishes:
                wish.error = error
        else:
            for wish, result in zip(wishes, results, strict=True):
                wish.result = result
        # Some may have been withdrawn meanwhile.
        self._wishes = [wish for wish in self._wishes if wish.is_open]
