"""Examines the source: the bytes say the container, FFprobe in the jail says the rest."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner import formats, rhythm
from runner.command import input_options
from runner.errors import Code, RunnerError
from runner.ffmpeg import ChildFailedError, Watch, run
from runner.tools import Tools
from schema.probe import Probe, Stream, StreamKind

# A hostile file can make FFprobe search for ever; a good one answers in well under a second.
PROBE_SECONDS = 120.0

_EITHER = "codec_type,codec_name,nb_frames,avg_frame_rate,r_frame_rate"
MEASURED = f"{_EITHER},nb_read_packets,width,height,channels,sample_rate"
_UNLISTED = re.compile(r"Codec \((\w+)\) not on whitelist")
_TOO_LARGE = re.compile(r"Picture size (\d+x\d+) exceeds specified max pixel count")

_KINDS = {
    "video": StreamKind.VIDEO,
    "audio": StreamKind.AUDIO,
    "subtitle": StreamKind.SUBTITLE,
}


@dataclass(frozen=True)
class Examined:
    """What is known of the source, and the container to force on every tool that reads it."""

    probe: Probe
    container: formats.Container


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
        seconds=_real(found["format"].get("duration")) or 0.0,
        frames=sum(
            _whole(picture.get("nb_read_packets" if fragments else "nb_frames")) or 0
            for picture in pictures
        ),
        irregular=any(_varies(picture) for picture in pictures),
        streams=tuple(_made(stream) for stream in found["streams"]),
    )


def _made(raw: dict[str, Any]) -> tuple[str, str, int | None, int | None]:
    names = ("channels", "sample_rate") if raw["codec_type"] == "audio" else ("width", "height")
    first, second = (_whole(raw.get(name)) for name in names)
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


def read_probe(found: dict[str, Any], container: formats.Container, size: int) -> Probe:
    """Pure: FFprobe's JSON -> Probe."""
    form = found.get("format", {})
    return Probe(
        container=container.demuxer,
        duration=_duration(form, container, found.get("streams", ())),
        size=size,
        bitrate=_whole(form.get("bit_rate")),
        start_time=_real(form.get("start_time")) or 0.0,
        streams=tuple(_stream(stream) for stream in found.get("streams", ())),
    )


def _duration(
    form: dict[str, Any], container: formats.Container, streams: Sequence[dict[str, Any]]
) -> float | None:
    """Seconds from the first to the last picture or sound."""
    duration = _real(form.get("duration"))
    if duration is not None and container.demuxer == "matroska":
        # Matroska counts subtitles that stand longer than the film, and counts from zero, even
        # where nothing begins before a later time.
        ends = [_end(s) for s in streams if s.get("codec_type") in {"video", "audio"}]
        known = [end for end in ends if end is not None]
        if ends and len(known) == len(ends):
            duration = min(duration, max(known))
        duration -= max(0.0, _real(form.get("start_time")) or 0.0)
    return duration


def _end(raw: dict[str, Any]) -> float | None:
    """When a track of Matroska ends, where its muxer has said so, as in 00:01:02.500000000."""
    tags = raw.get("tags", {})
    said = re.fullmatch(r"(\d+):(\d\d):(\d\d\.\d+)", tags.get("DURATION", ""))
    if said is None:
        return None
    hours, minutes, seconds = map(float, said.groups())
    # FFmpeg counts from zero, mkvmerge, which names itself, from the track's first packet.
    counted_from = _real(raw.get("start_time")) if "_STATISTICS_WRITING_APP" in tags else 0.0
    return (counted_from or 0.0) + hours * 3600 + minutes * 60 + seconds


def _stream(raw: dict[str, Any]) -> Stream:
    disposition = raw.get("disposition", {})
    kind = _KINDS.get(raw.get("codec_type", ""), StreamKind.DATA)
    base: dict[str, Any] = {
        "index": raw["index"],
        "kind": kind,
        "codec": raw.get("codec_name", "unknown"),
        "profile": raw.get("profile"),
        "start_time": _real(raw.get("start_time")) or 0.0,
        "duration": _real(raw.get("duration")),
        "bitrate": _whole(raw.get("bit_rate")),
        "language": raw.get("tags", {}).get("language"),
        "default": bool(disposition.get("default")),
        "forced": bool(disposition.get("forced")),
        "hearing_impaired": bool(disposition.get("hearing_impaired")),
        "attached_picture": bool(disposition.get("attached_pic")),
    }
    if kind is StreamKind.VIDEO:
        base |= _picture(raw)
    if kind is StreamKind.AUDIO:
        rate, channels = _whole(raw.get("sample_rate")), _whole(raw.get("channels"))
        # Codecs with loss have no depth: they say 0.
        depth = _whole(raw.get("bits_per_raw_sample")) or _whole(raw.get("bits_per_sample"))
        base |= {"sample_rate": rate, "channels": channels, "bit_depth": depth or None}
    return Stream(**base)


def _picture(raw: dict[str, Any]) -> dict[str, Any]:
    average, nominal = _ratio(raw.get("avg_frame_rate")), _ratio(raw.get("r_frame_rate"))
    return {
        "width": _whole(raw.get("width")),
        "height": _whole(raw.get("height")),
        "rotation": _rotation(raw),
        "sample_aspect": _ratio(raw.get("sample_aspect_ratio")) or 1.0,
        "frame_rate": average or nominal,
        "variable_frame_rate": _varies(raw),
        "pixel_format": raw.get("pix_fmt"),
        "bit_depth": _whole(raw.get("bits_per_raw_sample")) or _depth(raw.get("pix_fmt")),
        "color_range": raw.get("color_range"),
        "color_primaries": raw.get("color_primaries"),
        "color_transfer": raw.get("color_transfer"),
        "color_space": raw.get("color_space"),
        "field_order": raw.get("field_order"),
    }


def _varies(raw: dict[str, Any]) -> bool:
    average, nominal = _ratio(raw.get("avg_frame_rate")), _ratio(raw.get("r_frame_rate"))
    return bool(average and nominal and abs(average - nominal) > 0.01 * nominal)


def _rotation(raw: dict[str, Any]) -> int:
    """Clockwise degrees that make the picture upright. FFprobe counts the other way round."""
    for side_data in raw.get("side_data_list", ()):
        if "rotation" in side_data:
            degrees = -float(side_data["rotation"])
            return int(round(degrees / 90) * 90 % 360)
    return 0


def _depth(pixel_format: str | None) -> int | None:
    if pixel_format is None:
        return None
    for depth in (16, 14, 12, 10, 9):
        if pixel_format.removesuffix("le").removesuffix("be").endswith(f"p{depth}"):
            return depth
    return 10 if "010" in pixel_format else 8


def _ratio(text: str | None) -> float | None:
    """ "30000/1001" or "4:3" -> a positive number; 0/0 and rubbish -> None."""
    try:
        above, below = (text or "").replace(":", "/").split("/")
        value = float(above) / float(below)
    except (ValueError, ZeroDivisionError):
        return None
    return value if value > 0 else None


def _real(text: object) -> float | None:
    try:
        return float(str(text))
    except ValueError:
        return None


def _whole(text: object) -> int | None:
    value = _real(text)
    return None if value is None else int(value)
