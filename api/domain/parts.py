"""How a file is divided into parts. Sizes in bytes; the limits are S3's."""

from __future__ import annotations

from api.errors import FileTooLarge, InvalidPartSize, SourceEmpty

MIB = 1024 * 1024
MIN_PART = 5 * MIB
MAX_PART = 5 * 1024 * MIB
MAX_PARTS = 10_000
MAX_OBJECT = 5 * 1024 * 1024 * MIB
DEFAULT_PART = 16 * MIB


def part_size(size: int | None, wanted: int | None) -> int:
    """The size of every part but the last.

    Raises FileTooLarge, SourceEmpty, or InvalidPartSize when the wanted size does not fit.
    """
    if size is not None and size > MAX_OBJECT:
        raise FileTooLarge("S3 keeps files of 5 TiB at most", field="input.size")
    if size is not None and size <= 0:
        raise SourceEmpty("the file is empty; there is nothing to upload", field="input.size")
    if wanted is not None:
        return _checked(size, wanted)
    if size is None:
        return 64 * MIB
    # Whole MiB, so that part borders are easy to reason about.
    needed = -(-size // MAX_PARTS)
    return max(DEFAULT_PART, -(-needed // MIB) * MIB)


def _checked(size: int | None, wanted: int) -> int:
    if not MIN_PART <= wanted <= MAX_PART:
        raise InvalidPartSize("a part has 5 MiB to 5 GiB", field="input.partSize")
    if size is not None and -(-size // wanted) > MAX_PARTS:
        least = -(-size // MAX_PARTS)
        raise InvalidPartSize(
            f"a file has 10,000 parts at most; use parts of {least:,} bytes or more",
            field="input.partSize",
        )
    return wanted


def part_count(size: int | None, each: int) -> int | None:
    """How many parts there are; None while the file's size is unknown."""
    return None if size is None else -(-size // each)


def expected_size(number: int, size: int, each: int) -> int:
    """Bytes of part `number`, counted from 1."""
    return min(each, size - (number - 1) * each)
