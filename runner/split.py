"""Pure: where one film may be cut into pieces that separate runners encode.

A piece is all frames that the output shows between two borders, and borders stand where the
output has a keyframe anyway. So the pieces of a track, one after the other, are what one encoder
would have made. Times are seconds of the output unless a name says otherwise.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from runner.outputs import Plan, VideoTrack
from schema.codecs import VideoCodec
from schema.split import Slice, Splitting

# Demuxers that seek exactly and tell when each frame is shown.
CONTAINERS = frozenset({"mov", "matroska"})
# Codecs whose containers flag keyframes reliably.
CODECS = frozenset(
    {
        *("h264", "hevc", "av1", "vp8", "vp9", "mpeg4", "mpeg2video"),
        *("prores", "dnxhd", "mjpeg", "dvvideo"),
    }
)
MOST_PIECES = 500
GOP_SECONDS = 5.0  # of a file without segments: plan.py keeps a keyframe at least so often
# Joining counts in microseconds, so ticks must be longer than two.
FINEST = Fraction(1, 400_000)
# A piece decodes a little more than it encodes. Where that would be much, nothing is won.
MOST_EXTRA = 0.5
# FFmpeg may look for a time 0.13 s earlier than it is told.
SEEK_SLACK = Fraction(15, 100)
LOOK_BACK = 0.1  # seconds of picture that filters may want to have seen before a border
FAR = 30.0  # a keyframe so long before a border is one too many


@dataclass(frozen=True)
class Frame:
    """One packet of the picture: when it is shown, in ticks, and what its container says of it."""

    shown: int
    key: bool
    dropped: bool  # by an edit list
    at: int = -1  # where it lies in the file; below zero if nobody says
    size: int = 0


@dataclass(frozen=True)
class Clock:
    """How times of the source become times of the output.

    `tick` is the length of one tick of the source's stream in seconds and `shift` how many are
    taken off each time; `grid` is one frame of the output, None where frames keep their own times.
    """

    tick: Fraction
    shift: int
    grid: Fraction | None

    def output(self, ticks: int) -> float:
        """Ticks of the source -> seconds of the output."""
        return float((ticks - self.shift) * self.tick)

    def border(self, seconds: float) -> float:
        """Where to cut so that the first frame of a piece is the first at or after `seconds`.

        On a grid that is half a frame before its place: frames whose times are rounded to one
        place fall on one side.
        """
        if self.grid is None:
            return seconds
        place = math.ceil(Fraction(seconds) / self.grid - Fraction(1, 1000))
        return float((place - Fraction(1, 2)) * self.grid)


class WholeError(Exception):
    """The film is not split; the message says why."""


def worth(plan: Plan, demuxer: str, splitting: Splitting) -> None:
    """Raise WholeError where a look at the plan shows that the film runs whole."""
    if plan.duration < splitting.from_seconds:
        raise WholeError("it is short")
    for wanted, reason in (
        (plan.clips or plan.metadata, "clips are cut from the whole film"),
        (plan.texts, "its subtitles are read from the whole film"),
        (plan.burn, "the subtitles that are drawn on it are read from the whole film"),
        (plan.transcript, "what is said is heard in the whole film"),
        (plan.verify, "its quality is measured over the whole film"),
    ):
        if wanted:
            raise WholeError(reason)
    picture = plan.picture
    if picture is None or not (plan.mp4 or (plan.ladder and plan.ladder.rungs)):
        raise WholeError("no picture is encoded")
    if any(track.rate for track in _tracks(plan)):
        raise WholeError("its frame rate is reduced")
    if any(track.codec is not VideoCodec.H264 for track in _tracks(plan)):
        raise WholeError("only H.264 is encoded in pieces")
    if demuxer not in CONTAINERS or picture.codec not in CODECS:
        raise WholeError(f"{picture.codec} in {demuxer} cannot be entered at every keyframe")


def _tracks(plan: Plan) -> Iterator[VideoTrack]:
    yield from (rung.track for rung in plan.ladder.rungs) if plan.ladder else ()
    if plan.mp4 and plan.mp4.video:
        yield plan.mp4.video


def read(listing: bytes) -> list[Frame]:
    """Parse FFprobe's lines such as `1024,3167,48,K__`: time, size, position, flags.

    Raises WholeError for a packet without a time.
    """
    frames = []
    for line in listing.decode("ascii", "replace").splitlines():
        shown, size, at, flags = f"{line},,,".split(",")[:4]
        try:
            ticks = int(shown)
        except ValueError:
            raise WholeError("some packets have no time") from None
        place = int(at) if at.isdigit() and size.isdigit() else -1
        length = int(size) if place >= 0 else 0
        frames.append(Frame(ticks, flags[:1] == "K", flags[1:2] == "D", place, length))
    return frames


def slices(
    plan: Plan, frames: Sequence[Frame], clock: Clock, splitting: Splitting
) -> tuple[Slice, ...]:
    """The pieces, in order and of about equal length. Raises WholeError."""
    _check(frames, clock)
    shown = sorted(frame.shown for frame in frames if not frame.dropped)
    keys = sorted(frame.shown for frame in frames if frame.key and not frame.dropped)
    every = plan.ladder.segment_seconds if plan.ladder else GOP_SECONDS
    wanted = _borders(plan.duration, every, splitting.chunk_seconds)
    cuts = [0.0, *(round(clock.border(at), 6) for at in wanted)]
    pieces = []
    for at, cut, end in zip([0.0, *wanted], cuts, [*cuts[1:], None], strict=True):
        inside = _inside(shown, clock, cut if at else None, end)
        if not inside:
            continue
        pieces.append(
            Slice(
                start=cut,
                end=end,
                seek=_seek(keys, clock, cut, plan.start_time) if at else None,
                keys=_keys(at, end, every, plan.duration),
                # The first frame is shown at zero, wherever it stood: see graph.py.
                first=clock.output(inside[0]) if at else 0.0,
                last=clock.output(inside[-1]),
            )
        )
    if len(pieces) < 2 or len(pieces) < len(cuts):
        raise WholeError("its frames stand too far apart")
    _check_gain(pieces, plan)
    return tuple(pieces)


def _check(frames: Sequence[Frame], clock: Clock) -> None:
    kept = [frame.shown for frame in frames if not frame.dropped]
    if not kept:
        raise WholeError("it has no frames")
    first, last = min(kept), max(kept)
    if any(frame.dropped and first < frame.shown < last for frame in frames):
        raise WholeError("an edit list leaves out frames in its middle")
    if clock.tick < FINEST or (clock.grid is not None and clock.grid < FINEST):
        raise WholeError("its clock is too fine")
    if len(set(kept)) != len(kept):
        raise WholeError("some frames are shown at the same time")


def _borders(duration: float, every: float, wanted: float) -> list[float]:
    """Multiples of `every`, about `wanted` seconds apart, as even as they come."""
    units = math.ceil(duration / every - 1e-6)
    count = max(1, min(MOST_PIECES, round(duration / wanted), units))
    found = sorted({round(number * units / count) for number in range(1, count)})
    return [unit * every for unit in found if 0 < unit * every < duration]


def _inside(shown: list[int], clock: Clock, start: float | None, end: float | None) -> list[int]:
    """Times of the frames between two cuts, in ticks."""

    def place(seconds: float) -> int:
        return bisect_left(shown, Fraction(seconds) / clock.tick + clock.shift)

    first = 0 if start is None else place(start)
    return shown[first : len(shown) if end is None else place(end)]


def _seek(keys: list[int], clock: Clock, cut: float, start_time: float) -> float | None:
    """Where decoding begins, in seconds from the file's start; None at its beginning.

    Not the last keyframe before the cut but the one before that: some encoders flag frames as
    keys from which the picture becomes whole only over a while, and deinterlacing looks back.
    """
    last = bisect_right(keys, Fraction(cut) / clock.tick + clock.shift) - 1
    if last < 1:
        return None
    too_far = cut - clock.output(keys[last - 1]) > FAR
    chosen = last if too_far and cut - clock.output(keys[last]) > LOOK_BACK else last - 1
    at = keys[chosen] * clock.tick + SEEK_SLACK
    if chosen + 1 < len(keys):
        at = min(at, (keys[chosen + 1] - 1) * clock.tick)
    return max(0.0, math.floor((float(at) - start_time) * 1e6) / 1e6)


def _keys(at: float, end: float | None, every: float, duration: float) -> tuple[float, ...]:
    """Where keyframes are forced: at the piece's begin and at each border of segments within."""
    first = round(at / every)
    last = math.ceil((duration if end is None else end) / every - 1e-6)
    return tuple(round(unit * every, 6) for unit in range(first, max(first + 1, last)))


def _check_gain(pieces: Sequence[Slice], plan: Plan) -> None:
    extra = sum(piece.start - (piece.seek or 0.0) for piece in pieces)
    if extra > MOST_EXTRA * plan.duration:
        raise WholeError("its keyframes stand too far apart")


def durations(firsts: Sequence[Fraction]) -> list[int]:
    """Microseconds from each piece's begin to the next one's, rounded so that no error adds up."""
    at = [round(first * 1_000_000) for first in firsts]
    return [after - before for before, after in pairwise(at)]
