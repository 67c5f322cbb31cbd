"""A lock between processes that ends with its owner, however that ends: flock(2)."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class LockedElsewhereError(Exception):
    """Somebody else holds it."""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of this name, or raise LockedElsewhereError at once. Raises OSError.

    Another opening in the same process is somebody else too.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = _taken(path)
    try:
        yield
    finally:
        # While it is still held: whoever waits for the next one makes a new file.
        path.unlink(missing_ok=True)
        os.close(descriptor)


def _taken(path: Path) -> int:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _still_there(path, descriptor):
                return descriptor
        except BlockingIOError as error:
            os.close(descriptor)
            raise LockedElsewhereError(str(path)) from error
        except BaseException:
            os.close(descriptor)
            raise
        # Its last owner has removed it between our opening and our locking.
        os.close(descriptor)


def _still_there(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
