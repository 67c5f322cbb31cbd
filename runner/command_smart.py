"""Pure: the commands of a smart cut."""

from __future__ import annotations

from dataclasses import dataclass

from runner import sound_encoders
from runner.command import GLOBAL, Command, Cut, Writer, clip_file, timestamp
from runner.encoders import EFFORT
from runner.graph import Graph
from runner.mp4 import mp4_tail
from runner.outputs import ClipPlan, VideoTrack
from schema.codecs import VideoCodec

HEAD, MIDDLE, TAIL, JOINED = "head.mp4", "middle.mp4", "tail.mp4", "joined.mp4"
LISTING = "parts.txt"
# Of a second or two beside packets of the source: no difference should be seen.
CRF = 16


@dataclass(frozen=True)
class SmartWriter(Writer):
    """Writes the commands of one clip, whose picture `video` would encode whole."""

    video: VideoTrack

    @classmethod
    def of(cls, writer: Writer, video: VideoTrack) -> SmartWriter:
        """`video` is how the film would be encoded whole."""
        limits = (writer.threads, writer.max_pixels)
        return cls(writer.plan, writer.container, *limits, video, gains=writer.gains)

    def middle(self, cut: Cut) -> Command:
        """The packets of the picture that are kept."""
        return Command((*self._packets(cut, sound=False), *mp4_tail(MIDDLE, faststart=False)), 0.0)

    def edge(self, name: str, span: tuple[float, float], profile: str, number: int) -> Command:
        """Encode the frames of a span, in the times of the file, just as they are.

        `profile` in the words of x264; `number` is that of the parameter sets, which no other part
        of the clip may have.
        """
        start, end = (timestamp(time) for time in span)
        effort = EFFORT[VideoCodec.H264][self.video.tier]
        arguments = (
            *GLOBAL,
            # Packets that are kept are not turned upright either.
            *self.source_options(span, "-noautorotate"),
            *("-map", f"0:{self.plan.picture.stream if self.plan.picture else 0}"),
            *("-filter:v", f"trim=start={start}:end={end},setpts=PTS-STARTPTS"),
            *("-c:v", "libx264", "-preset", effort, "-crf", str(CRF), "-profile:v", profile),
            *("-x264-params", f"sps-id={number}", "-threads", str(self.threads)),
            # Times in ticks of the source, so that none is rounded.
            *("-fps_mode", "passthrough", "-enc_time_base", "filter"),
            *("-flags:v", "+cgop+bitexact"),
            *mp4_tail(name, faststart=False),
        )
        return Command(arguments, 0.0)

    def joined(self) -> Command:
        """The parts one after the other."""
        arguments = (
            *GLOBAL,
            *("-protocol_whitelist", "file", "-copyts", "-f", "concat", "-safe", "1"),
            # Parameter sets stand in front of the film, and not in it.
            *("-auto_convert", "0", "-i", f"file:{LISTING}", "-map", "0:v:0", "-c", "copy"),
            # Decoding times of one part may reach into those of the next. Only their order matters.
            *("-bsf:v", r"setts=pts=PTS:dts=if(N\,max(DTS\,PREV_OUTDTS+1)\,DTS)"),
            *mp4_tail(JOINED, faststart=False),
        )
        return Command(arguments, 0.0)

    def with_sound(self, clip: ClipPlan) -> Command:
        """The joined picture, and the sound as that of an exact clip."""
        span = self.span(clip.file)
        graph = Graph(None, span=span, gains=self.gains)
        sound: list[str] = []
        if names := sound_encoders.branches(graph, clip.file):
            compiled = graph.compile()
            sound += ["-filter_complex", compiled.texts[0]]
            sound += [part for name in names for part in ("-map", compiled.labels[name])]
        for number, track in enumerate(clip.file.sounds):
            sound += sound_encoders.options(track, number)
        arguments = (
            *GLOBAL,
            *self.source_options(span),
            *("-protocol_whitelist", "file", "-f", "mov", "-i", f"file:{JOINED}"),
            *("-map", "1:v:0", "-c:v", "copy", *sound),
            *mp4_tail(clip_file(clip.number), faststart=True, title=clip.title),
        )
        return Command(arguments, clip.file.seconds or 0.0)
