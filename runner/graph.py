"""Pure: what is done to the decoded picture and sound, compiled with ffmpeg-python.

ffmpeg-python writes filter graphs and escapes their options; it does not order the options of the
command and does not start processes: `runner/command.py` and `runner/ffmpeg.py` do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from runner import ass, colours, rate, sound_graph, stamp, stills, waveform
from runner.branches import split
from runner.outputs import (
    AudioTrack,
    Gain,
    Mix,
    Picture,
    VideoTrack,
    WaveformPlan,
)
from runner.pictures import PosterPlan, PreviewPlan, SpritePlan
from runner.stills import Branch
from runner.watermark import WatermarkPlan

# The inputs of a command, in their order.
_SOURCE = "in"
_INPUTS = (_SOURCE, stamp.IMAGE)


@dataclass(frozen=True)
class Compiled:
    """Filter graphs, and for each output name the label to map. `stamped`: they read the image of a
    watermark."""

    texts: tuple[str, ...]
    labels: dict[str, str]
    stamped: bool = False


@dataclass(frozen=True)
class Window:
    """The frames of one piece, from `start` on and before `end` in seconds of the output.

    `shift` is what is taken off the times of the file, in ticks; None at the film's beginning,
    where times are those of a film in one piece.
    """

    start: float
    end: float | None
    shift: int | None


@dataclass
class Graph:
    """Collects the branches of one decode. Times in seconds.

    `span` cuts in the filters, from start to end; `poster_from` is where the input was sought to;
    `window` leaves one piece of the film. `gains` are what is done to the level of sounds; where
    `metered`, they end in a meter that says how loud they are. `burn` names the script of the text
    that is drawn on what is watched.
    """

    picture: Picture | None
    span: tuple[float, float] | None = None
    gains: Mapping[Mix, Gain] = field(default_factory=dict)
    metered: bool = False
    _videos: dict[str, Branch] = field(default_factory=dict)
    _sounds: dict[str, AudioTrack] = field(default_factory=dict)
    _outlines: dict[str, int] = field(default_factory=dict)
    poster_from: float = 0.0
    window: Window | None = None
    watermark: WatermarkPlan | None = None
    burn: str | None = None

    def add_video(self, name: str, track: Branch) -> None:
        """A branch that is scaled to the size of `track`."""
        self._videos[name] = track

    def add_sound(self, name: str, track: AudioTrack) -> None:
        """A branch with the channels and the rate of `track`."""
        self._sounds[name] = track

    def add_outline(self, name: str, plan: WaveformPlan) -> None:
        """A branch that ends in a listing of extremes; what comes out of it is of no use."""
        self._sounds[name] = plan.track
        self._outlines[name] = plan.samples

    def compile(self) -> Compiled:
        """Write the graphs. Every stream is decoded once and split where it is wanted twice.

        What keeps HDR has a graph of its own: FFmpeg gives the mastering display and the light
        levels of the source to the first output of a graph only.
        """
        kept = {name: track for name, track in self._videos.items() if _keeps_hdr(track)}
        others = {name: track for name, track in self._videos.items() if name not in kept}
        parts: list[tuple[dict[str, Branch], dict[str, AudioTrack]]] = []
        if others or self._sounds:
            parts.append((others, self._sounds))
        parts += [({name: track}, {}) for name, track in kept.items()]
        texts: list[str] = []
        labels: dict[str, str] = {}
        for number, (videos, sounds) in enumerate(parts):
            text, found = _read_back(self._one(videos, sounds), f"g{number}" if number else "")
            texts.append(text)
            labels |= found
        stamped = any(self._is_stamped(track) for track in self._videos.values())
        return Compiled(tuple(texts), labels, stamped)

    def _is_stamped(self, track: Branch) -> bool:
        return self.watermark is not None and isinstance(track, VideoTrack)

    def _one(self, videos: dict[str, Branch], sounds: dict[str, AudioTrack]) -> list[str]:
        """One graph, in the words of ffmpeg-python: the command that it would have run."""
        import ffmpeg  # noqa: PLC0415 - lazy: only a task that encodes needs it

        source = ffmpeg.input(_SOURCE)
        outputs = []
        if self.picture and videos:
            node = self._prepared(source[str(self.picture.stream)], self.picture)
            outputs += [
                ffmpeg.output(branch, name)
                for name, branch in self._branched(node, self.picture, videos)
            ]
        for name, node in sound_graph.branches(source, sounds, self.span, self.gains):
            outputs.append(ffmpeg.output(self._ended(node, name), name))
        argv: list[str] = ffmpeg.merge_outputs(*outputs).compile()
        return argv

    def _ended(self, node: Any, name: str) -> Any:
        """A sound that is looked at and not encoded."""
        if samples := self._outlines.get(name):
            return sound_graph.outlined(node, samples, waveform.LISTING)
        return _meter(node) if self.metered else node

    def _prepared(self, node: Any, picture: Picture) -> Any:
        """What all video branches share."""
        start, end = self.span or (0.0, None)
        if self.span:
            node = node.filter("trim", start=start, end=end)
        node = node.filter("setpts", self._times(start, picture))
        if picture.deinterlace:
            # One frame per frame, and only frames that are flagged: film on an interlaced
            # carrier stays as it is.
            node = node.filter("bwdif", mode="send_frame", deint="interlaced")
        if self.window:
            # Behind what looks at neighbours, so that it sees those beyond the border too.
            ends = {} if self.window.end is None else {"end": f"{self.window.end:.6f}"}
            node = node.filter("trim", start=f"{self.window.start:.6f}", **ends)
        return picture.framing.apply(node) if picture.framing else node

    def _branched(
        self, node: Any, picture: Picture, videos: dict[str, Branch]
    ) -> Iterator[tuple[str, Any]]:
        """Every video branch, finished. They share the way from HDR to SDR."""
        if picture.transfer and not any(_keeps_hdr(track) for track in videos.values()):
            node = colours.to_sdr(node, picture, _largest(videos.values()))
        images = self._images(sum(self._is_stamped(track) for track in videos.values()))
        for (name, track), branch in zip(
            videos.items(), split(node, "split", len(videos)), strict=True
        ):
            finished = self._finished(branch, track, picture)
            if self.watermark and isinstance(track, VideoTrack):
                transfer = picture.transfer if track.hdr else None
                finished = stamp.laid(finished, next(images), track, self.watermark, transfer)
            if self.burn and isinstance(track, VideoTrack):
                finished = ass.drawn(finished, self.burn, hdr=track.hdr)
            yield name, finished

    def _images(self, count: int) -> Iterator[Any]:
        """The watermark's image for so many branches."""
        import ffmpeg  # noqa: PLC0415 - lazy, as above

        if count:
            yield from split(stamp.opened(ffmpeg.input(stamp.IMAGE)["v"]), "split", count)

    def _times(self, start: float, picture: Picture) -> str:
        if self.window and self.window.shift is not None:
            return f"PTS-({self.window.shift})"
        return _from_zero(start, picture)

    def _finished(self, node: Any, track: Branch, picture: Picture) -> Any:
        """One branch: right frame, size, matrix, range, and tags that say so."""
        if isinstance(track, SpritePlan):
            return stills.sheets(node, track, picture)
        if isinstance(track, PreviewPlan):
            return stills.moving(node, track, picture)
        if isinstance(track, PosterPlan):
            return stills.poster(node, track, picture, max(0.0, track.at - self.poster_from))
        if track.rate:
            node = rate.thinned(node, picture, track.rate)
        pixels = "yuv420p10le" if track.depth == 10 else "yuv420p"
        named = ("bt709", "bt709", "bt709")
        if track.hdr:
            # Nothing but the size changes: the matrix of the source is the one that is written.
            node = node.filter("scale", track.width, track.height, out_range="tv")
            named = ("bt2020", picture.transfer or "", "bt2020nc")
        else:
            node = stills.scaled(node, track, picture, "bt709", "tv")
        return stills.tagged(node.filter("format", pixels).filter("setsar", 1), *named)


def _meter(node: Any) -> Any:
    return node.filter("ebur128", peak="true", framelog="quiet")


def _from_zero(start: float, picture: Picture) -> str:
    """An expression for `setpts`: the first frame is shown at zero, wherever it stood.

    Segments of all tracks must begin there, and a cut between two frames must not begin with
    nothing. A picture that begins less than a frame late is moved as a whole, which keeps its
    rate even; one that begins later keeps all its other times, and so stays with the sound.
    """
    late = f"lt(STARTT-{start:.6f},{least_delay(picture):.6f})"
    return f"if(eq(N,0),0,PTS-if({late},STARTPTS,{start:.6f}/TB))"


def least_delay(picture: Picture) -> float:
    """Seconds: a picture that begins later than this stays where it is, behind the sound."""
    return min(1 / picture.frame_rate, 0.05)


def _keeps_hdr(track: Branch) -> bool:
    return isinstance(track, VideoTrack) and track.hdr


def _largest(tracks: Iterable[Branch]) -> tuple[int, int]:
    return max(((t.width, t.height) for t in tracks), key=lambda size: size[0] * size[1])


def _read_back(argv: list[str], mark: str) -> tuple[str, dict[str, str]]:
    """Take the graph and the labels out of the command that ffmpeg-python would have run.

    Labels begin with `mark`: no two graphs of a command may have the same.
    """
    labels: dict[str, str] = {}
    label = ""
    for flag, value in pairwise(argv):
        if flag == "-map":
            label = value
        elif label and flag == label:
            labels[value] = label.replace("[", f"[{mark}")
    text = argv[argv.index("-filter_complex") + 1]
    # It numbers inputs in an order of its own.
    given = [value for flag, value in pairwise(argv) if flag == "-i"]
    text = re.sub(r"\[(\d+):", lambda found: f"[{_INPUTS.index(given[int(found[1])])}:", text)
    return re.sub(r"\[(s\d+)\]", rf"[{mark}\1]", text), labels
