"""Pure: what FFprobe says of a file, as JSON -> what is known of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from runner import formats
from schema.probe import Probe, Stream, StreamKind

_KINDS = {
    "video": StreamKind.VIDEO,
    "audio": StreamKind.AUDIO,
    "subtitle": StreamKind.SUBTITLE,
}


def read_probe(found: dict[str, Any], container: formats.Container, size: int) -> Probe:
    """Pure: FFprobe's JSON -> Probe."""
    form = found.get("format", {})
    return Probe(
        container=container.demuxer,
        duration=_duration(form, container, found.get("streams", ())),
        size=size,
        bitrate=whole(form.get("bit_rate")),
        start_time=real(form.get("start_time")) or 0.0,
        streams=tuple(_stream(stream) for stream in found.get("streams", ())),
    )


def _duration(
    form: dict[str, Any], container: formats.Container, streams: Sequence[dict[str, Any]]
) -> float | None:
    """Seconds from the first to the last picture or sound."""
    duration = real(form.get("duration"))
    if duration is not None and container.demuxer == "matroska":
        # Matroska counts subtitles that stand longer than the film, and counts from zero, even
        # where nothing begins before a later time.
        ends = [_end(s) for s in streams if s.get("codec_type") in {"video", "audio"}]
        known = [end for end in ends if end is not None]
        if ends and len(known) == len(ends):
            duration = min(duration, max(known))
        duration -= max(0.0, real(form.get("start_time")) or 0.0)
    return duration


def _end(raw: dict[str, Any]) -> float | None:
    """When a track of Matroska ends, where its muxer has said so, as in 00:01:02.500000000."""
    tags = raw.get("tags", {})
    said = re.fullmatch(r"(\d+):(\d\d):(\d\d\.\d+)", tags.get("DURATION", ""))
    if said is None:
        return None
    hours, minutes, seconds = map(float, said.groups())
    # FFmpeg counts from zero, mkvmerge, which names itself, from the track's first packet.
    counted_from = real(raw.get("start_time")) if "_STATISTICS_WRITING_APP" in tags else 0.0
    return (counted_from or 0.0) + hours * 3600 + minutes * 60 + seconds


def _stream(raw: dict[str, Any]) -> Stream:
    disposition = raw.get("disposition", {})
    kind = _KINDS.get(raw.get("codec_type", ""), StreamKind.DATA)
    base: dict[str, Any] = {
        "index": raw["index"],
        "kind": kind,
        "codec": raw.get("codec_name", "unknown"),
        "profile": raw.get("profile"),
        "start_time": real(raw.get("start_time")) or 0.0,
        "duration": real(raw.get("duration")),
        "bitrate": whole(raw.get("bit_rate")),
        "language": raw.get("tags", {}).get("language"),
        "default": bool(disposition.get("default")),
        "forced": bool(disposition.get("forced")),
        "hearing_impaired": bool(disposition.get("hearing_impaired")),
        "attached_picture": bool(disposition.get("attached_pic")),
    }
    if kind is StreamKind.VIDEO:
        base |= _picture(raw)
    if kind is StreamKind.AUDIO:
        rate, channels = whole(raw.get("sample_rate")), whole(raw.get("channels"))
        # Codecs with loss have no depth: they say 0.
        depth = whole(raw.get("bits_per_raw_sample")) or whole(raw.get("bits_per_sample"))
        base |= {"sample_rate": rate, "channels": channels, "bit_depth": depth or None}
    return Stream(**base)


def _picture(raw: dict[str, Any]) -> dict[str, Any]:
    average, nominal = _ratio(raw.get("avg_frame_rate")), _ratio(raw.get("r_frame_rate"))
    return {
        "width": whole(raw.get("width")),
        "height": whole(raw.get("height")),
        "rotation": _rotation(raw),
        "sample_aspect": _ratio(raw.get("sample_aspect_ratio")) or 1.0,
        "frame_rate": average or nominal,
        "variable_frame_rate": varies(raw),
        "pixel_format": raw.get("pix_fmt"),
        "bit_depth": whole(raw.get("bits_per_raw_sample")) or _depth(raw.get("pix_fmt")),
        "color_range": raw.get("color_range"),
        "color_primaries": raw.get("color_primaries"),
        "color_transfer": raw.get("color_transfer"),
        "color_space": raw.get("color_space"),
        "field_order": raw.get("field_order"),
    }


def varies(raw: dict[str, Any]) -> bool:
    """Whether a picture's frames are not all shown equally long."""
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


def real(text: object) -> float | None:
    """A number of FFprobe's; None for what is none."""
    try:
        return float(str(text))
    except ValueError:
        return None


def whole(text: object) -> int | None:
    """The same without what stands behind the point."""
    value = real(text)
    return None if value is None else int(value)
