"""Presigned links to single objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

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


def attachment(key: str) -> str:
    """The Content-Disposition of a file that is kept instead of shown, named as its key ends.

    The first name is for programs that read nothing but ASCII (RFC 6266).
    """
    name = key.rsplit("/", 1)[-1]
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


class Links:
    """Makes links that the store itself answers."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def to_output(self, output: Output, seconds: int, *, download: bool = False) -> str:
        """A link to an output's own object; as a download a browser keeps it under its name."""
        named = attachment(output.key) if download else None
        lives = check_seconds(seconds)
        return await self._storage.sign_get(output.bucket, output.key, lives, download_as=named)
