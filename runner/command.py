"""Pure: Output values -> argv lists. The order of FFmpeg's options is decided here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from runner import ass, encoders, formats, jpeg, preview, sound_encoders, sounds, stamp, transcribe
from runner.graph import Graph
from runner.mp4 import mp4_tail
from runner.outputs import (
    AudioTrack,
    ClipPlan,
    FilePlan,
    Gain,
    Mix,
    Plan,
    VideoTrack,
)
from runner.threads import Shares

# Every file has a fixed name: neither titles nor metadata ever name a file on our disk.
SOURCE = "in"
AUDIO = sound_encoders.AUDIO
MP4 = "file.mp4"
POSTER = "poster.jpg"
SPRITES = "sprite_%03d.jpg"  # the sheets, counted from 1
SPRITE_VTT = "sprite.vtt"


def rung_file(name: int) -> str:
    """The intermediate of one rung, before it is packaged."""
    return f"rung_{name}.mp4"


def sprite_file(number: int) -> str:
    """One sheet of small pictures."""
    return SPRITES % number


def clip_file(number: int) -> str:
    """The file of one clip."""
    return f"clip_{number}.mp4"


@dataclass(frozen=True)
class Command:
    """One run of FFmpeg: its arguments behind the program's name, and how long it is in seconds."""

    arguments: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Cut:
    """Where packets are cut, in seconds from the file's start.

    `start` is when the keyframe is shown and `end` when the first packet that is left out would
    be; `decode_from` and `decode_to` are when these two are decoded.
    """

    start: float
    end: float
    decode_from: float
    decode_to: float


def input_options(container: formats.Container, *, max_pixels: int | None) -> list[str]:
    """The options that keep an untrusted input in its place. They stand before its `-i`."""
    pixels = [] if max_pixels is None else ["-max_pixels", str(max_pixels)]
    return [
        # Only local files; above all no address that a file could name.
        *("-protocol_whitelist", "file"),
        # One container, chosen by us: a playlist in disguise is refused.
        *("-format_whitelist", container.allowed, "-f", container.demuxer),
        # Only decoders that we need: the others are attack surface.
        *("-codec_whitelist", container.decoders),
        *pixels,
        *("-probesize", "50000000", "-analyzeduration", "30000000"),
    ]


@dataclass(frozen=True)
class Writer:
    """Writes the commands of one task: the same input, threads and limits in all of them.

    `source` is the name of the file in the scratch folder; `gains` are for the levels of sounds.
    """

    plan: Plan
    container: formats.Container
    threads: int
    max_pixels: int
    source: str = field(default=SOURCE, kw_only=True)
    gains: Mapping[Mix, Gain] = field(default_factory=dict, kw_only=True)

    def main(self) -> Command | None:
        """One process that decodes once and makes the ladder, the MP4 and the pictures."""
        plan = self.plan
        if not plan.decodes_all:
            return None
        burn = ass.WHOLE if plan.burn else None
        graph = Graph(plan.picture, gains=self.gains, watermark=plan.watermark, burn=burn)
        outputs: list[tuple[list[str], list[str]]] = []
        shares = self.shares()
        if plan.ladder:
            for rung in plan.ladder.rungs:
                name = f"rung_{rung.name}"
                graph.add_video(name, rung.track)
                codecs = self._codecs(rung.track, (), shares)
                outputs.append(
                    ([name], [*codecs, *mp4_tail(rung_file(rung.name), faststart=False)])
                )
            outputs += sound_encoders.ladder_outputs(graph, plan.ladder)
        if plan.mp4:
            codecs = self._codecs(plan.mp4.video, plan.mp4.sounds, shares)
            tail = mp4_tail(MP4, faststart=True)
            outputs.append((_branches(graph, plan.mp4), [*codecs, *tail]))
        outputs += sound_encoders.outputs(graph, plan.audio, plan.waveform)
        if plan.poster and plan.decodes_picture:
            graph.add_video("poster", plan.poster)
            outputs.append((["poster"], jpeg.one(POSTER)))
        if plan.sprite:
            graph.add_video("sprite", plan.sprite)
            outputs.append((["sprite"], jpeg.many(SPRITES)))
        if plan.preview and plan.decodes_picture:
            graph.add_video("preview", plan.preview)
            outputs.append((["preview"], preview.options(plan.preview, self.threads)))
        arguments = self.encode(graph, outputs, self.opened(shares=shares), shares)
        return Command(arguments, plan.duration)

    def shares(self) -> Shares:
        """Of ladder and MP4, which are encoded at once."""
        return Shares.of(self.threads, self.plan.picture, self.plan.encodes)

    def speech(self, name: str = transcribe.SOUND) -> Command:
        """The sound alone, as what a transcriber wants. Only a film that has one is asked."""
        assert self.plan.sound is not None  # noqa: S101 - by the plan
        graph = Graph(None)
        graph.add_sound("speech", sounds.of_speech(self.plan.sound))
        outputs = [(["speech"], [*transcribe.FORMATS[name], f"file:{name}"])]
        return Command(self.encode(graph, outputs, self.opened()), 0.0)

    def exact_clip(self, clip: ClipPlan) -> Command:
        """Decode, cut between frames, encode."""
        file = clip.file
        seconds = file.seconds or 0.0
        # Times stay those of the file (-copyts) and the filters cut: FFmpeg's own cut moves times
        # to where the timebase of some containers cannot follow, and shows a frame too many.
        span = self.span(file)
        mark = self.plan.watermark and self.plan.watermark.seen_from(file.start)
        burn = ass.of_clip(clip.number) if self.plan.burn else None
        graph = Graph(self.plan.picture, span=span, gains=self.gains, watermark=mark, burn=burn)
        tail = mp4_tail(clip_file(clip.number), faststart=True, title=clip.title)
        outputs = [(_branches(graph, file), [*self._codecs(file.video, file.sounds), *tail])]
        return Command(self.encode(graph, outputs, self.source_options(span)), seconds)

    def span(self, file: FilePlan) -> tuple[float, float]:
        """Where an exact clip begins and ends, in the times of the file."""
        begin = file.start + self.plan.start_time
        return begin, begin + (file.seconds or 0.0)

    def source_options(self, span: tuple[float, float] | None, *more: str) -> list[str]:
        """The input; with a span, from a little before it, and with the file's own times. `more`
        are further options of it."""
        if span is None:
            return self.opened()
        rough = span[0] - self.plan.start_time - 1
        sought = rough > 0 and self.container.demuxer in formats.INDEXED
        return self.opened(["-copyts", *more, *(["-ss", timestamp(rough)] if sought else [])])

    def copied_clip(self, clip: ClipPlan, cut: Cut) -> Command:
        """Keep the packets from a keyframe on, which the caller has looked up."""
        tail = mp4_tail(clip_file(clip.number), faststart=True, title=clip.title)
        return Command((*self._packets(cut), *tail), cut.end - cut.start)

    def _packets(self, cut: Cut, *, sound: bool = True) -> tuple[str, ...]:
        plan = self.plan
        parts = (plan.picture, plan.sound if sound else None)
        maps = [f"0:{part.stream}" for part in parts if part]
        # FFmpeg may seek to a keyframe before the one that is wanted, so the seek is a rough one
        # and the packets before the cut are dropped on the way out.
        indexed = self.container.demuxer in formats.INDEXED
        rough = max(0.0, cut.start - 1.0) if indexed else 0.0
        seek = ["-ss", timestamp(rough)] if rough else []
        hevc = plan.picture is not None and plan.picture.codec == "hevc"
        return (
            *GLOBAL,
            *self.opened(seek),
            *(argument for stream in maps for argument in ("-map", stream)),
            # By decoding time, which runs before the time of showing where frames are reordered.
            # At a film's beginning that is before zero, and what is before zero would be dropped.
            *(("-ss", timestamp(cut.decode_from - rough)) if cut.decode_from > 0 else ()),
            *("-to", timestamp(cut.decode_to - rough)),
            *("-c", "copy", "-avoid_negative_ts", "make_zero"),
            # Apple's players know HEVC by this name only.
            *(("-tag:v", "hvc1") if hevc else ()),
        )

    def list_packets(self, since: float, until: float) -> tuple[str, ...]:
        """FFprobe's arguments: the picture's packets, one line each, from the keyframe before a
        time until another, and a little longer."""
        stream = self.plan.picture.stream if self.plan.picture else 0
        indexed = self.container.demuxer in formats.INDEXED
        begin = timestamp(since + self.plan.start_time) if indexed else ""
        # A second more, for packets whose decoding time shows that of the keyframe.
        interval = f"{begin}%{timestamp(until + self.plan.start_time + 1)}"
        return (
            *("-hide_banner", "-loglevel", "error"),
            *input_options(self.container, max_pixels=None),
            *("-select_streams", str(stream), "-read_intervals", interval),
            *("-show_entries", "packet=pts_time,dts_time,flags", "-of", "csv=print_section=0"),
            f"file:{SOURCE}",
        )

    def opened(self, seek: Sequence[str] = (), shares: Shares | None = None) -> list[str]:
        """The input, with these options of it."""
        options = input_options(self.container, max_pixels=self.max_pixels)
        picture = self.plan.picture
        threads = shares.reading if shares else self.threads
        if picture and picture.codec in formats.ONE_THREAD:
            threads = 1
        return [*options, "-threads", str(threads), *seek, "-i", f"file:{self.source}"]

    def encode(
        self,
        graph: Graph,
        outputs: Sequence[tuple[Sequence[str], Sequence[str]]],
        source: Sequence[str],
        shares: Shares | None = None,
    ) -> tuple[str, ...]:
        """All arguments: the branches and the options of each output, behind the input."""
        threads = shares.reading if shares else self.threads
        compiled = graph.compile()
        arguments = [
            *GLOBAL,
            *source,
            *(stamp.options() if compiled.stamped else ()),
            *("-filter_complex_threads", str(threads)),
            *(part for text in compiled.texts for part in ("-filter_complex", text)),
        ]
        for branches, options in outputs:
            for branch in branches:
                arguments += ["-map", compiled.labels[branch]]
            arguments += options
        return tuple(arguments)

    def _codecs(
        self,
        video: VideoTrack | None,
        sounds: Sequence[AudioTrack],
        shares: Shares | None = None,
    ) -> list[str]:
        options: list[str] = []
        if video:
            options += self._picture(video, shares.writing[video] if shares else self.threads)
        for place, track in enumerate(sounds):
            options += sound_encoders.options(track, place)
        return options

    def _picture(self, track: VideoTrack, threads: int) -> list[str]:
        keys = self._keys(track.key_every) if track.key_every else None
        options = encoders.options(encoders.Wish(track, threads, keys))
        # Frames keep their times: none is invented and none is dropped to reach a fixed rate.
        options += ["-fps_mode", "vfr"]
        if self.plan.picture and self.plan.picture.variable:
            # Without it times are rounded to the nominal rate, and frames that meet are dropped.
            options += ["-enc_time_base", "filter"]
        return options

    def _keys(self, every: float) -> str:
        """Where keyframes must stand."""
        return f"expr:gte(t,n_forced*{every:g})"


GLOBAL = (
    *("-nostdin", "-hide_banner", "-loglevel", "warning", "-y"),
    *("-progress", "pipe:1", "-stats_period", "0.5", "-nostats"),
)


def _branches(graph: Graph, file: FilePlan) -> list[str]:
    names: list[str] = []
    if file.video:
        graph.add_video("file_video", file.video)
        names.append("file_video")
    return [*names, *sound_encoders.branches(graph, file)]


def timestamp(seconds: float) -> str:
    return f"{seconds:.6f}"
