"""Pure: what an upload may be, and whether the store holds all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from api.domain import parts
from api.domain.models import Json, Upload
from api.domain.objects import Part
from api.errors import InvalidInput, InvalidPart, PartsMissing, SizeMismatch
from api.services import recipes

MAX_SIGNED: Final = 100
_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class StartUpload:
    """What a client says of the file that it will send. Sizes in bytes."""

    filename: str
    size: int | None = None
    content_type: str | None = None
    part_size: int | None = None
    sha256: str | None = None
    metadata: Json = field(default_factory=dict)
    preset: str | None = None
    sign_parts: int = 0
    idempotency_key: str | None = None


def check_start(wanted: StartUpload) -> int:
    """Check what is asked, and return the size of a part."""
    if not 0 <= wanted.sign_parts <= MAX_SIGNED:
        raise InvalidInput(f"0 to {MAX_SIGNED} parts are signed at once", field="input.signParts")
    if wanted.sha256 is not None and not _is_sha256(wanted.sha256):
        raise InvalidInput("a SHA-256 has 64 hexadecimal digits", field="input.sha256")
    if wanted.content_type is not None and not _is_content_type(wanted.content_type):
        raise InvalidInput("this is no media type", field="input.contentType")
    if wanted.preset is not None:
        recipes.find_preset(wanted.preset)
    return parts.part_size(wanted.size, wanted.part_size)


def _is_sha256(text: str) -> bool:
    return len(text) == 64 and all(c in "0123456789abcdefABCDEF" for c in text)


def _is_content_type(text: str) -> bool:
    return len(text) <= 200 and text.isascii() and text.isprintable() and "/" in text


def check_parts(
    upload: Upload, held: Sequence[Part], stated: Sequence[tuple[int, str]] | None
) -> None:
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
    for number, etag in stated or ():
        part = by_number.get(number)
        if part is None or part.etag != etag.strip('"'):
            raise InvalidPart(
                f"part {number} is not the one that the store holds; send it again",
                field="input.parts",
            )
    _check_sizes(upload, by_number, last)


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
