"""Pure: what encoder and FFprobe write of the times of frames."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from runner.errors import Code, RunnerError


@dataclass(frozen=True)
class Times:
    """When the frames of a track are shown, in ticks of `tick` seconds, in any order."""

    shown: tuple[int, ...]
    tick: Fraction


def read_times(text: str) -> Times:
    """Parse lines such as `96 1001/24000`. Raises RunnerError where there are none."""
    shown, ticks = [], set()
    for line in text.splitlines():
        time, _, tick = line.partition(" ")
        shown.append(int(time))
        ticks.add(tick)
    if len(ticks) != 1:
        raise RunnerError(Code.PIECES_DIFFER, "a piece has no frames")
    return Times(tuple(shown), Fraction(ticks.pop()))


def read_joined(listing: bytes) -> Times:
    """Parse FFprobe's `packet|1024` lines and its `stream|1/12800`."""
    shown: list[int] = []
    tick = Fraction(0)
    for line in listing.decode("ascii", "replace").splitlines():
        kind, _, value = line.partition("|")
        if kind == "packet":
            shown.append(int(value.split("|")[0]))
        elif kind == "stream":
            tick = Fraction(value.split("|")[0])
    return Times(tuple(shown), tick)


@dataclass(frozen=True)
class Listed:
    """Packets of a file: pictures, where the first one begins if before zero, where all end."""

    frames: int
    begin: float
    end: float


def read_packets(listing: bytes) -> Listed:
    """Pure: lines such as `video,1.04,0.04`. Raises RunnerError for a packet without a time."""
    frames, begin, end = 0, 0.0, 0.0
    for line in listing.decode("ascii", "replace").splitlines():
        kind, shown, lasting = line.split(",")[:3]
        try:
            begin, end = min(begin, float(shown)), max(end, float(shown) + float(lasting))
        except ValueError:
            raise RunnerError(Code.VERIFY_FAILED, "a packet has no time") from None
        frames += kind == "video"
    return Listed(frames, begin, end)
