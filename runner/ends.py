"""Where picture and sound of a file end: what they drift apart on the way shows there."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from runner import curves
from runner.ffmpeg import ChildFailedError, Watch, run
from runner.tools import Tools

# A file that we made.
OUR_MOV = ("-protocol_whitelist", "file", "-f", "mov")
LOOK_AT = 10.0  # seconds before the end; a stream that ends earlier makes it look at all


@dataclass(frozen=True)
class Lister:
    """Lists the last packets of files in a folder."""

    tools: Tools
    folder: Path
    watch: Watch

    async def ends(
        self, options: Sequence[str], name: str, streams: Sequence[int], end: float
    ) -> Mapping[int, float] | None:
        """Seconds at which each stream ends, by its index; None where that cannot be seen.

        `options` stand before the file's name; `end` is about where the film ends, by the clock of
        the file.
        """
        for interval in ((f"{end - LOOK_AT:.3f}%",) if end > LOOK_AT else ()) + ("",):
            found = await self._list(options, name, interval)
            if found is None:
                return None
            if all(stream in found for stream in streams):
                return {stream: found[stream] for stream in streams}
        return None

    async def pieces(self, name: str) -> list[tuple[float, int]]:
        """Seconds and bytes of the packets of a picture of ours, in their order; none where its
        index cannot be read."""
        argv = [
            self.tools.ffprobe,
            *("-hide_banner", "-loglevel", "error", *OUR_MOV, "-select_streams", "v:0"),
            *("-show_entries", "packet=duration_time,size", "-of", "csv=print_section=0"),
            f"file:{name}",
        ]
        try:
            done = await run(argv, cwd=self.folder, watch=self.watch)
        except ChildFailedError:
            return []
        return curves.packets(done.stdout)

    async def _list(
        self, options: Sequence[str], name: str, interval: str
    ) -> Mapping[int, float] | None:
        argv = [
            self.tools.ffprobe,
            *("-hide_banner", "-loglevel", "error", *options),
            *(("-read_intervals", interval) if interval else ()),
            *("-show_entries", "packet=stream_index,pts_time,duration_time"),
            *("-of", "csv=print_section=0", f"file:{name}"),
        ]
        try:
            done = await run(argv, cwd=self.folder, watch=self.watch)
        except ChildFailedError:
            return None
        return read(done.stdout)


def read(listing: bytes) -> dict[int, float]:
    """Pure: lines such as `0,1.96,0.04`. A packet of unknown length counts as its begin."""
    found: dict[int, float] = {}
    for line in listing.decode("ascii", "replace").splitlines():
        index, begin, length = [*line.split(","), "", ""][:3]
        try:
            at = float(begin)
        except ValueError:
            continue
        with contextlib.suppress(ValueError):
            at += float(length)
        found[int(index)] = max(found.get(int(index), at), at)
    return found
