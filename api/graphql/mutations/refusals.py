"""Expected refusals become `userErrors`; all else is an error of the request."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any, ParamSpec, TypeVar

import strawberry

from api.errors import Forbidden, Refusal, Unauthenticated, Unavailable
from api.graphql.types.common import UserError

P = ParamSpec("P")
R = TypeVar("R")


def refusals_as(
    empty: Callable[[list[UserError]], R],
) -> Callable[[Callable[P, Awaitable[R]]], Callable[P, Awaitable[R]]]:
    """Answer a refusal with the payload that `empty` makes of its user errors."""

    def decorate(resolver: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
        @functools.wraps(resolver)
        async def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return await resolver(*args, **kwargs)
            except (Unauthenticated, Forbidden, Unavailable):
                raise
            except Refusal as refusal:
                return empty([UserError.of(refusal)])

        return wrapped

    return decorate


def plain(value: Any) -> Any:
    """An input object as plain data; what was not given, or given as null, is left out."""
    if isinstance(value, Enum):
        # The framework marks enumerations as it marks input objects.
        return value.value
    if value is strawberry.UNSET:
        return None
    if hasattr(value, "__strawberry_definition__"):
        items = {name: plain(item) for name, item in vars(value).items()}
        return {name: item for name, item in items.items() if item is not None}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value
