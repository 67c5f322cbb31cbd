"""Pure: which packets of the picture a smart cut can keep; only what is around them is encoded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import inf

from runner.keyframes import Packet, Place, place
from runner.outputs import Picture
from schema.probe import Stream

# Seek exactly and tell when each frame is shown.
CONTAINERS = frozenset({"mov", "matroska"})
# What x264 can go on with.
PROFILES = frozenset({"Baseline", "Constrained Baseline", "Main", "High"})
PIXELS = frozenset({"yuv420p", "yuvj420p"})
EXACT = 1e-6  # seconds: times are told in microseconds


class NotJoinedError(Exception):
    """The clip is encoded whole; the message says why."""


@dataclass(frozen=True)
class Parts:
    """A clip in times of the file: its first frame, the first one behind it, and what is kept.

    `keep` is the first packet that is kept, `leave` the first one behind them, None where they go
    on to the end of the film. `frames` are in the clip, `kept` of them in packets that are kept.
    """

    first: float
    behind: float
    keep: Place
    leave: Place | None
    frames: int
    kept: int


def unjoinable(
    stream: Stream | None, picture: Picture | None, container: str, *, marked: bool
) -> str | None:
    """Why clips of this film cannot be joined out of packets and new encodes; None: they can.

    `marked` is whether a watermark or text is laid on them.
    """
    if stream is None or picture is None:
        return "it has no picture"
    if stream.codec != "h264" or container not in CONTAINERS:
        return f"{stream.codec} in {container} cannot be joined"
    if stream.profile not in PROFILES or stream.pixel_format not in PIXELS:
        return f"H.264 {stream.profile} in {stream.pixel_format} cannot be joined"
    if picture.deinterlace:
        return "it is interlaced"
    if picture.framing or marked:
        return "every frame is cropped, padded or marked"
    return None


def parts(packets: Sequence[Packet], start: float, end: float, frame: float) -> Parts:
    """What can be kept from `start` to before `end`; `frame` is the length of one in seconds.

    Raises NotJoinedError where nothing can.
    """
    shown = [packet.shown for packet in packets if packet.shown is not None]
    if len(shown) < len(packets):
        raise NotJoinedError("some packets have no time")
    inside = sorted(time for time in shown if start - EXACT <= time < end - EXACT)
    keys = _entries(packets, shown)
    first = next((number for number in keys if shown[number] >= start - EXACT), None)
    last, behind = None, min((time for time in shown if time >= end - EXACT), default=inf)
    if behind < inf:
        last = next((n for n in reversed(keys) if shown[n] <= end + EXACT), None)
        if first is None or last is None or last <= first:
            raise NotJoinedError("no whole group of pictures is in it")
    if first is None or not inside or shown[first] >= end:
        raise NotJoinedError("no keyframe is in it")
    # A picture that begins late would have to be filled up.
    if inside[0] - start > max(frame, 0.05):
        raise NotJoinedError("its picture begins later than its sound")
    return Parts(
        first=inside[0],
        behind=behind,
        keep=place(packets, first, frame),
        leave=None if last is None else place(packets, last, frame),
        frames=len(inside),
        kept=(len(packets) if last is None else last) - first,
    )


def _entries(packets: Sequence[Packet], shown: Sequence[float]) -> list[int]:
    """Keyframes with all that was decoded before shown before them, and all after them after."""
    earliest_left = list(accumulate(reversed(shown), min))[::-1]
    latest_before = [-inf, *accumulate(shown, max)]
    return [
        number
        for number, packet in enumerate(packets)
        if packet.key and latest_before[number] < shown[number] <= earliest_left[number]
    ]
