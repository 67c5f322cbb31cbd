"""Subtitles as cues: WebVTT read and written, SubRip written. Standard library only.

What is read is checked: the syntax of https://www.w3.org/TR/webvtt1/, in as much as players agree
on it. Notes, style sheets and regions are read over and not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Final

MOST_CHARACTERS: Final = 2_000_000
MOST_CUES: Final = 20_000
LONGEST: Final = 7 * 24 * 3600.0  # seconds; no film is longer

_TIME = r"(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMING = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t]+(.*))?")
_PLACE = r"-?\d{1,4}(?:\.\d{1,4})?%?"
_SETTING = re.compile(
    rf"vertical:(?:rl|lr)|align:(?:start|center|end|left|right)|size:{_PLACE}"
    rf"|line:{_PLACE}(?:,(?:start|center|end))?"
    rf"|position:{_PLACE}(?:,(?:line-left|center|line-right))?"
)
_TAG = re.compile(
    r"</?(?:[biuc]|v|lang|ruby|rt)(?:\.[^\s<>&.]+)*(?:[ \t][^<>\n]*)?>"
    r"|<(?:\d{2,4}:)?[0-5]\d:[0-5]\d\.\d{3}>"
)
_BARE = re.compile(r"&(?!(?:amp|lt|gt|lrm|rlm|nbsp|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class BadSubtitlesError(ValueError):
    """A text is no WebVTT that players agree on. The message names the line."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown at once, in seconds from the film's beginning.

    `text` is as WebVTT has it: tags, and `&amp;` `&lt;` `&gt;` for these marks themselves.
    """

    start: float
    end: float
    text: str
    settings: str = ""


def read(text: str) -> list[Cue]:
    """The cues of a WebVTT file. Raises BadSubtitlesError."""
    if len(text) > MOST_CHARACTERS:
        raise BadSubtitlesError(f"subtitles have {MOST_CHARACTERS:,} characters at most")
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]):
        raise BadSubtitlesError("line 1: a WebVTT file begins with WEBVTT")
    cues: list[Cue] = []
    for number, block in _blocks(lines):
        if re.match(r"NOTE(?:[ \t]|$)|(?:STYLE|REGION)[ \t]*$", block[0]):
            continue
        cue = _cue(number, block)
        if cues and cue.start < cues[-1].start:
            raise BadSubtitlesError(f"line {number}: a cue begins before the one above it")
        cues.append(cue)
    if len(cues) > MOST_CUES:
        raise BadSubtitlesError(f"subtitles have {MOST_CUES:,} cues at most")
    return cues


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """What stands between empty lines behind the header, with the number of its first line."""
    block: list[str] = []
    header = True
    for number, line in enumerate([*lines, ""], start=1):
        if line:
            if header and number > 1 and "-->" in line:
                raise BadSubtitlesError(f"line {number}: an empty line is missing above the cue")
            block.append(line)
            continue
        if block and not header:
            yield number - len(block), block
        block, header = [], False


def _cue(number: int, block: Sequence[str]) -> Cue:
    # A name of the cue may stand above its times.
    at = 0 if "-->" in block[0] else 1
    found = _TIMING.fullmatch(block[at]) if at < len(block) else None
    if found is None:
        example = "00:00:01.000 --> 00:00:04.000"
        raise BadSubtitlesError(f"line {number + at}: here must be times such as {example}")
    start, end = _seconds(found.groups()[:4]), _seconds(found.groups()[4:8])
    if not start < end <= LONGEST:
        raise BadSubtitlesError(f"line {number + at}: a cue must end after it begins, in a week")
    settings = (found[9] or "").split()
    for setting in settings:
        if not _SETTING.fullmatch(setting):
            raise BadSubtitlesError(f"line {number + at}: {setting!r} is no setting of a cue")
    lines = [_checked(number + at + n, line) for n, line in enumerate(block[at + 1 :], start=1)]
    if not lines:
        raise BadSubtitlesError(f"line {number + at}: the cue has no text")
    return Cue(start, end, "\n".join(lines), " ".join(settings))


def _checked(number: int, line: str) -> str:
    if "-->" in line:
        raise BadSubtitlesError(f"line {number}: an empty line is missing above the cue")
    if _FORBIDDEN.search(line):
        raise BadSubtitlesError(f"line {number}: there is a control character")
    if "<" in _TAG.sub("", line):
        raise BadSubtitlesError(f"line {number}: write &lt; for <, which begins a tag here")
    return _BARE.sub("&amp;", line)


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return (hours * 3600 + minutes * 60 + seconds) + thousandths / 1000


def write(cues: Sequence[Cue]) -> str:
    """A WebVTT file."""
    blocks = [
        f"{clock(cue.start)} --> {clock(cue.end)} {cue.settings}".rstrip() + f"\n{cue.text}"
        for cue in cues
    ]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def write_srt(cues: Sequence[Cue]) -> str:
    """A SubRip file: numbers from 1, a comma before the thousandths, bold and italics only."""
    blocks = [
        f"{number}\n{clock(cue.start, ',')} --> {clock(cue.end, ',')}\n{_plain(cue.text)}"
        for number, cue in enumerate(cues, start=1)
    ]
    return "\n\n".join(blocks) + ("\n" if blocks else "")


def _plain(text: str) -> str:
    kept = _TAG.sub(lambda tag: tag[0] if re.fullmatch(r"</?[biu]>", tag[0]) else "", text)
    return unescape(kept)


def clock(seconds: float, point: str = ".") -> str:
    """Hours, minutes, seconds and thousandths, as WebVTT and SubRip write them."""
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02}{point}{milliseconds % 1000:03}"
