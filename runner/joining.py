"""A smart cut: keeps whole groups of pictures, encodes what is around them, joins the parts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from runner import avcc, command_smart, smart
from runner.command import Command, Cut
from runner.command_smart import HEAD, JOINED, LISTING, MIDDLE, TAIL
from runner.command_split import listing
from runner.errors import Code, RunnerError
from runner.ffmpeg import Watch
from runner.keyframes import Packet
from runner.measure import measure
from runner.outputs import ClipPlan
from runner.smart import NotJoinedError, Parts
from runner.split import durations
from runner.tools import Tools


@dataclass(frozen=True)
class Joiner:
    """Makes one clip; `execute` runs a command as a part of the whole."""

    tools: Tools
    folder: Path
    writer: command_smart.SmartWriter
    watch: Watch
    execute: Callable[[Command, Code], Awaitable[None]]

    async def run(self, clip: ClipPlan, packets: list[Packet]) -> ClipPlan:
        """Make the file, of which `packets` are those of the picture in and around it.

        Raises NotJoinedError where it must be encoded whole.
        """
        picture = self.writer.plan.picture
        assert picture is not None  # noqa: S101 - by the plan
        start, end = self.writer.span(clip.file)
        parts = smart.parts(packets, start, end, 1 / picture.frame_rate)
        try:
            await self._middle(parts, end)
            await self._join(parts)
            await self.execute(self.writer.with_sound(clip), Code.ENCODE_FAILED)
        except ValueError as error:
            raise NotJoinedError(str(error)) from error
        except RunnerError as error:
            if error.code is not Code.CLIP_COPY_UNSUPPORTED:
                raise
            raise NotJoinedError(error.message) from error
        finally:
            for name in (HEAD, MIDDLE, TAIL, JOINED, LISTING):
                (self.folder / name).unlink(missing_ok=True)
        return replace(clip, frames=parts.frames, file=replace(clip.file, video=None))

    async def _middle(self, parts: Parts, end: float) -> None:
        zero, leave = self.writer.plan.start_time, parts.leave
        cut = Cut(
            start=max(0.0, parts.keep.shown - zero),
            end=(leave.shown if leave else end) - zero,
            # A thousandth earlier in both: times in the file are rounded.
            decode_from=max(0.0, parts.keep.decoded - zero - 0.001),
            decode_to=leave.decoded - zero - 0.001 if leave else end - zero + 1,
        )
        await self.execute(self.writer.middle(cut), Code.CLIP_COPY_UNSUPPORTED)
        found = await measure(self.tools, self.folder, MIDDLE, self.watch)
        if found.frames != parts.kept:
            raise NotJoinedError(f"{found.frames} packets were kept instead of {parts.kept}")
        if not avcc.begins_anew(self.folder / MIDDLE):
            raise NotJoinedError("it cannot be entered at its keyframes")

    async def _join(self, parts: Parts) -> None:
        main = avcc.read(self.folder / MIDDLE)
        free = (number for number in range(avcc.MOST_SETS) if number not in main.numbers())
        edges = {}
        if parts.first < parts.keep.shown - smart.EXACT:
            edges[HEAD] = (parts.first, parts.keep.shown)
        if parts.leave and parts.leave.shown < parts.behind - smart.EXACT:
            edges[TAIL] = (parts.leave.shown, parts.behind)
        for name, part in edges.items():
            # Numbers that nobody has: slices name their sets by them.
            number = next(free, None)
            if number is None:
                raise NotJoinedError("no number for parameter sets is left")
            await self.execute(
                self.writer.edge(name, part, main.profile, number), Code.ENCODE_FAILED
            )
        begins = {HEAD: parts.first, MIDDLE: parts.keep.shown}
        if parts.leave:
            begins[TAIL] = parts.leave.shown
        names = [name for name in begins if name == MIDDLE or name in edges]
        lasting = durations([Fraction(begins[name]) for name in names])
        (self.folder / LISTING).write_text(listing(names, lasting), "ascii")
        await self.execute(self.writer.joined(), Code.CLIP_COPY_UNSUPPORTED)
        others = [avcc.read(self.folder / name) for name in edges]
        avcc.write(self.folder / JOINED, avcc.merged(main, others))
