"""Wait for something that nobody announces."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable


async def until(
    holds: Callable[[], bool | Awaitable[bool]], what: str, seconds: float = 30
) -> None:
    """Return as soon as `holds()` is true; TimeoutError says what did not come."""
    try:
        async with asyncio.timeout(seconds):
            while True:
                answer = holds()
                if await answer if inspect.isawaitable(answer) else answer:
                    return
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise TimeoutError(f"after {seconds:g} s still waiting until {what}") from None
