"""Pure: subtitles in the words of libass, which draws them, and the filter that calls it.

Whatever file they come from, nothing of it but its text, its times, bold, italics and underlines
arrives here: a script of somebody else could name fonts, draw shapes and take for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from schema.webvtt import Cue

FONTS = "fonts"  # the folder in scratch
WHOLE = "burn"  # the name of the script for the whole film
# Sizes count in thousandths of the picture's shorter side.
UNITS = 1000
MOST_CHARACTERS = 2000  # of one cue
# White of a page (203 cd/m2, ITU-R BT.2408) as a part of the signal, by transfer function.
_WHITES: Mapping[str | None, float] = {None: 1.0, "smpte2084": 0.58, "arib-std-b67": 0.75}
_TAG = re.compile(r"<(/?)([biu])>")
_FORMAT = (
    "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, "
    "Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, "
    "Alignment, MarginL, MarginR, MarginV, Encoding"
)


@dataclass(frozen=True)
class Look:
    """How they are drawn on a picture of so many pixels. `size` of a line is a part of its shorter
    side; `transfer` is that of a picture that keeps HDR; what the font `lacks` is left out."""

    width: int
    height: int
    size: float
    font: str
    transfer: str | None
    lacks: frozenset[str] = frozenset()


def of_clip(number: int) -> str:
    """The name of a clip's script."""
    return f"burn_clip_{number}"


def file(name: str, *, hdr: bool) -> str:
    """The file of a script, for pictures that keep HDR or others."""
    return f"{name}_hdr.ass" if hdr else f"{name}.ass"


def drawn(node: Any, name: str, *, hdr: bool) -> Any:
    """A finished branch with the text on it. The branch begins when the script does."""
    return node.filter("ass", filename=file(name, hdr=hdr), fontsdir=FONTS, shaping="complex")


def write(cues: Sequence[Cue], look: Look) -> str:
    """A whole script."""
    unit = UNITS / min(look.width, look.height)
    level = round(255 * _WHITES[look.transfer])
    white = f"&H00{level:02X}{level:02X}{level:02X}"
    head = [
        "[Script Info]",
        "ScriptType: v4.00+",
        f"PlayResX: {round(look.width * unit)}",
        f"PlayResY: {round(look.height * unit)}",
        "ScaledBorderAndShadow: yes",
        "WrapStyle: 0",
        "",
        "[V4+ Styles]",
        f"Format: {_FORMAT}",
        _style(look, white),
        "",
        "[Events]",
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
    ]
    return "\n".join([*head, *(_event(cue, look.lacks) for cue in cues)]) + "\n"


def _style(look: Look, white: str) -> str:
    """Opaque white, a black outline and a little shadow; at the bottom, in the middle.

    The encoding -1 has each line run by its own first strong letter, from the right too.
    """
    size = look.size * UNITS
    colours = f"{white},{white},&H00000000,&H80000000"
    shape = f"0,0,0,0,100,100,0,0,1,{size / 15:.2f},{size / 60:.2f},2,60,60,50,-1"
    return f"Style: Default,{look.font},{size:g},{colours},{shape}"


def words(cue: Cue) -> str:
    """What is read of it, without tags."""
    return unescape(_TAG.sub("", cue.text[:MOST_CHARACTERS]))


def shifted(cues: Sequence[Cue], start: float, end: float) -> Iterator[Cue]:
    """What is shown between two times, from the first of them on."""
    for cue in cues:
        if cue.start < end and cue.end > start:
            yield Cue(max(0.0, cue.start - start), min(cue.end, end) - start, cue.text)


def _event(cue: Cue, lacks: frozenset[str]) -> str:
    text = _text(cue.text[:MOST_CHARACTERS], lacks)
    return f"Dialogue: 0,{_clock(cue.start)},{_clock(cue.end)},Default,,0,0,0,,{text}"


def _clock(seconds: float) -> str:
    minutes, hundredths = divmod(round(seconds * 100), 6000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{hundredths // 100:02}.{hundredths % 100:02}"


def _text(text: str, lacks: frozenset[str]) -> str:
    """Tags become overrides, and nothing else does."""
    found, at = [], 0
    for tag in _TAG.finditer(text):
        found += [_plain(text[at : tag.start()], lacks), rf"{{\{tag[2]}{0 if tag[1] else 1}}}"]
        at = tag.end()
    return "".join([*found, _plain(text[at:], lacks)])


def _plain(text: str, lacks: frozenset[str]) -> str:
    there = "".join(c for c in unescape(text) if c not in lacks)
    # A joiner that nobody sees takes the meaning from a backslash, which cannot be escaped.
    escaped = there.replace("\\", "\\\u2060")
    return escaped.replace("{", r"\{").replace("}", r"\}").replace("\n", r"\N")
