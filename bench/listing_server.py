"""`python -m bench.listing_server PORT OBJECTS`: ListObjectsV2 pages that were built beforehand.

The store must not be the bottleneck where listings are compared. A page holds a thousand objects,
with the elements that S3 sends by default.
"""

from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import uvicorn

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

BUCKET = "listed"
PAGE = 1000
TYPES = ("mp4", "MKV", "mov", "webm", "mp3", "flac", "jpg")  # the last one is no media
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    f"<Name>{BUCKET}</Name><Prefix></Prefix><MaxKeys>{PAGE}</MaxKeys>"
    "<EncodingType>url</EncodingType>"
)
_NO_UPLOADS = (
    '<ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    "<IsTruncated>false</IsTruncated></ListMultipartUploadsResult>"
)
_NO_CORS = "<Error><Code>NoSuchCORSConfiguration</Code><Message>none</Message></Error>"


def key(number: int) -> str:
    """Keys in the order of a listing, in folders of some hundreds."""
    return f"archive/{number // 500:05d}/recording_{number:09d}.{TYPES[number % len(TYPES)]}"


def media(objects: int) -> int:
    """How many of the objects are media."""
    return sum(number % len(TYPES) != len(TYPES) - 1 for number in range(objects))


def page(start: int, objects: int) -> bytes:
    """One page; its continuation token is where the next one begins."""
    end = min(start + PAGE, objects)
    more = end < objects
    token = f"<NextContinuationToken>{end}</NextContinuationToken>" if more else ""
    facts = f"<KeyCount>{end - start}</KeyCount><IsTruncated>{str(more).lower()}</IsTruncated>"
    return (
        _HEAD + facts + token + "".join(map(_object, range(start, end))) + "</ListBucketResult>"
    ).encode()


def _object(number: int) -> str:
    etag = hashlib.blake2b(str(number).encode(), digest_size=16).hexdigest()
    return (
        f"<Contents><Key>{key(number)}</Key>"
        f"<LastModified>2026-0{1 + number % 9}-1{number % 10}T10:20:30.000Z</LastModified>"
        f"<ETag>&quot;{etag}&quot;</ETag><Size>{1_000_000 + number}</Size>"
        "<StorageClass>STANDARD</StorageClass></Contents>"
    )


class Listing:
    """An ASGI application with every page in memory."""

    def __init__(self, objects: int) -> None:
        self._pages = {s: page(s, objects) for s in range(0, max(objects, 1), PAGE)}
        self._empty = page(0, 0)

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer what a client asks while it lists."""
        status, body = self._answer(scope["path"], scope["query_string"].decode())
        headers = [(b"content-type", b"application/xml")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        body = b"" if scope["method"] == "HEAD" else body
        await send({"type": "http.response.body", "body": body})

    def _answer(self, path: str, query: str) -> tuple[int, bytes]:
        asked = parse_qs(query, keep_blank_values=True)
        if "cors" in asked:
            return 404, _NO_CORS.encode()
        if "uploads" in asked:
            return 200, _NO_UPLOADS.encode()
        if path.strip("/") != BUCKET or asked.get("prefix", [""]) != [""]:
            return 200, self._empty
        return 200, self._pages[int(asked.get("continuation-token", ["0"])[0])]


def main() -> None:
    """Serve until the process is ended."""
    port, objects = int(sys.argv[1]), int(sys.argv[2])
    uvicorn.run(Listing(objects), host="127.0.0.1", port=port, lifespan="off", log_level="warning")


if __name__ == "__main__":
    main()
