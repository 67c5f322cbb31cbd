"""The folder of one installation: who may use it, and which supervisor does."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Mapping
from pathlib import Path

from local.errors import AlreadyRunningError, LocalError
from local.files import private_folder

DEFAULT = ".reelmill"


def find(environ: Mapping[str, str]) -> Path:
    """REELMILL_HOME, or .reelmill here; absolute and without links, because processes are
    recognised by it."""
    return Path(environ.get("REELMILL_HOME") or DEFAULT).expanduser().resolve()


def open_home(path: Path) -> Path:
    """Makes the folder if need be. Raises LocalError when it belongs to somebody else: files of
    two users in one home would lock both out."""
    if path.exists() and not path.is_dir():
        raise LocalError(f"{path} is a file, not a folder. Set REELMILL_HOME to a folder.")
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        owner = path.stat().st_uid
    except OSError as error:
        raise LocalError(
            f"{path} cannot be made ({error.strerror}). Set REELMILL_HOME to a folder that can."
        ) from error
    if owner != os.geteuid():
        raise LocalError(
            f"{path} belongs to another user (uid {owner}). Run this as that user, or set "
            "REELMILL_HOME to a folder of your own."
        )
    if path.stat().st_mode & 0o066:
        private_folder(path)
    return path


class HomeLock:
    """Held by the one supervisor of a home. The kernel frees it however that process ends."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._descriptor: int | None = None

    def acquire(self) -> None:
        descriptor = os.open(self._home / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 32).decode(errors="replace").strip() or "unknown"
            os.close(descriptor)
            raise AlreadyRunningError(
                f"Reelmill already runs in {self._home} (process {holder}). Use that one, end it "
                "with Ctrl-C, or start another beside it with its own REELMILL_HOME and ports."
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
