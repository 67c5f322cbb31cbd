"""Pure: what a decode writes down of black and frozen pictures on its way."""

from __future__ import annotations

import re
from dataclasses import dataclass

from schema.report import Stretch

BLACK_SECONDS = 0.5
FROZEN_SECONDS = 2.0

_LINE = re.compile(r"lavfi\.(?:(black)_|freezedetect\.(freeze)_)(start|end)=(-?[\d.]+)")


@dataclass(frozen=True)
class Sight:
    """Stretches of a film, in order."""

    black: tuple[Stretch, ...]
    frozen: tuple[Stretch, ...]


def file_of(name: str) -> str:
    """Where the decode of a file writes; both lie in scratch."""
    return f"seen_{name.replace('/', '_')}.txt"


def filters(name: str) -> str:
    """The filters that look, and write to `file_of(name)`."""
    return (
        f"blackdetect=d={BLACK_SECONDS:g},freezedetect=d={FROZEN_SECONDS:g},"
        f"metadata=mode=print:file={file_of(name)}"
    )


def read(text: str, end: float) -> Sight:
    """Parse what was written. What does not end by itself lasts until `end`, in seconds."""
    found: dict[str, list[Stretch]] = {"black": [], "freeze": []}
    begun: dict[str, float] = {}
    for black, freeze, border, at in _LINE.findall(text):
        kind, time = black or freeze, max(0.0, float(at))
        if border == "start":
            begun[kind] = time
        elif kind in begun:
            found[kind].append(Stretch(start=begun.pop(kind), end=time))
    for kind, start in begun.items():
        found[kind].append(Stretch(start=start, end=max(start, end)))
    return Sight(tuple(found["black"]), tuple(found["freeze"]))


def seconds(stretches: tuple[Stretch, ...]) -> float:
    """How long they are together."""
    return round(sum(stretch.end - stretch.start for stretch in stretches), 3)
