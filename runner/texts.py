"""Pure: which subtitles of a source are taken. Pictures of text (DVD, Blu-ray, DVB) are none."""

from __future__ import annotations

from dataclasses import dataclass

from runner import languages
from schema.probe import Probe, Stream, StreamKind
from schema.recipe import Subtitles

CODECS = frozenset({"subrip", "ass", "ssa", "mov_text", "webvtt", "text"})
MOST = 50  # of one source


@dataclass(frozen=True, kw_only=True)
class TextTrack:
    """Subtitles of the source, from 1. `language` as ISO 639-2; `name` is what a viewer chooses by.

    `forced` ones tell what is foreign or written in the picture, and are shown unasked; `default`
    ones are shown unasked, too. `impaired` ones tell noises as well.
    """

    number: int
    stream: int
    language: str | None
    name: str
    default: bool
    forced: bool
    impaired: bool


@dataclass(frozen=True, kw_only=True)
class TranscriptPlan:
    """Subtitles of what is said. `language` None: to be found out."""

    language: str | None


def tracks(wish: Subtitles, probe: Probe) -> tuple[TextTrack, ...]:
    """The text tracks in the languages that are asked for, in the order of the file."""
    texts = [s for s in probe.streams if s.kind is StreamKind.SUBTITLE and s.codec in CODECS]
    asked = {languages.of_tag(language) or language for language in wish.languages}
    found = [s for s in texts if not asked or languages.of_tag(s.language) in asked][:MOST]
    called = languages.distinct([_name(s, number) for number, s in enumerate(found, start=1)])
    # One group has one default at most, and what is forced is shown anyway.
    default = next((s for s in found if s.default and not s.forced), None)
    return tuple(
        TextTrack(
            number=number,
            stream=stream.index,
            language=languages.of_tag(stream.language),
            name=name,
            default=stream is default,
            forced=stream.forced,
            impaired=stream.hearing_impaired,
        )
        for number, (stream, name) in enumerate(zip(found, called, strict=True), start=1)
    )


def _name(stream: Stream, number: int) -> str:
    code = languages.of_tag(stream.language)
    name = languages.NAMES[code] if code else f"Subtitles {number}"
    marks = " (forced)" * stream.forced + " (SDH)" * stream.hearing_impaired
    return name + marks
