"""Examines the source: the bytes say the container, FFprobe in the jail says the rest."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from runner import formats, rhythm
from runner.command import input_options
from runner.errors import Code, RunnerError
from runner.ffmpeg import ChildFailedError, Watch, run
from runner.streams import read_probe
from runner.tools import Tools
from schema.probe import Probe, StreamKind

# A hostile file can make FFprobe search for ever; a good one answers in well under a second.
PROBE_SECONDS = 120.0

_UNLISTED = re.compile(r"Codec \((\w+)\) not on whitelist")
_TOO_LARGE = re.compile(r"Picture size (\d+x\d+) exceeds specified max pixel count")


@dataclass(frozen=True)
class Examined:
    """What is known of the source, and the container to force on every tool that reads it."""

    probe: Probe
    container: formats.Container


async def examine(
    tools: Tools, folder: Path, name: str, max_pixels: int, watch: Watch, *, within: int = 0
) -> Examined:
    """Examine the file `name` in `folder`. Raises RunnerError with a SOURCE_ code.

    With `within`, for a file with holes, only so many bytes are looked at for what the headers do
    not say; a duration is then an estimate or None.
    """
    container = recognise(folder / name)
    argv = [
        tools.ffprobe,
        *("-hide_banner", "-loglevel", "error"),
        *input_options(container, max_pixels=max_pixels),
        *(("-probesize", str(within)) if within else ()),  # the last one counts
        *("-show_format", "-show_streams", "-of", "json"),
        f"file:{name}",
    ]
    try:
        done = await run(argv, cwd=folder, watch=Watch(watch.deadline.sooner(PROBE_SECONDS)))
    except ChildFailedError as error:
        raise _refusal(error) from error
    if too_large := _TOO_LARGE.search(done.stderr):
        message = f"{too_large[1]} is above the limit of {max_pixels} pixels"
        raise RunnerError(Code.SOURCE_TOO_LARGE, message, log=done.stderr)
    found = json.loads(done.stdout)
    probe = read_probe(found, container, (folder / name).stat().st_size)
    if not any(stream.kind in {StreamKind.VIDEO, StreamKind.AUDIO} for stream in probe.streams):
        raise RunnerError(Code.NO_STREAMS, "no picture and no sound in this file", log=done.stderr)
    unsure = probe.duration is None or container.demuxer in formats.WITHOUT_DURATION
    if unsure and not within:
        seconds = await length(tools, folder, name, container, watch)
        probe = probe.model_copy(update={"duration": seconds})
    if not within:
        probe = await rhythm.check(tools, folder / name, container, probe, watch)
    return Examined(probe, container)


def recognise(path: Path) -> formats.Container:
    """The container, by the first bytes. Raises RunnerError SOURCE_EMPTY or SOURCE_NOT_MEDIA."""
    with path.open("rb") as file:
        head = file.read(formats.HEAD_BYTES)
        if not head:
            raise RunnerError(Code.SOURCE_EMPTY, "the source has no bytes")
        if skip := formats.id3_length(head):
            file.seek(skip)
            behind = formats.recognise(file.read(formats.HEAD_BYTES).lstrip(b"\0"))
            # Some taggers leave rubbish behind the tag; then the tag itself says MP3.
            container = behind or formats.recognise(b"\xff\xfb\x90\x00")
        else:
            container = formats.recognise(head)
    if container is None:
        raise RunnerError(
            Code.SOURCE_NOT_MEDIA,
            "the file's first bytes are those of no accepted media container",
            log=f"the first bytes: {head[:16]!r}",
        )
    return container


def _refusal(error: ChildFailedError) -> RunnerError:
    """FFprobe could not open the file: find the reason that a user can act on."""
    if unlisted := _UNLISTED.search(error.stderr):
        message = f"a stream of the file is {unlisted[1]}, which is not accepted"
        return RunnerError(Code.SOURCE_CODEC_UNSUPPORTED, message, log=error.log)
    if "moov atom not found" in error.stderr:
        message = "the index (moov) of this MP4 is missing: its recording or upload was cut off"
        return RunnerError(Code.SOURCE_TRUNCATED, message, log=error.log)
    return RunnerError(
        Code.SOURCE_UNREADABLE, "the container cannot be read: it is damaged", log=error.log
    )


async def length(
    tools: Tools, folder: Path, name: str, container: formats.Container, watch: Watch
) -> float | None:
    """Seconds, by all packets, without decoding them: the only way to know where some end."""
    argv = [
        tools.ffmpeg,
        *("-nostdin", "-hide_banner", "-loglevel", "error", "-progress", "pipe:1"),
        *input_options(container, max_pixels=None),
        *("-i", f"file:{name}", "-map", "0:v:0?", "-map", "0:a:0?", "-c", "copy", "-f", "null"),
        "-",
    ]
    try:
        done = await run(argv, cwd=folder, watch=watch, on_progress=lambda _: None)
    except ChildFailedError as error:
        raise _refusal(error) from error
    return done.last.seconds if done.last else None
