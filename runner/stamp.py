"""Pure: a watermark on a branch of the picture, in its size and its colours."""

from __future__ import annotations

from typing import Any

from runner.outputs import VideoTrack
from runner.watermark import WatermarkPlan

# The image as we have written it: the second input of every command that shows it.
IMAGE = "watermark.png"
_SCALING = "bicubic+accurate_rnd+full_chroma_int"


def options() -> list[str]:
    """The input, for a command whose graph wants it."""
    demuxer = ("-f", "png_pipe", "-codec_whitelist", "png")
    return ["-protocol_whitelist", "file", *demuxer, "-i", f"file:{IMAGE}"]


def opened(node: Any) -> Any:
    """What all branches share: one frame that stays, whose clock does not change the film's."""
    node = node.filter("trim", end_frame=1).filter("format", "gbrap").filter("settb", "1")
    # What is transparent has a colour too, which scaling would bring to the edges.
    return node.filter("premultiply", inplace=1)


def laid(
    node: Any, image: Any, track: VideoTrack, plan: WatermarkPlan, transfer: str | None
) -> Any:
    """A finished branch with the image on it; `transfer` is that of a picture that keeps HDR."""
    import ffmpeg  # noqa: PLC0415 - lazy, as in graph.py

    box = {"w": max(2, round(track.width * plan.width)), "h": track.height}
    image = image.filter(
        "scale", **box, force_original_aspect_ratio="decrease", flags=_SCALING
    ).filter("unpremultiply", inplace=1)
    if plan.opacity < 1:
        image = image.filter("colorchannelmixer", aa=f"{plan.opacity:g}")
    if transfer:
        # White is that of a page, as where HDR becomes SDR: see graph.py.
        image = image.filter(
            "zscale",
            tin="iec61966-2-1",
            pin="709",
            min="gbr",
            rin="full",
            npl=203,
            t=transfer,
            p="2020",
            m="2020_ncl",
            r="limited",
        )
    else:
        image = image.filter("scale", out_color_matrix="bt709", out_range="tv", flags=_SCALING)
    deep = track.depth == 10
    image = image.filter("format", "yuva420p10le" if deep else "yuva420p")
    x, y = _place(track, plan)
    options = {"x": x, "y": y, "format": "yuv420p10" if deep else "yuv420"}
    if plan.start > 0 or plan.end is not None:
        options["enable"] = _when(plan)
    return ffmpeg.filter([node, image], "overlay", **options)


def _place(track: VideoTrack, plan: WatermarkPlan) -> tuple[str, str]:
    """Expressions of where its left upper corner is; `w` and `h` are the image's size."""
    if plan.at:
        x, y = plan.at
        return f"(W-w)*{x:g}", f"(H-h)*{y:g}"
    margin = round(min(track.width, track.height) * plan.margin)
    left, top = plan.sides
    return (str(margin) if left else f"W-w-{margin}", str(margin) if top else f"H-h-{margin}")


def _when(plan: WatermarkPlan) -> str:
    since = f"gte(t,{plan.start:.6f})"
    return since if plan.end is None else f"{since}*lt(t,{plan.end:.6f})"
