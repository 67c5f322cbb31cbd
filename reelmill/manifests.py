"""Pure: the names of the files that a playlist or a manifest of ours refers to."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Final

from reelmill.errors import ProtocolError

_URI: Final = re.compile(r'URI="([^"]*)"')
_NUMBER: Final = re.compile(r"\$Number(?:%0(\d+)d)?\$")
_DASH: Final = "{urn:mpeg:dash:schema:mpd:2011}"
_MANY: Final = 200_000  # a week in segments of three seconds


def references(name: str, text: str) -> list[str]:
    """The relative addresses in an m3u8 or mpd, each once, in order. Raises ProtocolError."""
    found = _hls(text) if name.endswith(".m3u8") else _dash(text)
    try:
        return list(dict.fromkeys(found))
    except (ET.ParseError, ValueError) as error:
        raise ProtocolError(f"{name} cannot be read: {error}") from error


def is_manifest(name: str) -> bool:
    """Whether other files hang on it."""
    return name.endswith((".m3u8", ".mpd"))


def _hls(text: str) -> Iterator[str]:
    for line in map(str.strip, text.splitlines()):
        if line.startswith("#"):
            yield from _URI.findall(line)
        elif line:
            yield line


def _dash(text: str) -> Iterator[str]:
    root = ET.fromstring(text)  # noqa: S314 - expat bounds what entities can become
    for parent in root.iter(f"{_DASH}AdaptationSet"):
        shared = parent.find(f"{_DASH}SegmentTemplate")
        for representation in parent.iter(f"{_DASH}Representation"):
            template = representation.find(f"{_DASH}SegmentTemplate")
            template = shared if template is None else template
            if template is not None:
                yield from _template(template, representation.get("id", ""))


def _template(template: ET.Element, name: str) -> Iterator[str]:
    yield from [template.get("initialization", "").replace("$RepresentationID$", name)]
    media = template.get("media", "").replace("$RepresentationID$", name)
    pieces = template.iter(f"{_DASH}S")
    count = sum(int(piece.get("r", "0")) + 1 for piece in pieces)
    if not 0 < count <= _MANY:
        raise ValueError("it does not say how many segments there are")
    first = int(template.get("startNumber", "1"))
    for number in range(first, first + count):
        found = _NUMBER.search(media)
        shown = f"{number:0{found[1] or 1}d}" if found else ""
        yield _NUMBER.sub(shown, media)
