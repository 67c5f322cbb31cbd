"""Puts one part to a presigned link. The API key never comes here."""

from __future__ import annotations

import re
import ssl
from collections.abc import AsyncIterable
from enum import Enum
from typing import Final
from urllib.parse import urlsplit

from reelmill.errors import ConflictError, TransferError
from reelmill.models import SignedPart
from reelmill.timing import Timing
from reelmill.wire import new_client, translated

_RENEW: Final = frozenset({"ExpiredToken", "RequestTimeTooSkewed"})
_AGAIN: Final = frozenset(
    {"RequestTimeout", "IncompleteBody", "BadDigest", "OperationAborted", "SlowDown"}
)
_UNSIGNED: Final = "It refuses fresh links too: check the API's S3 settings, and both clocks."
_CONNECTIONS: Final = 100
_SHOWN: Final = 300


class Verdict(Enum):
    """What an answer of the store means for the part."""

    DONE = "done"
    AGAIN = "again"
    RENEW = "renew"
    GONE = "gone"
    REFUSED = "refused"


class PartError(TransferError):
    """A part was not taken. `verdict` says whether another try helps."""

    def __init__(self, message: str, verdict: Verdict) -> None:
        hint = _UNSIGNED if verdict is Verdict.RENEW else None
        super().__init__(message, hint=hint)
        self.verdict = verdict


class Store:
    """The S3 side of an upload."""

    def __init__(self, timing: Timing, tls: ssl.SSLContext) -> None:
        self._http = new_client(timing, silence=timing.transfer, tls=tls, connections=_CONNECTIONS)

    async def put(self, link: SignedPart, size: int, body: AsyncIterable[bytes]) -> None:
        """Send `size` bytes. Raises PartError, ConflictError when the upload is gone, and
        ConnectionFailedError."""
        place = _place(link.url)
        headers = {header.name: header.value for header in link.headers}
        # Said beforehand, because a store takes no body of unknown length.
        headers["content-length"] = str(size)
        with translated(place):
            answer = await self._http.put(link.url, content=body, headers=headers)
        code = _code(answer.text)
        found = verdict(answer.status_code, code)
        if found is Verdict.GONE:
            raise ConflictError(
                "the store has thrown the upload away; start again", code="UPLOAD_CLOSED"
            )
        if found is not Verdict.DONE:
            said = code or answer.text[:_SHOWN].strip() or answer.reason_phrase
            status = answer.status_code
            raise PartError(
                f"{place} refused part {link.number}: {said} (HTTP status {status})", found
            )

    async def close(self) -> None:
        """Close its connections."""
        await self._http.aclose()


def verdict(status: int, code: str | None) -> Verdict:
    """Pure: the meaning of an HTTP status and of S3's error code, if there is one."""
    if 200 <= status < 300:
        return Verdict.DONE
    if code == "NoSuchUpload":
        return Verdict.GONE
    if status == 403 or code in _RENEW:
        return Verdict.RENEW
    if code in _AGAIN or status in {408, 425, 429} or (status >= 500 and status not in {501, 505}):
        return Verdict.AGAIN
    return Verdict.REFUSED


def _code(body: str) -> str | None:
    # Not an XML parser: the body comes from wherever the link leads.
    found = re.search(r"<Code>\s*([A-Za-z0-9.]{1,64})\s*</Code>", body[:65536])
    return found[1] if found else None


def _place(url: str) -> str:
    """Scheme and host alone: the rest of a presigned link is a credential."""
    parts = urlsplit(url)
    return f"the store {parts.scheme}://{parts.netloc.rpartition('@')[2]}"
