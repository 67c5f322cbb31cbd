"""What this machine remembers of its uploads, so that one that was killed goes on by itself.

A small SQLite database and a folder of lock files in the user's state folder. The books say only
which upload belongs to which file; what has arrived is asked of the store, always.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

from reelmill.connection import Connection
from reelmill.errors import ConfigurationError, ConflictError
from reelmill.files import Fingerprint, SourceFile
from reelmill.locks import LockedElsewhereError, locked
from reelmill.places import state_folder

_FILE: Final = "uploads.db"
_BUSY: Final = 10.0
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS upload (
  server TEXT NOT NULL, key_id TEXT NOT NULL, path TEXT NOT NULL,
  size INTEGER NOT NULL, mtime INTEGER NOT NULL, inode INTEGER NOT NULL, device INTEGER NOT NULL,
  wishes TEXT NOT NULL, token TEXT NOT NULL, upload_id TEXT, part_size INTEGER,
  started_at REAL NOT NULL,
  PRIMARY KEY (server, key_id, path)
) WITHOUT ROWID, STRICT
"""
_COLUMNS: Final = (
    "server, key_id, path, size, mtime, inode, device, wishes, token, upload_id, part_size, "
    "started_at"
)
_INSERT: Final = f"INSERT OR REPLACE INTO upload ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"  # noqa: S608
_MINE: Final = "WHERE server = ? AND key_id = ?"
_SELECT: Final = f"SELECT {_COLUMNS} FROM upload {_MINE}"  # noqa: S608
_ONE: Final = f"{_SELECT} AND path = ?"
_DELETE: Final = f"DELETE FROM upload {_MINE} AND path = ?"  # noqa: S608
_FORGET: Final = f"DELETE FROM upload {_MINE} AND upload_id = ?"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Entry:
    """One upload that began here. Sizes in bytes; `wishes` is a digest of preset, title and so on;
    `token` the idempotency key it is started with; `started_at` in seconds of the Unix epoch."""

    server: str
    key_id: str
    path: str
    size: int
    mtime: int
    inode: int
    device: int
    wishes: str
    token: str
    upload_id: str | None
    part_size: int | None
    started_at: float

    def fits(self, fingerprint: Fingerprint, wishes: str) -> bool:
        """Whether this is the same file in the same state, to be treated the same way."""
        mine = Fingerprint(self.size, self.mtime, self.inode, self.device)
        return mine == fingerprint and self.wishes == wishes


class Ledger:
    """The books. Every method opens the database anew: they are called a few times a file."""

    def __init__(self, connection: Connection, folder: Path | None = None) -> None:
        """`folder` is by default reelmill's in XDG_STATE_HOME. Raises ConfigurationError with the
        code STATE_UNUSABLE, as all methods do, where nothing can be kept."""
        self._owner = (connection.url, connection.key_id)
        self._folder = folder or state_folder()
        with _usable(self._folder), self._database():
            pass

    def entries(self) -> list[Entry]:
        """What is under way at this server with this key, oldest first."""
        with _usable(self._folder), self._database() as database:
            found = [Entry(*row) for row in database.execute(_SELECT, self._owner)]
        return sorted(found, key=lambda entry: entry.started_at)

    def forget(self, upload_id: str) -> None:
        """This upload is over."""
        with _usable(self._folder), self._database() as database:
            database.execute(_FORGET, (*self._owner, upload_id))

    @contextmanager
    def claim(self, file: SourceFile, wishes: str) -> Iterator[Claim]:
        """This file for this process alone. Raises ConflictError (UPLOAD_BUSY) when another one,
        or another task of this one, is uploading it to the same place."""
        # Bytes that are no text become one that SQLite can keep and people can read.
        path = os.fsencode(file.path.resolve()).decode("utf-8", "backslashreplace")
        seen = file.fingerprint
        # By inode, not by name: a link leads to the same file.
        words = "\0".join((*self._owner, str(seen.device), str(seen.inode)))
        name = hashlib.sha256(words.encode()).hexdigest()[:32]
        try:
            with _usable(self._folder), locked(self._folder / "locks" / name):
                yield Claim(self, path, seen, wishes)
        except LockedElsewhereError as error:
            raise ConflictError(
                f"{file.path} is being uploaded by another process",
                code="UPLOAD_BUSY",
                hint="Let it finish, or end it; this command then goes on where it stopped.",
            ) from error

    def read(self, path: str) -> Entry | None:
        """What is known of one file."""
        with _usable(self._folder), self._database() as database:
            row = database.execute(_ONE, (*self._owner, path)).fetchone()
        return Entry(*row) if row else None

    def write(self, entry: Entry) -> None:
        """Remember it, on disk when this returns."""
        with _usable(self._folder), self._database() as database:
            database.execute(_INSERT, astuple(entry))

    def delete(self, path: str) -> None:
        """Forget it."""
        with _usable(self._folder), self._database() as database:
            database.execute(_DELETE, (*self._owner, path))

    @property
    def owner(self) -> tuple[str, str]:
        """Server and key id."""
        return self._owner

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / _FILE
        # Before SQLite makes it, with rights for all: names of films are nobody else's business.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        database = sqlite3.connect(path, timeout=_BUSY)
        try:
            with database:
                database.execute(_TABLE)
                yield database
        finally:
            database.close()


class Claim:
    """One file's page in the books, held by a lock."""

    def __init__(self, ledger: Ledger, path: str, seen: Fingerprint, wishes: str) -> None:
        self._ledger = ledger
        self._path = path
        self._seen = seen
        self._wishes = wishes

    def entry(self) -> Entry | None:
        """What an earlier run has left."""
        return self._ledger.read(self._path)

    def fits(self, entry: Entry) -> bool:
        """Whether that run had the same file in mind."""
        return entry.fits(self._seen, self._wishes)

    def begin(self) -> str:
        """Remember that an upload is about to be started; the idempotency key for that.

        Written before it is asked for: whoever is killed in between asks again with the same key
        and gets the same upload.
        """
        token = secrets.token_hex(16)
        self._write(token, None, None)
        return token

    def opened(self, token: str, upload_id: str, part_size: int) -> None:
        """The server has started it."""
        self._write(token, upload_id, part_size)

    def forget(self) -> None:
        """It is over."""
        self._ledger.delete(self._path)

    def _write(self, token: str, upload_id: str | None, part_size: int | None) -> None:
        server, key_id = self._ledger.owner
        entry = Entry(
            server=server,
            key_id=key_id,
            path=self._path,
            size=self._seen.size,
            mtime=self._seen.mtime,
            inode=self._seen.inode,
            device=self._seen.device,
            wishes=self._wishes,
            token=token,
            upload_id=upload_id,
            part_size=part_size,
            started_at=time.time(),
        )
        self._ledger.write(entry)


@contextlib.contextmanager
def _usable(folder: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise ConfigurationError(
            f"the state of uploads cannot be kept in {folder}: {error}",
            code="STATE_UNUSABLE",
            hint="Set XDG_STATE_HOME to a folder that can be written to.",
        ) from error
