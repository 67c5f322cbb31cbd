"""Pure: which subtitles are drawn into the picture, and how large."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from runner import languages
from runner.errors import Code, RunnerError
from runner.texts import CODECS
from schema.burn import Burn
from schema.inputs import AssetRef
from schema.probe import Probe, Stream, StreamKind


@dataclass(frozen=True, kw_only=True)
class BurnPlan:
    """A `stream` of the source, or SubRip of ours: `file` in scratch. `size` of a line is a part of
    the picture's shorter side."""

    stream: int | None
    file: str | None
    size: float


def planned(wish: Burn, probe: Probe, files: Mapping[AssetRef, str]) -> BurnPlan:
    """A wish of the recipe; `files` says where the SubRip of each asset lies.

    Raises RunnerError NO_SUBTITLES where the source has not got them.
    """
    size = wish.size / 100
    if wish.file:
        return BurnPlan(stream=None, file=files[wish.file], size=size)
    return BurnPlan(stream=_stream(wish, probe).index, file=None, size=size)


def _stream(wish: Burn, probe: Probe) -> Stream:
    there = [s for s in probe.streams if s.kind is StreamKind.SUBTITLE and s.codec in CODECS]
    found = there
    what = ""
    if wish.track is not None:
        found, what = there[wish.track - 1 : wish.track], f" number {wish.track}"
    elif wish.language:
        asked = languages.of_tag(wish.language) or wish.language
        found = [stream for stream in there if languages.of_tag(stream.language) == asked]
        what = f" in {wish.language}"
    if not found:
        message = f"there is no text track{what} to draw: the source has {len(there)}"
        raise RunnerError(Code.NO_SUBTITLES, message)
    # What is forced tells only a part, and what is for the deaf tells noises as well.
    return min(found, key=lambda s: (s.forced, s.hearing_impaired, not s.default, s.index))
