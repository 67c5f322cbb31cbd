"""What of an object in the store lies on disk: all of it, or some ranges."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runner.sparse import Sparse
from schema.source import SourceFacts, SourceRef

if TYPE_CHECKING:
    from runner.storage import Storage
    from schema.probe import Probe


@dataclass(frozen=True)
class Fetched:
    """The source as it lies on disk: bytes, and checksums of the content in hex.

    Of one that was not read whole they are None, but for what others have found in these bytes.
    """

    size: int
    sha256: str | None
    md5: str | None
    etag: str | None = None

    def facts(self, probe: Probe) -> SourceFacts:
        """The same with what was found in it, as the API is told."""
        return SourceFacts(
            size=self.size, etag=self.etag, sha256=self.sha256, md5=self.md5, probe=probe
        )


class StoredSparse(Sparse):
    """Some bytes of an object, all of the one that had this etag."""

    def __init__(
        self, storage: Storage, pinned: tuple[SourceRef, str], path: Path, size: int, most: int
    ) -> None:
        super().__init__(path, size, most)
        self.etag = pinned[1].strip('"')
        self._pinned = pinned
        self._storage = storage

    async def _load(self, start: int, end: int) -> None:
        file = os.open(self.path, os.O_RDWR)
        try:
            await self._storage.load(*self._pinned, file, start, end)
        finally:
            os.close(file)
        self.bytes_read += end - start
