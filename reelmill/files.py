"""The local file that is uploaded: opened once, read by ranges, watched for changes."""

from __future__ import annotations

import asyncio
import mimetypes
import os
import stat
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final, Self

from reelmill.errors import FileError
from reelmill.parts import Part

# Large enough that a thread hop a chunk costs nothing, small enough that a part in flight is
# never held whole.
_CHUNK: Final = 1024 * 1024


class SourceFile:
    """A regular, non-empty file. `size` in bytes; `name` is what the server is told."""

    def __init__(self, path: Path) -> None:
        """Open it. Raises FileError with a code of its own for each reason."""
        _check_kind(path)
        try:
            # Unbuffered: chunks are large, and a buffer could hold bytes from before a change.
            self._file = path.open("rb", buffering=0)
        except OSError as error:
            raise _unreadable(path, error) from error
        self.path = path
        self.name = _sendable(path.name)
        self._lock = threading.Lock()
        self._seen = _fingerprint(os.fstat(self._file.fileno()))
        self.size = self._seen[0]
        if self.size == 0:
            self.close()
            raise FileError(
                f"{path} is empty; there is nothing to upload",
                code="FILE_EMPTY",
                hint="Copy or record the file again.",
            )

    @classmethod
    async def open(cls, path: str | os.PathLike[str]) -> Self:
        """Open it without stopping the event loop: a network disk may take its time."""
        return await asyncio.to_thread(cls, Path(path))

    @property
    def content_type(self) -> str | None:
        """By the end of its name, such as `video/mp4`; the server looks at the content itself."""
        return mimetypes.guess_type("x" + self.path.suffix)[0]

    async def read(self, part: Part) -> AsyncIterator[bytes]:
        """The bytes of one part, in chunks. Raises FileError when the file is not what it was."""
        offset, end = part.offset, part.offset + part.size
        while offset < end:
            chunk = await asyncio.to_thread(self._read_at, offset, min(_CHUNK, end - offset))
            if not chunk:
                raise self._changed()
            offset += len(chunk)
            yield chunk

    def check_unchanged(self) -> None:
        """Raises FileError if the size or the time of the last change moved since the opening."""
        if _fingerprint(os.fstat(self._file.fileno())) != self._seen:
            raise self._changed()

    def close(self) -> None:
        """Close it; twice is no error."""
        self._file.close()

    def _read_at(self, offset: int, size: int) -> bytes:
        # Parts are read side by side through one file: a second opening by name could be another
        # file by then. Seek and lock, because pread does not exist everywhere.
        try:
            with self._lock:
                self._file.seek(offset)
                return self._file.read(size)
        except OSError as error:
            raise _unreadable(self.path, error) from error

    def _changed(self) -> FileError:
        return FileError(
            f"{self.path} changed while it was uploaded",
            code="FILE_CHANGED",
            hint="Upload it again once nothing writes to it any more.",
        )


def _check_kind(path: Path) -> None:
    """Before opening: a named pipe without a writer would never open."""
    if str(path) == "-":
        raise FileError(
            "standard input cannot be uploaded; name a file",
            code="STDIN_NOT_SUPPORTED",
            hint="For a file that is named -, write ./-",
        )
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        raise FileError(f"there is no file {path}", code="FILE_NOT_FOUND") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise _unreadable(path, error) from error
    if stat.S_ISDIR(mode):
        raise FileError(
            f"{path} is a folder; name the files in it", code="NOT_A_FILE", hint=f"{path}/*"
        )
    if not stat.S_ISREG(mode):
        raise FileError(
            f"{path} is no regular file; pipes and devices cannot be uploaded", code="NOT_A_FILE"
        )


def _unreadable(path: Path, error: Exception) -> FileError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return FileError(f"{path} cannot be read: {reason}")


def _fingerprint(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


def _sendable(name: str) -> str:
    """The name as text: bytes that are no UTF-8 cannot stand in JSON."""
    return os.fsencode(name).decode("utf-8", "replace")
