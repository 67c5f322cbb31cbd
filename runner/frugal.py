"""Clips that are copied out of a big MP4 read its index and their own packets, and not the rest.

They lie in a file of the source's size, at their places, and FFmpeg cuts that file as it would cut
the whole one. So nothing that it reads may be a hole: where packets lie is asked of FFprobe, which
knows it from the index alone, and what is not certain is fetched whole.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from runner import formats, headers, packets
from runner.command import SOURCE, input_options, timestamp
from runner.errors import Code, RunnerError
from runner.ffmpeg import ChildFailedError, Watch, run
from runner.outputs import Plan
from runner.packets import Packet
from runner.probe import PROBE_SECONDS, recognise
from runner.sparse import RangelessError, Sparse, TooMuchError
from runner.tools import Tools
from schema import parts
from schema.job import TaskSpec
from schema.probe import Probe, StreamKind
from schema.recipe import ClipMode

LEAST_SIZE = 32 * 1024 * 1024  # a smaller file is fetched as it is
MOST_PART = 0.5  # of the file; where more is needed, all of it is fetched
GAP = 256 * 1024  # bytes between two ranges that cost less than another request
MOST_RANGES = 256

# The first packets, read by everybody who opens the file: mostly two, 20 of a picture at most.
HEADS = 100
HEAD = f"%+#{HEADS}"
# FFmpeg seeks a second before the keyframe of a clip; all times in the file are rounded.
BEFORE = 1.5
# It looks for the end of a clip in the second behind it, and streams run a second apart.
BEHIND = 3.0
REACHED = 0.5  # from the end of a stream on there is no packet any more

# What the bytes are blamed for is only believed when all of them are there.
DOUBTFUL = frozenset(
    {
        *(Code.SOURCE_UNREADABLE, Code.SOURCE_TRUNCATED, Code.NO_STREAMS),
        *(Code.CLIP_COPY_UNSUPPORTED, Code.VERIFY_FAILED, Code.ENCODE_FAILED),
    }
)


class WholeError(Exception):
    """Why all of the source is fetched."""


# What of a source by ranges ends in fetching it whole.
REASONS = (WholeError, TooMuchError, RangelessError)


def serves(spec: TaskSpec) -> bool:
    """Whether nothing but copied clips of a big file is wanted, of bytes that nobody must check."""
    source, recipe = spec.source, spec.recipe
    big = source.size >= LEAST_SIZE
    return only_copies(spec) and not recipe.join and big and not source.unread


def only_copies(spec: TaskSpec) -> bool:
    """Whether nothing is encoded."""
    wanted = parts.parts(spec.recipe).keys() - {"metadata"}
    clips = spec.recipe.clips
    return len(wanted) == len(clips) and all(clip.mode is ClipMode.COPY for clip in clips)


@dataclass
class Frugal:
    """Fills the holes of one source that somebody looks into."""

    tools: Tools
    folder: Path
    source: Sparse
    watch: Watch
    _heads: list[Packet] = field(default_factory=list)
    _begins: list[Packet] = field(default_factory=list)

    async def open(self, starts: Sequence[float]) -> None:
        """Have what everybody reads who opens the file, and look where clips begin.

        Raises RunnerError, or one of REASONS.
        """
        await self.source.need(0, headers.FIRST)
        container = recognise(self.source.path)
        if container.demuxer != formats.MOV.demuxer:
            raise WholeError(f"{container.demuxer} has no index that says where all packets are")
        await self._index()
        # The film may begin a little later than at zero. Then the keyframe that is found here may
        # be one before that of a clip, which costs some bytes.
        begins = (f"{timestamp(at)}%{timestamp(at + 0.001)}" for at in starts)
        listed = await self._list([HEAD, *begins])
        self._heads, self._begins = listed[:HEADS], listed
        await self._fill(self._heads, {packet.stream for packet in self._heads})

    async def _index(self) -> None:
        """Have everything but the media data."""
        last = 0
        async for kind, begin, last in headers.boxes(self.source):
            if kind == b"moof":
                raise WholeError("it has fragments")
            await self.source.need(begin, begin + 16 if kind == b"mdat" else last)
        if last + 8 <= self.source.size:
            raise WholeError("its boxes end before the file does")
        await self.source.need(last, self.source.size)

    def judge(self, probe: Probe) -> None:
        """Whether streams are known by what was read. Raises WholeError.

        A stream that begins later, or says little of itself, is looked for in seconds of film.
        """
        begun = {packet.stream for packet in self._heads}
        for stream in probe.streams:
            if stream.kind not in {StreamKind.VIDEO, StreamKind.AUDIO} or stream.attached_picture:
                continue
            known = stream.width or stream.sample_rate
            if stream.index not in begun or stream.codec == "unknown" or not known:
                raise WholeError(f"stream {stream.index} does not show at the film's beginning")

    async def fill(self, plan: Plan, probe: Probe, on_progress: Callable[[float], None]) -> None:
        """Have the packets of a plan's clips. Raises RunnerError, or one of REASONS."""
        kept = {part.stream for part in (plan.picture, plan.sound) if part}
        ends = {
            stream.index: probe.start_time + (stream.duration or plan.duration) - REACHED
            for stream in probe.streams
            if stream.index in kept
        }
        wanted: list[Packet] = []
        for start, end in self._spans(plan):
            # From the file's begin, where FFmpeg does not seek.
            seeks = start - BEFORE > max(0.0, plan.start_time)
            begin = timestamp(start - BEFORE) if seeks else ""
            listed = await self._list([f"{begin}%{timestamp(end + BEHIND)}"])
            least = {stream: min(end + BEHIND - 1, last) for stream, last in ends.items()}
            if not packets.reaches(listed, end + BEHIND, least):
                raise WholeError(f"its streams do not go together at {end:.3f} s")
            wanted += listed
        await self._fill(wanted, kept, on_progress)

    def _spans(self, plan: Plan) -> list[tuple[float, float]]:
        """From when until when each clip is cut, in the file's own time."""
        zero = plan.start_time
        spans = [
            (zero + clip.file.start, zero + clip.file.start + (clip.file.seconds or 0.0))
            for clip in plan.clips
        ]
        if plan.picture is None or not spans:
            return spans
        # A seek ends at the keyframe before, wherever that is.
        keys = [packets.key_before(self._begins, plan.picture.stream, at) for at, _ in spans]
        if None in keys:
            raise WholeError("it has no keyframe before a clip")
        return [(key or 0.0, end) for key, (_, end) in zip(keys, spans, strict=True)]

    async def _fill(
        self,
        listed: Sequence[Packet],
        streams: Collection[int],
        on_progress: Callable[[float], None] | None = None,
    ) -> None:
        wanted = packets.ranges(listed, streams, GAP)
        if len(wanted) > MOST_RANGES:
            raise WholeError(f"its packets lie in {len(wanted)} places")
        await self.source.need_all(wanted, on_progress)

    async def _list(self, intervals: Sequence[str]) -> list[Packet]:
        """The packets of all streams, as the index has them."""
        argv = [
            self.tools.ffprobe,
            *("-hide_banner", "-loglevel", "error"),
            *input_options(formats.MOV, max_pixels=None),
            # What is in the packets plays no role; of options that come twice the last one counts.
            *("-probesize", "32", "-analyzeduration", "0", *packets.FROM_INDEX),
            *("-read_intervals", ",".join(intervals), *packets.ENTRIES),
            *("-of", "csv=print_section=0", f"file:{SOURCE}"),
        ]
        soon = Watch(self.watch.deadline.sooner(PROBE_SECONDS))
        try:
            done = await run(argv, cwd=self.folder, watch=soon)
            return packets.read(done.stdout)
        except ChildFailedError as error:
            raise WholeError("its packets cannot be listed") from error
        except ValueError as error:
            raise WholeError(f"a packet has no time or place: {error}") from error
        except RunnerError as error:
            if error.code is not Code.SOURCE_UNREADABLE:
                raise
            raise WholeError("it has too many packets to list") from error
