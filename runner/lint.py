"""Rules of RFC 8216 and of DASH that players rely on, held against our own playlists.

`segments` looks whether playlists can be read and which files they name; here stands what they say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

from runner.playlists import DASH, BadPlaylistError, read_media

_ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"]*"|[^",]*)')
_VARIANT = "#EXT-X-STREAM-INF:"
_GROUPS = ("AUDIO", "SUBTITLES")
_RANGE = re.compile(r"^#EXT-X-BYTERANGE:(\d+)@(\d+)\n([^#\n]+)$", re.MULTILINE)


def check_master(text: str) -> None:
    """A variant says what a player chooses by, and the groups that it names are there.

    Raises BadPlaylistError, as all of these do.
    """
    lines = [line for line in text.splitlines() if line]
    groups = _groups([attributes(line) for line in lines if line.startswith("#EXT-X-MEDIA:")])
    variants = 0
    for line, playlist in pairwise(lines):
        if not line.startswith(_VARIANT):
            continue
        said = attributes(line)
        missing = {"BANDWIDTH", "CODECS"} - said.keys()
        if missing:
            raise BadPlaylistError(f"{playlist} is named without {', '.join(sorted(missing))}")
        for kind in _GROUPS:
            if kind in said and (kind, said[kind]) not in groups:
                raise BadPlaylistError(f"{playlist} wants a group that is not there: {said[kind]}")
        if int(said.get("AVERAGE-BANDWIDTH", 0)) > int(said["BANDWIDTH"]):
            raise BadPlaylistError(f"the average of {playlist} lies above its peak")
        variants += 1
    if not variants:
        raise BadPlaylistError("no variant")


def attributes(line: str) -> dict[str, str]:
    """The attribute list of a tag (RFC 8216, 4.2), without quotes."""
    _, _, listed = line.partition(":")
    return {name: value.strip('"') for name, value in _ATTRIBUTE.findall(listed)}


def _groups(media: Sequence[Mapping[str, str]]) -> set[tuple[str, str]]:
    """The groups, by kind and name. In each, names differ and one is the default at most."""
    found = {(each["TYPE"], each["GROUP-ID"]) for each in media}
    for kind, group in found:
        inside = [each for each in media if (each["TYPE"], each["GROUP-ID"]) == (kind, group)]
        names = [each["NAME"] for each in inside]
        if len(set(names)) != len(names):
            raise BadPlaylistError(f"two members of group {group} have one name")
        if sum(each.get("DEFAULT") == "YES" for each in inside) > 1:
            raise BadPlaylistError(f"group {group} has two defaults")
    return found


def check_durations(text: str) -> None:
    """No segment is longer than the target duration, to the nearest second."""
    target = re.search(r"^#EXT-X-TARGETDURATION:(\d+)$", text, re.MULTILINE)
    if target is None:
        raise BadPlaylistError("no target duration")
    for name, seconds in read_media(text).segments:
        if int(seconds + 0.5) > int(target[1]):
            raise BadPlaylistError(f"{name} is longer than the target duration")


def check_ranges(folder: Path, text: str) -> None:
    """The I-frames of a playlist lie inside their files."""
    ranges = _RANGE.findall(text)
    if not ranges:
        raise BadPlaylistError("no I-frames")
    for length, begin, name in ranges:
        if int(begin) + int(length) > (folder / name).stat().st_size:
            raise BadPlaylistError(f"an I-frame of {name} lies behind its end")


def check_manifest(text: str) -> None:
    """Every representation of a set says what a player chooses by, under an id of its own."""
    root = ET.fromstring(text)  # noqa: S314 - ours, and read before
    names: list[str] = []
    for group in root.iter(f"{DASH}AdaptationSet"):
        for one in group.iter(f"{DASH}Representation"):
            name = one.get("id", "")
            names.append(name)
            said = {**group.attrib, **one.attrib}
            wanted = {"bandwidth", "mimeType"}
            if one.find(f"{DASH}SegmentTemplate") is not None:
                wanted.add("codecs")
            if missing := wanted - said.keys():
                raise BadPlaylistError(f"representation {name} is without {sorted(missing)}")
    if len(set(names)) != len(names):
        raise BadPlaylistError("two representations have one id")
