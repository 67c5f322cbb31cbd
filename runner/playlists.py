"""Pure: reads our own playlists, manifests and segment indexes back, to check them."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from xml.etree import ElementTree as ET

DASH = "{urn:mpeg:dash:schema:mpd:2011}"
_STREAM = re.compile(r"#EXT-X-(I-FRAME-)?STREAM-INF:")
_PEAK = re.compile(r"[:,]BANDWIDTH=(\d+)")
_AVERAGE = re.compile(r"[:,]AVERAGE-BANDWIDTH=(\d+)")
_MAP = re.compile(r'^#EXT-X-MAP:URI="([^"]+)"')


class BadPlaylistError(ValueError):
    """A playlist or manifest does not say what it must."""


@dataclass(frozen=True)
class MediaPlaylist:
    """A media playlist: each segment's name and duration in seconds. Text has no init segment."""

    init: str
    segments: tuple[tuple[str, float], ...]
    complete: bool


@dataclass(frozen=True)
class SegmentIndex:
    """The `sidx` box at the head of a segment. Times in `timescale` units."""

    timescale: int
    start: int
    duration: int
    starts_with_keyframe: bool


def read_media(text: str) -> MediaPlaylist:
    """Parse a media playlist."""
    init, seconds = "", None
    segments: list[tuple[str, float]] = []
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or lines[0] != "#EXTM3U":
        raise BadPlaylistError("no #EXTM3U")
    for line in lines:
        if found := _MAP.match(line):
            init = found[1]
        elif line.startswith("#EXTINF:"):
            seconds = float(line.removeprefix("#EXTINF:").split(",")[0])
        elif not line.startswith("#"):
            if seconds is None:
                raise BadPlaylistError(f"{line} has no duration")
            segments.append((line, seconds))
            seconds = None
    texts = all(name.endswith(".vtt") for name, _ in segments)
    if not segments or bool(init) == texts:
        raise BadPlaylistError("no segments, or no init segment")
    return MediaPlaylist(init, tuple(segments), "#EXT-X-ENDLIST" in lines)


def read_master(text: str) -> frozenset[str]:
    """The media playlists that a master playlist names."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or lines[0] != "#EXTM3U":
        raise BadPlaylistError("no #EXTM3U")
    plain = {line for line in lines if not line.startswith("#")}
    return frozenset(plain | {uri for line in lines for uri in re.findall(r'URI="([^"]+)"', line)})


def mend_master(text: str, default: str) -> str:
    """Put right what the packager leaves wrong in a master playlist.

    The sound whose playlist is `default` is the default; the packager only says so of a track whose
    language equals --default_language, and many sources name none. And its peak bandwidth leaves
    out segments much shorter than the others, so that it can lie below the average, which RFC 8216
    forbids.
    """
    return "\n".join(_mended(line, default) for line in text.split("\n"))


def _mended(line: str, default: str) -> str:
    if line.startswith("#EXT-X-MEDIA:") and f'URI="{default}"' in line:
        line = line.replace(",DEFAULT=NO,", ",DEFAULT=YES,")
        return line if "AUTOSELECT=" in line else f"{line},AUTOSELECT=YES"
    return _with_peak(line) if _STREAM.match(line) else line


def _with_peak(line: str) -> str:
    peak, average = _PEAK.search(line), _AVERAGE.search(line)
    if peak is None or average is None or int(peak[1]) >= int(average[1]):
        return line
    return line[: peak.start(1)] + average[1] + line[peak.end(1) :]


def read_manifest(text: str) -> frozenset[str]:
    """Every file that a static MPD names: by segment timelines, or text as a whole."""
    try:
        # Our packager wrote it from our own encodes a moment ago.
        root = ET.fromstring(text)  # noqa: S314
    except ET.ParseError as error:
        raise BadPlaylistError(f"the manifest is no XML: {error}") from error
    if root.tag != f"{DASH}MPD" or root.get("type") != "static":
        raise BadPlaylistError("no static MPD")
    named: set[str] = set()
    for template in root.iter(f"{DASH}SegmentTemplate"):
        named.add(template.get("initialization", ""))
        count = sum(1 + int(s.get("r", "0")) for s in template.iter(f"{DASH}S"))
        first = int(template.get("startNumber", "1"))
        media = template.get("media", "")
        named |= {media.replace("$Number%05d$", f"{first + n:05d}") for n in range(count)}
    named |= {base.text or "" for base in root.iter(f"{DASH}BaseURL")}
    if not named:
        raise BadPlaylistError("the manifest names no segments")
    return frozenset(named)


def read_index(head: bytes) -> SegmentIndex:
    """Parse the `sidx` box among the first boxes of a segment (ISO/IEC 14496-12, 8.16.3)."""
    offset = 0
    while offset + 8 <= len(head):
        size, kind = struct.unpack_from(">I4s", head, offset)
        if kind == b"sidx":
            return _sidx(head[offset + 8 : offset + size])
        offset += max(size, 8)
    raise BadPlaylistError("a segment has no index")


def _sidx(body: bytes) -> SegmentIndex:
    _, timescale = struct.unpack_from(">II", body, 4)
    times = ">QQ" if body[0] else ">II"
    start, _ = struct.unpack_from(times, body, 12)
    offset = 12 + struct.calcsize(times)
    (count,) = struct.unpack_from(">xxH", body, offset)
    entries = [struct.unpack_from(">III", body, offset + 4 + 12 * n) for n in range(count)]
    if not entries:
        raise BadPlaylistError("a segment's index is empty")
    return SegmentIndex(
        timescale=timescale,
        start=start,
        duration=sum(duration for _, duration, _ in entries),
        starts_with_keyframe=entries[0][2] >> 31 == 1,
    )
