"""Reading and writing scratch: what a disk that fills up does to it."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from runner.errors import Code, RunnerError

CHUNK = 1024 * 1024


@contextlib.contextmanager
def disk_errors() -> Iterator[None]:
    """What scratch says of a write, as errors of the task."""
    try:
        yield
    except OSError as error:
        # An OSError that gets out of here would be taken for a store that is away.
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise RunnerError(Code.SCRATCH_FULL, "scratch ran out of space") from error
        raise RunnerError(Code.INTERNAL_ERROR, f"scratch cannot be written: {error}") from error


def write_all(file: int, data: bytes, position: int) -> None:
    """A disk that fills up takes a part of the bytes first, and refuses only the next write."""
    rest = memoryview(data)
    while rest:
        written = os.pwrite(file, rest, position)
        rest, position = rest[written:], position + written


def hash_range(file: int, start: int, end: int, hashes: tuple[Any, ...]) -> None:
    """Feed some bytes of an open file to hashes."""
    while start < end:
        chunk = os.pread(file, min(CHUNK, end - start), start)
        if not chunk:
            raise RunnerError(Code.INTERNAL_ERROR, f"scratch has lost the bytes from {start} on")
        for digest in hashes:
            digest.update(chunk)
        start += len(chunk)


def read_range(path: Path, start: int, size: int) -> bytes:
    """Some bytes of a file."""
    with path.open("rb") as file:
        file.seek(start)
        return file.read(size)
