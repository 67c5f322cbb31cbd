"""Pure: a small moving picture of a film: which frames it shows, and how they are stored."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from runner import encoders, tracks
from runner.errors import Code, RunnerError
from runner.mp4 import mp4_tail
from runner.outputs import Picture, VideoTrack
from runner.pictures import PreviewPlan
from schema.codecs import Tier, VideoCodec
from schema.preview import PIECES, Preview, PreviewFormat

# Small and soon over, so it may lose more than a film: x264's scale and libwebp's.
CRF = 28
QUALITY = 60


def file_name(plan: PreviewPlan) -> str:
    """The file of a preview."""
    return f"preview.{plan.format.lower()}"


def piece_file(number: int) -> str:
    """Raw frames of one piece."""
    return f"preview_{number}.raw"


def planned(wish: Preview, picture: Picture, duration: float) -> PreviewPlan:
    """Decide what it shows. Raises RunnerError for a start behind the film's end."""
    # No frame is shown twice, and a tower of a picture stays small.
    rate = Fraction(min(wish.frame_rate, picture.frame_rate)).limit_denominator(1001)
    factor = min(1.0, wish.width / picture.width, 3 * wish.width / picture.height)
    if wish.start is not None and 0 < wish.start >= duration:
        message = f"a preview from {wish.start:g} s is asked of a film of {duration:.3f} s"
        raise RunnerError(Code.PREVIEW_BEYOND_END, message)
    # A source whose length is unknown has one frame at least.
    there = max(1, int(duration * rate + 0.001))
    count = max(1, min(there, round(wish.duration * rate)))
    return PreviewPlan(
        format=wish.format,
        width=tracks.even(picture.width * factor, picture.width),
        height=tracks.even(picture.height * factor, picture.height),
        rate=rate,
        pieces=_pieces(wish, count, there - count, rate),
    )


def _pieces(wish: Preview, count: int, rest: int, rate: Fraction) -> tuple[tuple[int, int], ...]:
    """First frames and lengths; `rest` frames of the film are not shown.

    What stands so near the end that too little follows begins earlier.
    """
    if wish.start is not None:
        return ((min(rest, round(wish.start * rate)), count),)
    number = min(count, wish.pieces or PIECES) if rest else 1
    ends = [count * place // number for place in range(number + 1)]
    return tuple(
        # As much is left out before the first as behind the last, and twice that between two.
        (ends[place] + rest * (2 * place + 1) // (2 * number), ends[place + 1] - ends[place])
        for place in range(number)
    )


def picked(node: Any, plan: PreviewPlan) -> Any:
    """The frames of all pieces, out of a film that begins at zero, one behind the other.

    A picture that ends before them stands still for the rest.
    """
    rate = f"{plan.rate.numerator}/{plan.rate.denominator}"
    last = max(first + count for first, count in plan.pieces)
    node = node.filter("fps", fps=rate, round="up", start_time=0)
    node = node.filter("tpad", stop_mode="clone", stop=last).filter("trim", end_frame=last)
    if plan.pieces != ((0, plan.frames),):
        inside = "+".join(f"between(n,{first},{first + count - 1})" for first, count in plan.pieces)
        node = node.filter("select", inside).filter("setpts", f"N/({rate})/TB")
    return node


def matrix(plan: PreviewPlan) -> str:
    """WebP means BT.601, whatever the film was."""
    return "bt601" if plan.format is PreviewFormat.WEBP else "bt709"


def options(plan: PreviewPlan, threads: int) -> list[str]:
    """The options of the file, which plays for ever where that can be said."""
    if plan.format is PreviewFormat.WEBP:
        return [
            *("-c:v", "libwebp_anim", "-quality", str(QUALITY), "-loop", "0"),
            *("-fps_mode", "passthrough", "-map_metadata", "-1"),
            *("-f", "webp", f"file:{file_name(plan)}"),
        ]
    encoder = encoders.options(encoders.Wish(track(plan), threads, None))
    return [*encoder, "-fps_mode", "passthrough", *mp4_tail(file_name(plan), faststart=True)]


def track(plan: PreviewPlan) -> VideoTrack:
    """What an MP4 is encoded by."""
    return VideoTrack(
        codec=VideoCodec.H264,
        tier=Tier.STANDARD,
        width=plan.width,
        height=plan.height,
        crf=CRF,
        cap=None,
        bitrate=None,
        depth=8,
        hdr=False,
        gop=max(1, round(plan.rate * 5)),
        key_every=None,
    )
