"""Pure: what is known of a source's picture -> how it is read and prepared."""

from __future__ import annotations

from runner import framing
from runner.errors import Code, RunnerError
from runner.formats import DECODERS
from runner.outputs import HDR_TRANSFERS, Picture
from schema.job import Limits
from schema.probe import Stream
from schema.recipe import Recipe

INTERLACED = frozenset({"tt", "bb", "tb", "bt"})


def read(stream: Stream, limits: Limits, recipe: Recipe) -> Picture:
    """The picture stream of a source. Raises RunnerError where it cannot be made anything of."""
    check_codec(stream)
    coded_width, coded_height = stream.width or 0, stream.height or 0
    if coded_width * coded_height > limits.max_pixels:
        message = f"{coded_width}x{coded_height} is above the limit of {limits.max_pixels} pixels"
        raise RunnerError(Code.SOURCE_TOO_LARGE, message)
    if coded_width == 0 or coded_height == 0:
        raise RunnerError(Code.SOURCE_UNREADABLE, "the picture stream has no size")
    # Square pixels by changing the width, as every player does: lines are never lost.
    aspect = stream.sample_aspect if 0.25 <= stream.sample_aspect <= 4 else 1.0
    width, height = round(coded_width * aspect), coded_height
    if stream.rotation in {90, 270}:
        width, height = height, width
    whole = (width, height)
    framed, width, height = framing.frame(*whole, recipe.crop, recipe.pad)
    guess = _matrix_guess(stream)
    return Picture(
        stream=stream.index,
        codec=stream.codec,
        width=width,
        height=height,
        frame_rate=min(stream.frame_rate or 25.0, 240.0),
        variable=stream.variable_frame_rate,
        deinterlace=stream.field_order in INTERLACED,
        matrix_guess=guess,
        other_matrix=(guess or stream.color_space) != "bt709",
        transfer=_special_transfer(stream),
        framing=framed,
        whole=whole,
    )


def _matrix_guess(stream: Stream) -> str | None:
    """An untagged picture is BT.601 when it has the lines of standard definition."""
    if _known(stream.color_space):
        return None
    return "smpte170m" if min(stream.width or 0, stream.height or 0) <= 576 else "bt709"


def _special_transfer(stream: Stream) -> str | None:
    transfer = _known(stream.color_transfer)
    if transfer in HDR_TRANSFERS:
        return transfer
    return "bt2020-10" if stream.color_primaries == "bt2020" else None


def _known(value: str | None) -> str | None:
    return None if value in {None, "", "unknown", "reserved", "unspecified"} else value


def check_codec(stream: Stream) -> None:
    """Raise RunnerError for a stream that nothing of ours decodes."""
    if stream.codec not in DECODERS:
        message = f"stream {stream.index} is {stream.codec}, which is not accepted"
        raise RunnerError(Code.SOURCE_CODEC_UNSUPPORTED, message)
