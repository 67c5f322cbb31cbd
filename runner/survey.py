"""Looks at a fetched film for places where it may be cut into pieces."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from runner import formats, ranges, split
from runner.command import SOURCE
from runner.command_split import FIRST_FRAME, SplitWriter
from runner.errors import Code, RunnerError
from runner.ffmpeg import ChildFailedError, Watch, run
from runner.graph import least_delay
from runner.outputs import Plan
from runner.tools import Tools
from schema.source import SourceFacts
from schema.split import SplitPlan, Splitting


@dataclass
class Surveyor:
    """Reads every packet's time and one frame."""

    tools: Tools
    folder: Path
    plan: Plan
    container: formats.Container
    writer: SplitWriter
    watch: Watch

    async def run(self, splitting: Splitting, etag: str | None, facts: SourceFacts) -> SplitPlan:
        """How the film is split. Raises split.WholeError where it is not."""
        split.worth(self.plan, self.container.demuxer, splitting)
        clock = await self._clock()
        frames = await self._frames()
        slices = split.slices(self.plan, frames, clock, splitting)
        plan = self.plan
        top = ranges.boxes(self.folder / SOURCE) if self.container.demuxer == "mov" else []
        parts = ranges.needed(slices, frames, clock, top, plan.start_time)
        in_mp4 = plan.mp4 and plan.mp4.audio
        sound = (plan.ladder and plan.ladder.audio) or in_mp4 or plan.audio or plan.waveform
        return SplitPlan(
            etag=etag,
            source=facts,
            shift=clock.shift,
            time_base=f"{clock.tick.numerator}/{clock.tick.denominator}",
            slices=tuple(
                piece.model_copy(update={"ranges": part})
                for piece, part in zip(slices, parts, strict=True)
            ),
            extras=bool(sound or plan.poster or plan.preview),
        )

    async def _frames(self) -> list[split.Frame]:
        argv = [self.tools.ffprobe, *self.writer.list_frames()]
        try:
            done = await run(argv, cwd=self.folder, watch=self.watch)
        except ChildFailedError as error:
            raise split.WholeError("its packets cannot be listed") from error
        except RunnerError as error:
            if error.code is not Code.SOURCE_UNREADABLE:
                raise
            raise split.WholeError("it has too many packets to list") from error
        return split.read(done.stdout)

    async def _clock(self) -> split.Clock:
        """How a film in one piece would count its frames: the first one tells."""
        argv = [self.tools.ffmpeg, *self.writer.first_frame().arguments]
        try:
            await run(argv, cwd=self.folder, watch=self.watch, on_progress=lambda _: None)
            first, tick, grid = (self.folder / FIRST_FRAME).read_text("ascii").split()[:3]
            ticks, tick_seconds = int(first), Fraction(tick)
        except (ChildFailedError, OSError, ValueError) as error:
            raise split.WholeError("its first frame cannot be decoded") from error
        picture = self.plan.picture
        assert picture is not None  # noqa: S101 - split.worth asks for one
        zero = round(Fraction(self.plan.start_time).limit_denominator(1_000_000) / tick_seconds)
        late = float((ticks - zero) * tick_seconds)
        return split.Clock(
            tick=tick_seconds,
            # As the filter does it for a film in one piece: graph.py says why.
            shift=ticks if late < least_delay(picture) else zero,
            grid=None if picture.variable else Fraction(grid),
        )
