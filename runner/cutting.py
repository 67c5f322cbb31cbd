"""Cuts clips out of the source."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from runner import command, joining, keyframes, loudness
from runner.command_smart import SmartWriter
from runner.errors import Code, RunnerError
from runner.expected import check_complete
from runner.ffmpeg import ChildFailedError, Watch, run, together
from runner.measure import Measured, measure
from runner.outputs import ClipPlan
from runner.smart import NotJoinedError
from runner.tools import Tools
from schema.loudness import Levelling
from schema.recipe import ClipMode


@dataclass
class Cutter:
    """Cuts the clips of one plan; `execute` runs a command as a part of the whole.

    What was made, what is said of it, and which sounds were brought to a loudness is collected.
    """

    tools: Tools
    folder: Path
    writer: command.Writer
    watch: Watch
    execute: Callable[[command.Command, Code], Awaitable[None]]
    made: dict[str, Measured] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    levels: dict[str, Levelling] = field(default_factory=dict)

    async def cut(self, clip: ClipPlan) -> ClipPlan:
        """Make the file of one clip. Returns it with what it became."""
        if clip.mode is ClipMode.COPY:
            return await self._copy(clip)
        if clip.mode is ClipMode.SMART:
            return await self._smart(clip)
        if clip.whole:
            self.notes.append(f"clip {clip.number} (SMART) is encoded whole: {clip.whole}")
        return await self._exact(clip)

    async def _smart(self, clip: ClipPlan) -> ClipPlan:
        since = clip.file.start
        assert clip.file.video is not None  # noqa: S101 - by the plan
        writer = SmartWriter.of(await self._levelled(clip), clip.file.video)
        joiner = joining.Joiner(self.tools, self.folder, writer, self.watch, self.execute)
        # From a second earlier on: the first packets behind a seek may have no decoding time.
        packets = await self._packets(max(0.0, since - 1), since + (clip.file.seconds or 0.0))
        try:
            joined = await joiner.run(clip, packets)
        except NotJoinedError as reason:
            return await self.cut(replace(clip, mode=ClipMode.EXACT, whole=str(reason)))
        await self._measure(joined)
        return joined

    async def _exact(self, clip: ClipPlan) -> ClipPlan:
        writer = await self._levelled(clip)
        await self.execute(writer.exact_clip(clip), Code.ENCODE_FAILED)
        await self._measure(clip)
        return clip

    async def _measure(self, clip: ClipPlan) -> None:
        name = command.clip_file(clip.number)
        made = await measure(self.tools, self.folder, name, self.watch)
        if clip.file.to_end:
            check_complete(clip.file.start + made.seconds, self.writer.plan.duration)
        self.made[name] = made

    async def _copy(self, clip: ClipPlan) -> ClipPlan:
        cut = await self._cut(clip)
        self.notes.append(
            f"clip {clip.number} (COPY) begins at the keyframe at {cut.start:.3f} s; "
            f"asked for was {clip.file.start:.3f} s"
        )
        await self.execute(self.writer.copied_clip(clip, cut), Code.CLIP_COPY_UNSUPPORTED)
        span = replace(clip.file, start=cut.start, seconds=cut.end - cut.start)
        return replace(clip, file=span)

    async def _levelled(self, clip: ClipPlan) -> command.Writer:
        """A clip is as loud as the recipe says by itself, and not as a part of its film."""
        name = command.clip_file(clip.number)
        tracks = {name: clip.file.audio} if clip.file.audio else {}
        leveller = loudness.Leveller(self.tools, self.folder, self.writer, self.watch)
        gains, levels = await leveller.level(tracks, self.writer.span(clip.file))
        self.levels |= levels
        return replace(self.writer, gains=gains)

    async def _cut(self, clip: ClipPlan) -> command.Cut:
        """Where a cut without encoding can begin and end, nearest to what was asked for."""
        start, end = clip.file.start, clip.file.start + (clip.file.seconds or 0.0)
        picture, zero = self.writer.plan.picture, self.writer.plan.start_time
        if picture is None:
            return command.Cut(start, end, start, end)
        frame = 1 / picture.frame_rate
        begins, ends = await together([self._packets(start, start), self._packets(end, end)])
        first = keyframes.find_start(begins, start + zero, frame)
        last = keyframes.find_end(ends, end + zero)
        shown, decoded = max(0.0, first.shown - zero), max(0.0, first.decoded - zero)
        # A thousandth earlier in both: times in the file are rounded.
        return command.Cut(
            start=shown,
            end=last.shown - zero if last else end,
            decode_from=max(0.0, decoded - 0.001),
            # Behind the end of the file there is nothing, so a second more does no harm.
            decode_to=last.decoded - zero - 0.001 if last else end + 1,
        )

    async def _packets(self, since: float, until: float) -> list[keyframes.Packet]:
        arguments = self.writer.list_packets(since, until)
        try:
            done = await run([self.tools.ffprobe, *arguments], cwd=self.folder, watch=self.watch)
        except ChildFailedError as error:
            message = f"the source cannot be searched at {until:g} s"
            raise RunnerError(Code.SOURCE_UNREADABLE, message, log=error.log) from error
        return keyframes.read(done.stdout)
