"""All that a job has made, onto the disk: single files, and ladders with every segment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

from reelmill.errors import FileError, ProtocolError, TransferError
from reelmill.fetch import Fetcher, Wanted
from reelmill.manifests import is_manifest, references
from reelmill.models import Output

_LONGEST: Final = 255


@dataclass(slots=True)
class DownloadProgress:
    """How far a download is. Bytes; `total` counts what ladders share once for each of them, and
    so is an upper bound."""

    total: int
    got: int = 0
    files: int = 0


OnDownload = Callable[[DownloadProgress], None]


@dataclass(slots=True)
class _Ladder:
    """What hangs on one manifest: address -> size once it is here."""

    output: Output
    base: str
    sizes: dict[str, int] = field(default_factory=dict)


class Download:
    """Carries the outputs of one job into one folder and nowhere else."""

    def __init__(self, fetcher: Fetcher, folder: Path, on_progress: OnDownload | None) -> None:
        self._fetcher = fetcher
        self._folder = folder
        self._on_progress = on_progress
        self._files: dict[Path, asyncio.Task[int]] = {}
        self._progress = DownloadProgress(0)

    async def run(self, outputs: Sequence[Output]) -> list[Path]:
        """Every file, in order of their names. Raises TransferError, FileError, ProtocolError and
        ConnectionFailedError; what is whole by then stays."""
        top = common_folder(outputs)
        self._progress.total = sum(output.size for output in outputs)
        try:
            async with asyncio.TaskGroup() as group:
                for output in outputs:
                    group.create_task(self._one(group, output, output.key.removeprefix(top)))
        except* Exception as several:  # noqa: BLE001 - the first of them is raised
            error: Exception = several
            while isinstance(error, ExceptionGroup):
                error = error.exceptions[0]
            raise error from None
        return sorted(self._files)

    async def _one(self, group: asyncio.TaskGroup, output: Output, name: str) -> None:
        if is_manifest(name) and output.playback_url:
            await self._ladder(group, output, name)
        elif output.url:
            wanted = Wanted(output.url, self._place(name), output.size, output.sha256)
            await self._get(group, wanted)

    async def _ladder(self, group: asyncio.TaskGroup, output: Output, name: str) -> None:
        address = output.playback_url or ""
        base = urljoin(address, ".")
        ladder = _Ladder(output, base)
        await self._walk(group, ladder, address, name.rpartition("/")[0])
        size = sum(ladder.sizes.values())
        if len(ladder.sizes) != output.files or size != output.size:
            raise TransferError(
                f"{name} has {len(ladder.sizes)} files of {size:,} bytes; the server published "
                f"{output.files} of {output.size:,}",
                code="DOWNLOAD_DAMAGED",
            )

    async def _walk(
        self, group: asyncio.TaskGroup, ladder: _Ladder, address: str, folder: str
    ) -> None:
        """Get a file of a ladder, and all that it refers to."""
        path = urlsplit(address).path
        if address in ladder.sizes or not address.startswith(ladder.base):
            if address in ladder.sizes:
                return
            raise ProtocolError("a manifest refers to a file outside its folder")
        ladder.sizes[address] = 0
        name = unquote(path[len(urlsplit(ladder.base).path) :])
        wanted = Wanted(address, self._place(f"{folder}/{name}" if folder else name))
        ladder.sizes[address] = await self._get(group, wanted)
        if not is_manifest(name):
            return
        text = await asyncio.to_thread(wanted.path.read_text, "utf-8")
        found = [urljoin(address, each) for each in references(name, text)]
        await asyncio.gather(*(self._walk(group, ladder, each, folder) for each in found))

    async def _get(self, group: asyncio.TaskGroup, wanted: Wanted) -> int:
        """Once, however many ladders share it."""
        task = self._files.get(wanted.path)
        if task is None:
            task = group.create_task(self._fetcher.get(wanted, self._count))
            self._files[wanted.path] = task
        size = await task
        self._progress.files = sum(each.done() for each in self._files.values())
        self._count(0)
        return size

    def _count(self, size: int) -> None:
        self._progress.got += size
        if self._on_progress is not None:
            self._on_progress(self._progress)

    def _place(self, name: str) -> Path:
        """Where a file goes. Raises FileError for what would leave the folder."""
        words = name.split("/")
        odd = any(word in {"", ".", ".."} or "\0" in word or "\\" in word for word in words)
        if odd or any(len(word.encode("utf-8", "replace")) > _LONGEST for word in words):
            raise FileError(f"{name!r} is no name for a file here", code="BAD_NAME")
        path = self._folder.joinpath(*words)
        # A link in the folder could lead elsewhere.
        if not path.parent.resolve().is_relative_to(self._folder.resolve()):
            raise FileError(f"{path} is outside {self._folder}", code="BAD_NAME")
        return path


def common_folder(outputs: Sequence[Output]) -> str:
    """The folder that all keys have in common, with its slash; empty where there is none."""
    folders = [made.key.split("/")[:-1] for made in outputs]
    same = takewhile(lambda names: len(set(names)) == 1, zip(*folders, strict=False))
    return "".join(f"{names[0]}/" for names in same)
