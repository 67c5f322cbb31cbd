"""Lists of any length, page by page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from reelmill.models import Page

T = TypeVar("T")
_PAGE: Final = 100  # the API's own limit


async def collect(
    ask: Callable[[int, str | None], Awaitable[Page[T]]], limit: int
) -> tuple[list[T], bool]:
    """The first `limit` things of a list, and whether there are more. `ask` gets how many are
    wanted and the cursor they come after."""
    found: list[T] = []
    after: str | None = None
    while True:
        page = await ask(min(limit - len(found), _PAGE), after)
        found += page.nodes
        after = page.end_cursor
        if len(found) >= limit or not page.has_next_page:
            return found, page.has_next_page
