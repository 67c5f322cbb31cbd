"""A file on its way into S3: parts through presigned addresses, as the browser does it."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from local import graphql
from local.errors import LocalError
from local.graphql import GraphQL

_SIGN_AT_ONCE = 20
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Part:
    number: int
    offset: int
    size: int


def plan_parts(size: int, part_size: int) -> list[Part]:
    """Equal parts, the last one shorter. An empty file is one empty part."""
    count = max(1, -(-size // part_size))
    return [
        Part(index + 1, index * part_size, min(part_size, size - index * part_size))
        for index in range(count)
    ]


def upload_and_start(
    api: GraphQL, path: Path, *, filename: str, preset: str, on_bytes: Callable[[int], None]
) -> str:
    """Uploads `path` and returns the id of the job that starts with the last byte."""
    size = path.stat().st_size
    content_type = mimetypes.guess_type(filename)[0]
    started = api.ask(
        graphql.START_UPLOAD,
        {
            "input": {
                "filename": filename,
                "size": size,
                "contentType": content_type,
                "preset": preset,
            }
        },
    )["upload"]
    parts = plan_parts(size, started["partSize"])
    etags = []
    with httpx.Client(trust_env=False, timeout=httpx.Timeout(300, connect=10)) as store:
        for part, signed in _signed(api, started["id"], parts):
            etags.append({"number": part.number, "etag": _put(store, signed, path, part)})
            on_bytes(part.size)
    done = api.ask(graphql.COMPLETE_UPLOAD, {"input": {"uploadId": started["id"], "parts": etags}})
    return str(done["job"]["id"])


def _signed(api: GraphQL, upload: str, parts: list[Part]) -> Iterator[tuple[Part, dict[str, Any]]]:
    """Parts with their addresses, signed a few at a time: an address lives for minutes."""
    for first in range(0, len(parts), _SIGN_AT_ONCE):
        batch = parts[first : first + _SIGN_AT_ONCE]
        numbers = [part.number for part in batch]
        answer = api.ask(
            graphql.SIGN_PARTS, {"input": {"uploadId": upload, "partNumbers": numbers}}
        )
        yield from zip(batch, answer["parts"], strict=True)


def _put(store: httpx.Client, signed: dict[str, Any], path: Path, part: Part) -> str:
    """Sends one part and returns the store's ETag. A broken connection is tried again."""
    headers = {header["name"]: header["value"] for header in signed["headers"]}
    with path.open("rb") as file:
        file.seek(part.offset)
        body = file.read(part.size)
    for left in reversed(range(_TRIES)):
        try:
            answer = store.put(signed["url"], content=body, headers=headers)
        except httpx.TransportError as error:
            if left == 0:
                raise LocalError(f"Part {part.number} did not reach S3: {error}") from error
            continue
        if answer.is_success:
            return answer.headers["etag"]
        if answer.status_code < 500 or left == 0:
            raise LocalError(f"S3 refused part {part.number}: {answer.status_code} {answer.text}")
    raise AssertionError("unreachable")
