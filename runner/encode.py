"""Runs the commands of a plan: the main encode, the packager, the poster, the clips."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from runner import command, formats, keyframes, package
from runner.errors import Code, RunnerError
from runner.ffmpeg import ChildFailedError, Watch, run
from runner.outputs import ClipPlan, Plan, PosterPlan
from runner.progress import Snapshot
from runner.tools import Tools
from schema.recipe import ClipMode

# How much shorter than promised a film may end: containers round, and some count a frame twice.
MISSING_SECONDS, MISSING_PART = 1.0, 0.02


@dataclass(frozen=True)
class Encoded:
    """What was made. `plan` has the true start of COPY clips; `ends` the seconds that FFmpeg wrote.

    The keys of `ends` are file names; the ladder stands under its folder's name.
    """

    plan: Plan
    ends: Mapping[str, float]
    notes: tuple[str, ...]


@dataclass
class Encoder:
    """Runs one plan. `on_progress` gets the part of the work that is done, and the speed."""

    tools: Tools
    folder: Path
    plan: Plan
    container: formats.Container
    writer: command.Writer
    watch: Watch
    on_progress: Callable[[float, float | None], None]
    _done: float = 0.0
    _ends: dict[str, float] = field(default_factory=dict)
    _notes: list[str] = field(default_factory=list)

    async def run(self) -> Encoded:
        """Make every file of the plan."""
        main = self.writer.main()
        if main:
            await self._main(main)
        if self.plan.ladder:
            await package.package(self.tools, self.folder, self.plan, self.plan.ladder, self.watch)
        if self.plan.poster:
            await self._poster(self.plan.poster, made=main is not None)
        clips = tuple([await self._clip(clip) for clip in self.plan.clips])
        return Encoded(replace(self.plan, clips=clips), self._ends, tuple(self._notes))

    def _total(self) -> float:
        """Seconds of film over all commands: what the progress is measured against."""
        whole = self.plan.duration if self.plan.ladder or self.plan.mp4 else 0.0
        return whole + sum(clip.file.seconds or 0.0 for clip in self.plan.clips) or 1.0

    async def _main(self, main: command.Command) -> None:
        seconds = await self._ffmpeg(main)
        missing = self.plan.duration - seconds
        if missing > max(MISSING_SECONDS, MISSING_PART * self.plan.duration):
            message = f"the film should last {self.plan.duration:.1f} s but ends at {seconds:.1f} s"
            raise RunnerError(Code.SOURCE_TRUNCATED, message)
        self._ends[package.FOLDER] = self._ends[command.MP4] = seconds

    async def _poster(self, poster: PosterPlan, *, made: bool) -> None:
        path = self.folder / command.POSTER
        if not made:
            await self._ffmpeg(self.writer.poster(poster))
        if not path.exists():
            # The sound runs on after the picture: its last frame is what a viewer still sees.
            await self._ffmpeg(self.writer.poster(poster, last_frame=True))
        if not path.exists():
            raise RunnerError(Code.SOURCE_UNREADABLE, "no frame for a poster could be decoded")

    async def _clip(self, clip: ClipPlan) -> ClipPlan:
        name = command.clip_file(clip.number)
        if clip.mode is ClipMode.EXACT:
            self._ends[name] = await self._ffmpeg(self.writer.exact_clip(clip.number, clip.file))
            return clip
        cut = await self._cut(clip)
        self._notes.append(
            f"clip {clip.number} (COPY) begins at the keyframe at {cut.start:.3f} s; "
            f"asked for was {clip.file.start:.3f} s"
        )
        made = self.writer.copied_clip(clip.number, cut)
        self._ends[name] = await self._ffmpeg(made, failed=Code.CLIP_COPY_UNSUPPORTED)
        return replace(clip, file=replace(clip.file, start=cut.start, seconds=cut.seconds))

    async def _cut(self, clip: ClipPlan) -> command.Cut:
        """Where a cut without encoding begins: the keyframe at or before the clip's start."""
        start, seconds = clip.file.start, clip.file.seconds or 0.0
        picture = self.plan.picture
        if picture is None:
            return command.Cut(start, start, seconds)
        arguments = self.writer.list_packets(picture.stream, start)
        try:
            done = await run([self.tools.ffprobe, *arguments], cwd=self.folder, watch=self.watch)
        except ChildFailedError as error:
            message = f"the source cannot be searched at {start:g} s"
            raise RunnerError(Code.SOURCE_UNREADABLE, message, log=error.log) from error
        found = keyframes.find(
            keyframes.read(done.stdout), start + self.plan.start_time, 1 / picture.frame_rate
        )
        shown = max(0.0, found.shown - self.plan.start_time)
        decoded = max(0.0, found.decoded - self.plan.start_time)
        return command.Cut(shown, max(0.0, decoded - 0.001), start + seconds - shown)

    async def _ffmpeg(self, made: command.Command, failed: Code = Code.ENCODE_FAILED) -> float:
        """Run one command. Returns where its output ends, in seconds."""

        def tell(seen: Snapshot) -> None:
            now = min(seen.seconds or 0.0, made.seconds)
            self.on_progress((self._done + now) / self._total(), seen.speed)

        try:
            done = await run(
                [self.tools.ffmpeg, *made.arguments],
                cwd=self.folder,
                watch=self.watch,
                on_progress=tell,
            )
        except ChildFailedError as error:
            raise _explained(error, failed) from error
        self._done += made.seconds
        return (done.last.seconds if done.last else None) or 0.0


def _explained(error: ChildFailedError, failed: Code) -> RunnerError:
    """The few of FFmpeg's last words that mean something a user can act on."""
    too_many_errors = error.status == 69  # FFmpeg's own: most frames could not be decoded
    if too_many_errors or "Invalid data found when processing input" in error.stderr:
        return RunnerError(Code.SOURCE_UNREADABLE, "the source cannot be decoded", log=error.log)
    return RunnerError(failed, f"FFmpeg ended with status {error.status}", log=error.log)
