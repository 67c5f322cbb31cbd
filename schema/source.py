"""The object that a job is made of: where it lies, and what a runner has learned of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schema.base import Message, Tolerant
from schema.probe import Probe

Sha256Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class SourceRef(Tolerant):
    """The object to read. With an etag, an object that changed meanwhile is refused; with a
    SHA-256, bytes that are not those which the sender announced. `unread` says that nobody has
    compared it with the bytes yet: who reads some of them has to read them all."""

    bucket: str
    key: str
    etag: str | None
    size: int
    sha256: Sha256Hex | None = None
    unread: bool = False


class SourceFacts(Message):
    """What the runner learned of the source while its bytes streamed by. `etag` is of the object
    that it has read: another may lie there by now."""

    size: int = Field(ge=0)
    etag: str | None = None
    sha256: Sha256Hex | None = None
    md5: str | None = Field(default=None, pattern=r"^[0-9a-f]{32}$")
    probe: Probe
