"""Pure: branches of the picture that end in small pictures, and how any branch is scaled."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from runner import preview
from runner.outputs import Picture, VideoTrack
from runner.pictures import PosterPlan, PreviewPlan, SpritePlan

Branch = VideoTrack | PosterPlan | SpritePlan | PreviewPlan


def poster(node: Any, track: PosterPlan, picture: Picture, seconds: float) -> Any:
    """The frame at so many seconds."""
    return _jpeg(node.filter("select", _poster_frames(seconds)), track, picture)


def sheets(node: Any, sprite: SpritePlan, picture: Picture) -> Any:
    """Sheets of pictures. The film is thinned out first, so that scaling costs next to nothing.

    At each step stands the picture that is shown then; where the film begins later or ends
    earlier than its sound, the first or the last one stands.
    """
    step = Fraction(sprite.interval).limit_denominator(1000)
    rate = f"{step.denominator}/{step.numerator}"
    node = node.filter("fps", fps=rate, round="up", start_time=0)
    node = node.filter("tpad", stop_mode="clone", stop=sprite.tiles)
    node = _jpeg(node.filter("trim", end_frame=sprite.tiles), sprite, picture)
    return node.filter("tile", layout=f"{sprite.columns}x{sprite.rows}")


def moving(node: Any, plan: PreviewPlan, picture: Picture) -> Any:
    """The frames of a preview, small."""
    node = scaled(preview.picked(node, plan), plan, picture, preview.matrix(plan), "tv")
    node = node.filter("format", "yuv420p").filter("setsar", 1)
    if preview.matrix(plan) == "bt709":
        node = tagged(node, "bt709", "bt709", "bt709")
    return node


def tagged(node: Any, primaries: str, transfer: str, matrix: str) -> Any:
    """A branch whose encoder writes down these colours."""
    tags = {"color_primaries": primaries, "color_trc": transfer, "colorspace": matrix}
    return node.filter("setparams", **tags, range="limited")


def scaled(node: Any, track: Branch, picture: Picture, matrix: str, levels: str) -> Any:
    """A branch in its size, its matrix and its range."""
    options = {"out_color_matrix": matrix, "out_range": levels}
    if picture.matrix_guess and not picture.transfer:
        options["in_color_matrix"] = picture.matrix_guess
    if matrix != "bt709" or (picture.other_matrix and not picture.transfer):
        # Without these, converting the matrix leaves a tint and loses a level. They double
        # the price, so what needs no conversion goes without.
        options["flags"] = "bicubic+accurate_rnd+full_chroma_int"
    return node.filter("scale", track.width, track.height, **options)


def _jpeg(node: Any, track: PosterPlan | SpritePlan, picture: Picture) -> Any:
    # JFIF means BT.601 at full range, whatever the film was.
    node = scaled(node, track, picture, "bt601", "pc")
    return node.filter("format", "yuvj420p").filter("setsar", 1)


def _poster_frames(at: float) -> str:
    """An expression for `select`: the first frame at or after `at`, and some before it.

    Each overwrites the one before. So there is a poster also when the picture ends earlier, and
    FFmpeg, which calls an output without any frame an error, always has one.
    """
    step = max(1.0, at / 50)
    waiting = f"lt(t,{at:.6f})*gte(t-prev_selected_t,{step:.6f})"
    there = f"gte(t,{at:.6f})*lt(prev_selected_t,{at:.6f})"
    return f"eq(n,0)+{waiting}+{there}"
