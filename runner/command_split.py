"""Pure: the commands for one film over several runners. Names of files are fixed, as always."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from runner import sound_encoders
from runner.command import (
    GLOBAL,
    SOURCE,
    Command,
    Writer,
    input_options,
    rung_file,
    timestamp,
)
from runner.graph import Graph, Window
from runner.mp4 import mp4_tail
from runner.outputs import AudioTrack, Plan, VideoTrack
from runner.threads import Shares
from schema.split import Slice

FILE_VIDEO = "file_video.mp4"
FILE_AUDIO = "file_audio.mp4"
FIRST_FRAME = "first.txt"


def picture_tracks(plan: Plan) -> dict[str, VideoTrack]:
    """Every encode of the picture, by the name of its pieces."""
    rungs = plan.ladder.rungs if plan.ladder else ()
    found = {rung_file(rung.name): rung.track for rung in rungs}
    video = plan.mp4.video if plan.mp4 else None
    return found | ({FILE_VIDEO: video} if video else {})


def times_file(name: str) -> str:
    """Where the encoder of a piece writes when each of its frames is shown."""
    return name.removesuffix(".mp4") + ".txt"


def piece_file(index: int, name: str) -> str:
    """A fetched piece of a track."""
    return f"chunk_{index}_{name}"


@dataclass(frozen=True)
class SplitWriter(Writer):
    """Writes the commands of plan and chunk tasks."""

    def first_frame(self) -> Command:
        """Decode one frame, to see its time and the output's clock."""
        stream = self.plan.picture.stream if self.plan.picture else 0
        variable = self.plan.picture is not None and self.plan.picture.variable
        arguments = (
            *GLOBAL,
            *self.opened(["-copyts"]),
            *("-map", f"0:{stream}", "-frames:v", "1", "-fps_mode", "vfr"),
            *(("-enc_time_base", "filter") if variable else ()),
            *("-stats_enc_pre", FIRST_FRAME, "-stats_enc_pre_fmt", "{ptsi} {tbi} {tb}"),
            *("-f", "null", "-"),
        )
        return Command(arguments, 0.0)

    def list_frames(self) -> tuple[str, ...]:
        """FFprobe's arguments: time, size, position and flags of every packet of the picture."""
        stream = self.plan.picture.stream if self.plan.picture else 0
        return (
            *("-hide_banner", "-loglevel", "error"),
            *input_options(self.container, max_pixels=None),
            *("-select_streams", str(stream), "-show_entries", "packet=pts,size,pos,flags"),
            *("-of", "csv=print_section=0", f"file:{SOURCE}"),
        )

    def extras(self) -> Command | None:
        """The sound of ladder and MP4, without the picture."""
        graph = Graph(None, gains=self.gains)
        outputs: list[tuple[list[str], list[str]]] = []
        if self.plan.ladder:
            outputs += sound_encoders.ladder_outputs(graph, self.plan.ladder)
        if self.plan.mp4 and self.plan.mp4.audio:
            branches = sound_encoders.branches(graph, self.plan.mp4)
            codecs = self._codecs(None, self.plan.mp4.sounds)
            outputs.append((branches, [*codecs, *mp4_tail(FILE_AUDIO, faststart=False)]))
        outputs += sound_encoders.outputs(graph, self.plan.audio, self.plan.waveform)
        if not outputs:
            return None
        return Command(self.encode(graph, outputs, self.opened()), self.plan.duration)


@dataclass(frozen=True)
class PieceWriter(Writer):
    """Writes the command of one piece. `shift` in ticks of the source's stream."""

    piece: Slice
    shift: int

    def command(self) -> Command:
        """Decode from before the border, cut between frames, encode every track."""
        seek = self.piece.seek
        first = self.piece.start <= 0
        window = Window(self.piece.start, self.piece.end, None if first else self.shift)
        graph = Graph(self.plan.picture, window=window)
        outputs = []
        shares = self.shares()
        for name, track in picture_tracks(self.plan).items():
            graph.add_video(name, track)
            outputs.append(([name], self._piece(track, name, shares)))
        # Times stay those of the file, and all frames from the keyframe on are decoded: what is
        # cut is decided behind the decoder, by the frames' own times.
        before = [] if first else ["-copyts", "-noaccurate_seek"]
        if seek:
            before += ["-ss", timestamp(seek)]
        end = self.plan.duration if self.piece.end is None else self.piece.end
        arguments = self.encode(graph, outputs, self.opened(before, shares), shares)
        return Command(arguments, max(0.0, end - self.piece.start))

    def _piece(self, track: VideoTrack, name: str, shares: Shares) -> list[str]:
        """A piece begins at zero; what its encoder writes beside it says when that really is."""
        return [
            *self._codecs(track, (), shares),
            *("-stats_enc_post", times_file(name), "-stats_enc_post_fmt", "{pts} {tb}"),
            *("-bsf:v", "setts=pts=PTS-STARTPTS:dts=DTS-STARTPTS"),
            *mp4_tail(name, faststart=False),
        ]

    def _keys(self, every: float) -> str:  # noqa: ARG002 - the plan has them already
        return ",".join(timestamp(key) for key in self.piece.keys)


def join(
    listing: str, name: str, sounds: Sequence[AudioTrack], *, faststart: bool
) -> tuple[str, ...]:
    """One track out of its pieces, which `listing` names; with `sounds` beside it, if any."""
    source = ("-protocol_whitelist", "file", "-f", "mov", "-i", f"file:{FILE_AUDIO}")
    return (
        *GLOBAL,
        *("-protocol_whitelist", "file", "-copyts", "-f", "concat", "-safe", "1"),
        *("-i", f"file:{listing}"),
        *(source if sounds else ()),
        *("-map", "0:v:0", *(("-map", "1:a") if sounds else ()), "-c", "copy"),
        # Decoding times of one piece may reach into those of the next where frames come
        # irregularly. Only their order matters.
        *("-bsf:v", r"setts=pts=PTS:dts=if(N\,max(DTS\,PREV_OUTDTS+1)\,DTS)"),
        *_said(sounds),
        *mp4_tail(name, faststart=faststart),
    )


def _said(sounds: Sequence[AudioTrack]) -> Iterator[str]:
    """Tags are not copied: those of a source may hold anything. So they are written again."""
    for place, track in enumerate(sounds):
        if track.source.language:
            yield from (f"-metadata:s:a:{place}", f"language={track.source.language}")


def listing(names: Sequence[str], microseconds: Sequence[int]) -> str:
    """FFmpeg's list of files to join: each but the last lasts until the next one begins."""
    lines = ["ffconcat version 1.0"]
    for place, name in enumerate(names):
        lines.append(f"file {name}")
        if place < len(microseconds):
            lines.append(f"duration {microseconds[place]}us")
    return "\n".join(lines) + "\n"


def list_joined(name: str) -> tuple[str, ...]:
    """FFprobe's arguments: when each packet of a file of ours is shown, in ticks."""
    return (
        *("-hide_banner", "-loglevel", "error", "-protocol_whitelist", "file", "-f", "mov"),
        *("-select_streams", "v:0", "-show_entries", "packet=pts:stream=time_base"),
        *("-of", "compact=nokey=1:print_section=1", f"file:{name}"),
    )
