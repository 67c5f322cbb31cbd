"""Reads the index of files that we made."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner import formats
from runner.errors import Code, RunnerError
from runner.ffmpeg import ChildFailedError, Watch, run
from runner.streams import real, varies, whole
from runner.tools import Tools

_EITHER = "codec_type,codec_name,nb_frames,avg_frame_rate,r_frame_rate"
MEASURED = f"{_EITHER},nb_read_packets,width,height,channels,sample_rate"


@dataclass(frozen=True)
class Measured:
    """What the index of a file of ours says: seconds, and frames of picture (0 without one).

    `irregular` frames make both the index and a decoder guess how long the last one is shown.
    `streams` names kind and codec of each; then width and height, or channels and Hz.
    """

    seconds: float
    frames: int
    irregular: bool
    streams: tuple[tuple[str, str, int | None, int | None], ...]


async def measure(
    tools: Tools, folder: Path, name: str, watch: Watch, *, fragments: bool = False
) -> Measured:
    """Read the index of a file that we made. One of `fragments` has none, and is read whole."""
    argv = [
        tools.ffprobe,
        *("-hide_banner", "-loglevel", "error", "-protocol_whitelist", "file"),
        *(("-count_packets",) if fragments else ()),
        *("-f", formats.demuxer_of(name)),
        *("-show_entries", "format=duration", "-show_entries", f"stream={MEASURED}", "-of", "json"),
        f"file:{name}",
    ]
    try:
        done = await run(argv, cwd=folder, watch=watch)
    except ChildFailedError as error:
        message = f"{name} has no readable index"
        raise RunnerError(Code.VERIFY_FAILED, message, log=error.log) from error
    found = json.loads(done.stdout)
    pictures = [s for s in found["streams"] if s["codec_type"] == "video"]
    return Measured(
        seconds=real(found["format"].get("duration")) or 0.0,
        frames=sum(
            whole(picture.get("nb_read_packets" if fragments else "nb_frames")) or 0
            for picture in pictures
        ),
        irregular=any(varies(picture) for picture in pictures),
        streams=tuple(_made(stream) for stream in found["streams"]),
    )


def _made(raw: dict[str, Any]) -> tuple[str, str, int | None, int | None]:
    names = ("channels", "sample_rate") if raw["codec_type"] == "audio" else ("width", "height")
    first, second = (whole(raw.get(name)) for name in names)
    return raw["codec_type"], raw.get("codec_name", ""), first, second


async def codec_hash(tools: Tools, folder: Path, name: str, watch: Watch) -> str:
    """A hash of what a decoder of the picture of our MP4 is configured with."""
    argv = [
        tools.ffprobe,
        *("-hide_banner", "-loglevel", "error", "-protocol_whitelist", "file", "-f", "mov"),
        *("-select_streams", "v:0", "-show_data_hash", "sha256"),
        *("-show_entries", "stream=extradata_hash", "-of", "csv=print_section=0", f"file:{name}"),
    ]
    try:
        done = await run(argv, cwd=folder, watch=watch)
    except ChildFailedError as error:
        message = f"{name} has no readable index"
        raise RunnerError(Code.VERIFY_FAILED, message, log=error.log) from error
    return done.stdout.decode("ascii", "replace").strip()
