"""Subtitle groups of a ladder: one WebVTT file a track, named by HLS and by DASH.

A file that is whole is one segment of HLS and one BaseURL of DASH: both protocols share it, players
of both show it, and RFC 8216 lets the target duration of subtitles be that of the film.

    text_1/  text.vtt media.m3u8
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from runner import languages, subtitles, transcribe
from runner.outputs import Plan

FILE = "text.vtt"
PLAYLIST = "media.m3u8"
_GROUP = "text"
_VARIANT = "#EXT-X-STREAM-INF:"
_SDH = (
    "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound"
)


@dataclass(frozen=True, kw_only=True)
class Group:
    """One choice of a viewer. `local` is its file in scratch; `language` as BCP 47 has it."""

    folder: str
    local: str
    language: str
    name: str
    default: bool = False
    forced: bool = False
    impaired: bool = False


def of(plan: Plan) -> tuple[Group, ...]:
    """The groups of a plan's ladder, in the order of the source, and what was heard behind them."""
    if plan.ladder is None:
        return ()
    found = [
        Group(
            folder=f"text_{track.number}",
            local=subtitles.vtt_file(track),
            language=languages.short(track.language),
            name=track.name,
            default=track.default,
            forced=track.forced,
            impaired=track.impaired,
        )
        for track in plan.ladder.texts
    ]
    if plan.ladder.spoken and plan.transcript:
        language = plan.transcript.language or "und"
        name = languages.spoken(languages.of_tag(language))
        found.append(
            Group(folder="text_spoken", local=transcribe.VTT, language=language, name=name)
        )
    return tuple(found)


def write(root: Path, groups: Sequence[Group], seconds: float, master: str, manifest: str) -> None:
    """Put the groups into a ladder's folder, and name them in its master playlist and manifest."""
    for group in groups:
        (root / group.folder).mkdir()
        shutil.copyfile(root.parent / group.local, root / group.folder / FILE)
        (root / group.folder / PLAYLIST).write_text(playlist(seconds), "ascii")
    if groups:
        for name, told in ((master, in_master), (manifest, in_manifest)):
            text = (root / name).read_text("utf-8")
            (root / name).write_text(told(text, groups), "utf-8")


def playlist(seconds: float) -> str:
    """The media playlist of a whole file. Without a map of time, zero is the film's beginning."""
    return (
        "#EXTM3U\n#EXT-X-VERSION:6\n"
        f"#EXT-X-TARGETDURATION:{max(1, math.ceil(seconds))}\n#EXT-X-PLAYLIST-TYPE:VOD\n"
        f"#EXTINF:{seconds:.3f},\n{FILE}\n#EXT-X-ENDLIST\n"
    )


def in_master(text: str, groups: Sequence[Group]) -> str:
    """A master playlist with the groups in front of its variants."""
    named = [
        f'{line},SUBTITLES="{_GROUP}"' if line.startswith(_VARIANT) else line
        for line in text.split("\n")
    ]
    first = next(place for place, line in enumerate(named) if line.startswith(_VARIANT))
    return "\n".join([*named[:first], *map(_media, groups), "", *named[first:]])


def _media(group: Group) -> str:
    words = [
        f'#EXT-X-MEDIA:TYPE=SUBTITLES,URI="{group.folder}/{PLAYLIST}",GROUP-ID="{_GROUP}"',
        f'LANGUAGE="{group.language}",NAME="{group.name}"',
        f"DEFAULT={'YES' if group.default else 'NO'},AUTOSELECT=YES",
        *(["FORCED=YES"] if group.forced else []),
        *([f'CHARACTERISTICS="{_SDH}"'] if group.impaired else []),
    ]
    return ",".join(words)


def in_manifest(text: str, groups: Sequence[Group]) -> str:
    """A manifest with the groups behind its other adaptation sets."""
    first = text.count("<AdaptationSet ")
    sets = "".join(_set(group, first + number) for number, group in enumerate(groups))
    head, end, tail = text.partition("  </Period>")
    return head + sets + end + tail


def _set(group: Group, number: int) -> str:
    role = "forced-subtitle" if group.forced else "caption" if group.impaired else "subtitle"
    roles = [role, *(["main"] if group.default else [])]
    kind = 'contentType="text" mimeType="text/vtt"'
    lines = [
        f'    <AdaptationSet id="{number}" {kind} lang="{group.language}">',
        f"      <Label>{escape(group.name)}</Label>",
        *(f'      <Role schemeIdUri="urn:mpeg:dash:role:2011" value="{one}"/>' for one in roles),
        f'      <Representation id="{group.folder}" bandwidth="1000">',
        f"        <BaseURL>{group.folder}/{FILE}</BaseURL>",
        "      </Representation>",
        "    </AdaptationSet>\n",
    ]
    return "\n".join(lines)
