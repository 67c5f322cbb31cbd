"""Pure: values through a film, brought to as many points as a chart shows."""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Callable, Sequence
from itertools import accumulate

from schema.curve import MOST_POINTS, Curve

# FFmpeg's `ametadata` prints a line with the time and one with the value.
_METER = re.compile(r"pts_time:([\d.]+)\s+lavfi\.r128\.M=(-?[\d.]+|-?inf|nan)")
# LUFS: below this nothing counts as sound (EBU R128's absolute gate), and a meter shows no less.
SILENCE = -70.0


def of_pieces(pieces: Sequence[tuple[float, int]]) -> Curve | None:
    """Segments or packets in their order, as seconds and bytes -> bit/s; None where they are few.

    A step is never shorter than the pieces are by and large: between their ends nobody knows.
    """
    ends = [0.0, *accumulate(seconds for seconds, _ in pieces)]
    sums = [0, *accumulate(size for _, size in pieces)]
    total = ends[-1]
    if total <= 0:
        return None
    step = float(max(math.ceil(total / MOST_POINTS), math.ceil(total / len(pieces))))
    values = []
    place = 0
    before = 0.0
    for number in range(1, math.ceil(total / step) + 1):
        until = min(number * step, total)
        while ends[place + 1] < until:
            place += 1
        begin, end = ends[place], ends[place + 1]
        inside = (until - begin) / (end - begin) if end > begin else 1.0
        now = sums[place] + inside * (sums[place + 1] - sums[place])
        values.append(round((now - before) * 8 / (until - (number - 1) * step)))
        before = now
    return Curve(step=step, values=tuple(values))


def of_samples(
    samples: Sequence[tuple[float, float]], mean: Callable[[Sequence[float]], float]
) -> Curve | None:
    """Values with their seconds -> means of steps; where none lies, the line stays level."""
    if not samples:
        return None
    step = math.ceil((int(max(time for time, _ in samples)) + 1) / MOST_POINTS)
    groups: dict[int, list[float]] = {}
    for time, value in samples:
        groups.setdefault(int(time) // step, []).append(value)
    values: list[float] = []
    for place in range(max(groups) + 1):
        found = groups.get(place)
        level = values[-1] if values else round(mean(groups[min(groups)]), 1)
        values.append(round(mean(found), 1) if found else level)
    return Curve(step=float(step), values=tuple(values))


def of_meter(text: str) -> Curve | None:
    """What a meter has printed -> LUFS, of equal power; None where it has printed nothing."""
    return of_samples([(float(at), _loud(value)) for at, value in _METER.findall(text)], _power)


def _power(levels: Sequence[float]) -> float:
    """A meter that has just begun shows too little; means of decibels would make much of that."""
    return 10 * math.log10(statistics.fmean(10 ** (level / 10) for level in levels))


def _loud(value: str) -> float:
    return max(SILENCE, float(value)) if value.strip("-") not in {"inf", "nan"} else SILENCE


def packets(listing: bytes) -> list[tuple[float, int]]:
    """FFprobe's lines such as `0.040000,1234` -> pieces; a packet of unknown length has none."""
    found = []
    for line in listing.decode("ascii", "replace").splitlines():
        seconds, size = [*line.split(","), ""][:2]
        if size.isdecimal():
            found.append((0.0 if seconds == "N/A" else float(seconds), int(size)))
    return found
