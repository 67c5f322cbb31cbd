"""Pure: the commands of pictures that no other encode makes on its way."""

from __future__ import annotations

from dataclasses import replace

from runner import formats, jpeg, preview
from runner.command import GLOBAL, POSTER, SPRITES, Command, Writer, timestamp
from runner.graph import Graph
from runner.pictures import PosterPlan, PreviewPlan, SpritePlan

# Seconds behind the wanted time in which a frame for the poster must come.
POSTER_WAITS = 10.0
# Those of all pieces of a preview, one behind the other.
FRAMES = "preview.raw"


def sprite(writer: Writer, plan: SpritePlan) -> Command:
    """The sheets alone."""
    graph = Graph(writer.plan.picture)
    graph.add_video("sprite", plan)
    outputs = [(["sprite"], jpeg.many(SPRITES))]
    return Command(writer.encode(graph, outputs, writer.opened()), writer.plan.duration)


def poster(writer: Writer, plan: PosterPlan, *, seek: bool = True) -> Command:
    """The poster alone. Without `seek` the whole film is looked through."""
    # Some seconds early, for a picture that ends a little before the sound.
    start = plan.at - 10 if seek and writer.container.demuxer in formats.INDEXED else 0.0
    graph = Graph(writer.plan.picture, poster_from=max(0.0, start))
    graph.add_video("poster", plan)
    options = ["-ss", timestamp(start)] if start > 0 else []
    if seek:
        # Or everything behind it is decoded too, to its end. Where no frame comes so soon,
        # it is the last one before.
        options += ["-t", timestamp(plan.at - start + POSTER_WAITS)]
    arguments = writer.encode(graph, [(["poster"], jpeg.one(POSTER))], writer.opened(options))
    return Command(arguments, 0.0)


def preview_piece(writer: Writer, plan: PreviewPlan, number: int) -> Command:
    """Raw frames of one piece, which is sought. One decoder at a time: those of large pictures
    hold much memory."""
    first, count = plan.pieces[number]
    begin = writer.plan.start_time + float(first / plan.rate)
    span = (begin, begin + float(count / plan.rate))
    graph = Graph(writer.plan.picture, span=span)
    graph.add_video("preview", replace(plan, pieces=((0, count),)))
    raw = ["-c:v", "rawvideo", "-fps_mode", "passthrough", "-f", "rawvideo"]
    outputs = [(["preview"], [*raw, f"file:{preview.piece_file(number)}"])]
    return Command(writer.encode(graph, outputs, writer.source_options(span)), 0.0)


def preview_joined(writer: Writer, plan: PreviewPlan) -> Command:
    """The preview out of raw frames."""
    tags = "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=limited"
    rate = f"{plan.rate.numerator}/{plan.rate.denominator}"
    arguments = (
        *GLOBAL,
        *("-protocol_whitelist", "file", "-f", "rawvideo", "-pixel_format", "yuv420p"),
        *("-video_size", f"{plan.width}x{plan.height}", "-framerate", rate, "-i", f"file:{FRAMES}"),
        *(("-vf", tags) if preview.matrix(plan) == "bt709" else ()),
        *preview.options(plan, writer.threads),
    )
    return Command(arguments, 0.0)


def preview_whole(writer: Writer, plan: PreviewPlan) -> Command:
    """The preview alone, out of the whole film up to its last piece."""
    graph = Graph(writer.plan.picture)
    graph.add_video("preview", plan)
    outputs = [(["preview"], preview.options(plan, writer.threads))]
    return Command(writer.encode(graph, outputs, writer.opened()), 0.0)
