"""Pure: which subtitles of a source are taken. Pictures of text (DVD, Blu-ray, DVB) are none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from runner import languages
from schema.inputs import AssetRef
from schema.probe import Probe, StreamKind
from schema.recipe import Subtitles

CODECS = frozenset({"subrip", "ass", "ssa", "mov_text", "webvtt", "text"})
MOST = 50  # of one source


@dataclass(frozen=True, kw_only=True)
class TextTrack:
    """Subtitles, from 1. `language` as ISO 639-2; `name` is what a viewer chooses by. They are a
    `stream` of the source, or SubRip of ours: `file` in scratch.

    `forced` ones tell what is foreign or written in the picture, and are shown unasked; `default`
    ones are shown unasked, too. `impaired` ones tell noises as well.
    """

    number: int
    stream: int | None
    language: str | None
    name: str
    default: bool
    forced: bool
    impaired: bool
    file: str | None = None


@dataclass(frozen=True, kw_only=True)
class TranscriptPlan:
    """Subtitles of what is said. `language` None: to be found out."""

    language: str | None


@dataclass(frozen=True, kw_only=True)
class _Found:
    """One that is taken, before it has a number and a name of its own."""

    stream: int | None = None
    file: str | None = None
    language: str | None
    label: str | None = None
    default: bool
    forced: bool
    impaired: bool = False


def tracks(wish: Subtitles, probe: Probe, files: Mapping[AssetRef, str]) -> tuple[TextTrack, ...]:
    """The text tracks in the languages that are asked for, in the order of the file, and then the
    files beside it; `files` says where the SubRip of each lies."""
    found = list(_embedded(wish, probe))[:MOST] if wish.embedded else []
    found += [
        _Found(
            file=files[each.file],
            language=languages.of_tag(each.language),
            label=each.label,
            default=each.default,
            forced=each.forced,
        )
        for each in wish.files
    ]
    called = languages.distinct([_name(one, number) for number, one in enumerate(found, start=1)])
    # One group has one default at most, and what is forced is shown anyway. Who names a file as
    # default means it, whatever the source says.
    chosen = [one for one in found if one.default and not one.forced]
    default = next((one for one in chosen if one.file), chosen[0] if chosen else None)
    return tuple(
        TextTrack(
            number=number,
            stream=one.stream,
            file=one.file,
            language=one.language,
            name=name,
            default=one is default,
            forced=one.forced,
            impaired=one.impaired,
        )
        for number, (one, name) in enumerate(zip(found, called, strict=True), start=1)
    )


def _embedded(wish: Subtitles, probe: Probe) -> Iterator[_Found]:
    asked = {languages.of_tag(language) or language for language in wish.languages}
    for stream in probe.streams:
        language = languages.of_tag(stream.language)
        is_text = stream.kind is StreamKind.SUBTITLE and stream.codec in CODECS
        if is_text and (not asked or language in asked):
            yield _Found(
                stream=stream.index,
                language=language,
                default=stream.default,
                forced=stream.forced,
                impaired=stream.hearing_impaired,
            )


def _name(found: _Found, number: int) -> str:
    name = languages.NAMES[found.language] if found.language else f"Subtitles {number}"
    return found.label or name + " (forced)" * found.forced + " (SDH)" * found.impaired
