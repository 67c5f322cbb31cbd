"""Presigned links to single objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.errors import InvalidInput

if TYPE_CHECKING:
    from api.adapters.s3 import Storage
    from api.domain.models import Output

MAX_SECONDS: Final = 7 * 86400  # SigV4's own limit


def check_seconds(seconds: int) -> int:
    """A link lives 1 second to 7 days. Raises InvalidInput."""
    if not 1 <= seconds <= MAX_SECONDS:
        raise InvalidInput("a link lives 1 to 604,800 seconds (7 days)", field="expiresIn")
    return seconds


class Links:
    """Makes links that the store itself answers."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def to_output(self, output: Output, seconds: int) -> str:
        """A link to an output's own object."""
        return await self._storage.sign_get(output.bucket, output.key, check_seconds(seconds))
