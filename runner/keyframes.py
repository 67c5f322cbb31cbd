"""Pure: FFprobe's list of packets -> where a cut without encoding can begin and end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import inf

from runner.errors import Code, RunnerError


@dataclass(frozen=True)
class Packet:
    """One packet of the picture: when it is shown and decoded, in the file's own time."""

    shown: float | None
    decoded: float | None
    key: bool


@dataclass(frozen=True)
class Place:
    """A packet: when it is shown, and when it is decoded, which is earlier with B-frames."""

    shown: float
    decoded: float


def read(listing: bytes) -> list[Packet]:
    """Parse lines such as `1.040000,0.960000,K__`; a time may be N/A."""
    packets = []
    for line in listing.decode("ascii", "replace").splitlines():
        fields = line.split(",")
        if len(fields) >= 3:
            packets.append(Packet(_time(fields[0]), _time(fields[1]), fields[2].startswith("K")))
    return packets


def find_start(packets: Sequence[Packet], wanted: float, frame: float) -> Place:
    """The last keyframe at or before `wanted`; `frame` is the length of one in seconds.

    Raises RunnerError where the listing has none, as with a file without keyframes.
    """
    best: int | None = None
    for number, packet in enumerate(packets):
        shown = packet.decoded if packet.shown is None else packet.shown
        # The thousandth is for containers that count in milliseconds.
        if packet.key and shown is not None and shown <= wanted + 0.001:
            best = number
    if best is None:
        raise RunnerError(Code.SOURCE_UNREADABLE, f"no keyframe before {wanted:.3f} s")
    return place(packets, best, frame)


def place(packets: Sequence[Packet], number: int, frame: float) -> Place:
    """When a packet that has a time is shown and decoded."""
    packet = packets[number]
    shown = (packet.decoded if packet.shown is None else packet.shown) or 0.0
    for later, packet in enumerate(packets[number:]):
        if packet.decoded is not None:
            # The first packets after a seek in Matroska have no decoding time: count back.
            return Place(shown, min(shown, packet.decoded - later * frame))
    return Place(shown, shown)


def find_end(packets: Sequence[Packet], wanted: float) -> Place | None:
    """The first packet to leave out: all before it are shown before all that follow it.

    Elsewhere frames would be missing inside the clip, since packets do not stand in the order in
    which they are shown. None where the file ends before `wanted`.
    """
    shown = [p.decoded if p.shown is None else p.shown for p in packets]
    known = [inf if time is None else time for time in shown]
    earliest_left = list(accumulate(reversed(known), min))[::-1]
    latest_kept = -inf
    for packet, time, earliest in zip(packets, shown, earliest_left, strict=True):
        if earliest >= wanted - 0.001 and latest_kept < earliest and packet.decoded is not None:
            return Place(earliest, packet.decoded)
        latest_kept = max(latest_kept, -inf if time is None else time)
    return None


def _time(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
