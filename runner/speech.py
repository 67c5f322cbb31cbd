"""Pure: what was said, as subtitles and as a document.

Cues are cut where people read well: at sentences and pauses, two lines of 42 characters and seven
seconds at most, as broadcasters' guides have it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from schema import webvtt

LINE, LINES, LONGEST = 42, 2, 7.0
# A pause of so many seconds ends a cue; and so do these marks, once a line is full enough.
PAUSE, SHORT = 0.8, 20
_ENDS = (".", "?", "!", "…", "。", "？", "！")


@dataclass(frozen=True, slots=True)
class Word:
    """One word as it is spoken, in seconds from the beginning of the film. `sure` is 0 to 1."""

    start: float
    end: float
    text: str
    sure: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """All words of a film. `language` is an ISO 639-1 code; `engine` names who has listened."""

    language: str
    engine: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown at once."""

    start: float
    end: float
    lines: tuple[str, ...]


def cues(words: Sequence[Word]) -> list[Cue]:
    """Words as they are read: no cue overlaps the next one."""
    groups = list(_grouped(words))
    made = []
    for place, group in enumerate(groups):
        following = groups[place + 1][0].start if place + 1 < len(groups) else float("inf")
        # Nobody reads anything in less than half a second.
        end = min(max(group[-1].end, group[0].start + 0.5), following)
        made.append(Cue(group[0].start, max(end, group[0].start + 0.001), _lines(group)))
    return made


def _grouped(words: Sequence[Word]) -> Iterator[list[Word]]:
    group: list[Word] = []
    for word in words:
        if group and _breaks(group, word):
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _breaks(group: Sequence[Word], word: Word) -> bool:
    """Whether a cue ends before this word."""
    text = _text(group)
    return (
        word.start - group[-1].end >= PAUSE
        or word.end - group[0].start > LONGEST
        or len(_wrapped([*group, word])) > LINES
        or (text.endswith(_ENDS) and len(text) >= SHORT)
    )


def _lines(group: Sequence[Word]) -> tuple[str, ...]:
    """One line, or two of about the same length."""
    lines = _wrapped(group)
    if len(lines) < 2:
        return tuple(lines)
    text = _text(group)
    spaces = [place for place, character in enumerate(text) if character == " "]
    fitting = [place for place in spaces if place <= LINE and len(text) - place - 1 <= LINE]
    if not fitting:
        return tuple(lines)
    middle = min(fitting, key=lambda place: abs(2 * place + 1 - len(text)))
    return text[:middle], text[middle + 1 :]


def _wrapped(group: Sequence[Word]) -> list[str]:
    """Whole words, line by line. One that is longer than a line has it for itself."""
    lines: list[str] = []
    for token in _text(group).split(" "):
        if lines and len(lines[-1]) + 1 + len(token) <= LINE:
            lines[-1] += f" {token}"
        else:
            lines += _chopped(token)
    return lines


def _chopped(token: str) -> list[str]:
    """Scripts without blanks are cut anywhere."""
    return [token[place : place + LINE] for place in range(0, len(token), LINE)] or [""]


def _text(group: Sequence[Word]) -> str:
    return " ".join("".join(word.text for word in group).split())


def subtitles(found: Sequence[Cue]) -> list[webvtt.Cue]:
    """The same as a file tells it, where some marks have a meaning."""
    return [
        webvtt.Cue(cue.start, cue.end, "\n".join(escape(line, False) for line in cue.lines))
        for cue in found
    ]


def document(transcript: Transcript) -> str:
    """Every word with its times, as JSON."""
    words = [
        {"start": w.start, "end": w.end, "text": w.text.strip(), "confidence": w.sure}
        for w in transcript.words
    ]
    whole = {
        "language": transcript.language,
        "engine": transcript.engine,
        "text": _text(transcript.words),
        "words": words,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
