"""The local file that is uploaded: opened once, read by ranges, watched for changes."""

from __future__ import annotations

import asyncio
import copy
import mimetypes
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from reelmill.errors import FileError


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What tells one state of a file from another: size in bytes, time in nanoseconds."""

    size: int
    mtime: int
    inode: int
    device: int


class SourceFile:
    """A regular, non-empty file. `size` in bytes; `name` is what the server is told."""

    def __init__(self, path: Path) -> None:
        """Open it. Raises FileError with a code of its own for each reason."""
        _check_kind(path)
        try:
            self._descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        except OSError as error:
            raise _unreadable(path, error) from error
        self.path = path
        self.name = _sendable(path.name)
        self._seen = _fingerprint(os.fstat(self._descriptor))
        self.size = self._seen.size
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
    def fingerprint(self) -> Fingerprint:
        """The file as it was when it was opened."""
        return self._seen

    @property
    def content_type(self) -> str | None:
        """By the end of its name, such as `video/mp4`; the server looks at the content itself."""
        return mimetypes.guess_type("x" + self.path.suffix)[0]

    def share(self) -> Self:
        """The same open file for a thread of its own, which closes it: `with file.share() as mine`.

        Not opened again by name: that could be another file by then.
        """
        twin = copy.copy(self)
        twin._descriptor = os.dup(self._descriptor)  # noqa: SLF001 - our own twin
        return twin

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fileno(self) -> int:
        """The descriptor, for sendfile(2)."""
        return self._descriptor

    def read_at(self, offset: int, size: int) -> bytes:
        """At most `size` bytes, and at least one. Raises FileError when the file has shrunk."""
        try:
            found = os.pread(self._descriptor, size, offset)
        except OSError as error:
            raise _unreadable(self.path, error) from error
        if not found:
            raise self.changed()
        return found

    def check_unchanged(self) -> None:
        """Raises FileError if the size or the time of the last change moved since the opening."""
        if _fingerprint(os.fstat(self._descriptor)) != self._seen:
            raise self.changed()

    def close(self) -> None:
        """Close it; twice is no error."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def changed(self) -> FileError:
        """The error of a file that is not what it was."""
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


def _fingerprint(status: os.stat_result) -> Fingerprint:
    return Fingerprint(status.st_size, status.st_mtime_ns, status.st_ino, status.st_dev)


def _sendable(name: str) -> str:
    """The name as text: bytes that are no UTF-8 cannot stand in JSON."""
    return os.fsencode(name).decode("utf-8", "replace")
