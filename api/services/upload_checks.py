"""Pure: what an upload may be, and whether the store holds all of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from api.domain import checksums, parts
from api.domain.checksums import NO_CHECKSUMS, Checksums
from api.domain.models import Json, Upload
from api.domain.objects import ObjectInfo, Part
from api.domain.states import UploadMethod, UploadStatus
from api.errors import InvalidInput, InvalidPart, PartsMissing, SizeMismatch, UploadClosed

MAX_SIGNED: Final = 100
_MAX_TITLE: Final = 300
_SHOWN: Final = 20

Stated = Sequence[tuple[int, str]] | None


@dataclass(frozen=True, slots=True)
class StartUpload:
    """What a client says of the file that it will send. Sizes in bytes."""

    filename: str
    size: int | None = None
    content_type: str | None = None
    part_size: int | None = None
    sha256: str | None = None
    metadata: Json = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    preset: str | None = None
    first_look: bool = False
    title: str | None = None
    sign_parts: int = 0
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class WantedPart:
    """A part to be signed, and what its body must have."""

    number: int
    checksums: Checksums = NO_CHECKSUMS


def check_start(wanted: StartUpload) -> int:
    """Check what is asked, and return the size of a part."""
    if not 0 <= wanted.sign_parts <= MAX_SIGNED:
        raise InvalidInput(f"0 to {MAX_SIGNED} parts are signed at once", field="input.signParts")
    if wanted.sha256 is not None:
        checksums.sha256(wanted.sha256, field="input.sha256")
    if wanted.content_type is not None and not _is_content_type(wanted.content_type):
        raise InvalidInput("this is no media type", field="input.contentType")
    if wanted.title is not None and not 1 <= len(wanted.title) <= _MAX_TITLE:
        raise InvalidInput(f"a title has 1 to {_MAX_TITLE} characters", field="input.title")
    return parts.part_size(wanted.size, wanted.part_size)


def _is_content_type(text: str) -> bool:
    # Blanks at the ends would be cut off on the way, and what arrives not be what was signed.
    clean = text.isascii() and text.isprintable() and text == text.strip()
    return len(text) <= 200 and clean and "/" in text


def must_be_open(upload: Upload) -> None:
    """Raise UploadClosed unless parts may still come."""
    if upload.status is not UploadStatus.STARTED:
        raise UploadClosed(f"the upload is {upload.status}; start a new one")
    if upload.expires_at <= datetime.now(UTC):
        raise UploadClosed("the upload has expired; start a new one")


def last_number(upload: Upload) -> int:
    """The highest number that a part of this upload may have."""
    if upload.method is UploadMethod.PUT:
        return 1
    return parts.part_count(upload.size, upload.part_size) or parts.MAX_PARTS


def check_numbers(upload: Upload, wanted: Sequence[WantedPart]) -> None:
    """Raise unless these parts may be signed at once."""
    if upload.method is UploadMethod.CREDENTIALS:
        raise InvalidInput(
            "this upload is sent with its credentials and has no links", field="input.uploadId"
        )
    if not 1 <= len(wanted) <= MAX_SIGNED:
        raise InvalidInput(f"ask for 1 to {MAX_SIGNED} parts at a time", field="input.partNumbers")
    last = last_number(upload)
    for part in wanted:
        if not 1 <= part.number <= last:
            raise InvalidPart(
                f"part {part.number} is outside 1 to {last}", field="input.partNumbers"
            )


def choose_parts(upload: Upload, listed: Sequence[Part], stated: Stated) -> list[Part]:
    """One part for each number, in order.

    A store may list a part that was sent again beside its forerunner. The client knows best which
    one counts; else it is the newest of those with the right size.
    """
    etags = {number: etag.strip('"') for number, etag in stated or ()}
    by_number: defaultdict[int, list[Part]] = defaultdict(list)
    for part in listed:
        by_number[part.number].append(part)

    def rank(part: Part) -> tuple[bool, bool, datetime]:
        right = upload.size is None or part.size == parts.expected_size(
            part.number, upload.size, upload.part_size
        )
        newest = part.modified or datetime.min.replace(tzinfo=UTC)
        return part.etag == etags.get(part.number), right, newest

    return [max(by_number[number], key=rank) for number in sorted(by_number)]


def check_parts(upload: Upload, held: Sequence[Part], stated: Stated) -> None:
    """Raise unless the store holds every part, in the right size and as the client states."""
    if not held:
        raise PartsMissing("the store holds no part yet; upload them first")
    by_number = {part.number: part for part in held}
    last = parts.part_count(upload.size, upload.part_size) or max(by_number)
    missing = [n for n in range(1, last + 1) if n not in by_number]
    if missing:
        some = ", ".join(map(str, missing[:_SHOWN]))
        more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
        raise PartsMissing(f"these parts are missing: {some}{more}")
    _check_stated(by_number, stated)
    _check_sizes(upload, by_number, last)


def check_object(upload: Upload, found: ObjectInfo | None, stated: Stated) -> ObjectInfo:
    """Raise unless the object is there, in the right size; it counts as part 1."""
    if found is None:
        raise PartsMissing("the store has no object of this upload yet; send it first")
    held = {1: Part(1, found.etag or "", found.size)}
    _check_stated(held, stated)
    if upload.size is not None and found.size != upload.size:
        raise SizeMismatch(
            f"{upload.size:,} bytes were announced and {found.size:,} have arrived; send it again"
        )
    return found


def _check_stated(by_number: dict[int, Part], stated: Stated) -> None:
    for number, etag in stated or ():
        part = by_number.get(number)
        if part is None or part.etag != etag.strip('"'):
            raise InvalidPart(
                f"part {number} is not the one that the store holds; send it again",
                field="input.parts",
            )


def _check_sizes(upload: Upload, by_number: dict[int, Part], last: int) -> None:
    for number in range(1, last + 1):
        size = by_number[number].size
        if upload.size is not None:
            expected = parts.expected_size(number, upload.size, upload.part_size)
        elif number < last:
            expected = upload.part_size
        else:
            continue
        if size != expected:
            raise SizeMismatch(
                f"part {number} has {size:,} bytes and must have {expected:,}; send it again"
            )
