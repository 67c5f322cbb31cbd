"""Runs the commands of a plan: the main encode, the packager, the poster, the clips."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from runner import (
    command,
    formats,
    keyframes,
    loudness,
    package,
    sound_encoders,
    sprite,
    transcribe,
    waveform,
)
from runner.errors import Code, RunnerError
from runner.ffmpeg import ChildFailedError, Watch, run, together
from runner.outputs import AudioTrack, ClipPlan, Plan, PosterPlan, SpritePlan, TranscriptPlan
from runner.probe import Measured, length, measure
from runner.progress import Snapshot
from runner.tools import Tools
from schema.loudness import Levelling
from schema.recipe import ClipMode

# How much shorter than promised a film may end: containers round, and some count a frame twice.
MISSING_SECONDS, MISSING_PART = 1.0, 0.02


@dataclass(frozen=True)
class Encoded:
    """What was made. `plan` has the true start of COPY clips, `made` what each index says.

    `levels` are the names of files whose sound was brought to a loudness.
    """

    plan: Plan
    made: Mapping[str, Measured]
    notes: tuple[str, ...]
    levels: Mapping[str, Levelling] = field(default_factory=dict)


@dataclass
class Encoder:
    """Runs one plan. `on_progress` gets the part of the work that is done, and the speed.

    `total` is how many seconds of film are made, where that is not the whole plan.
    """

    tools: Tools
    folder: Path
    plan: Plan
    container: formats.Container
    writer: command.Writer
    watch: Watch
    on_progress: Callable[[float, float | None], None]
    total: float | None = None
    _done: float = 0.0
    _made: dict[str, Measured] = field(default_factory=dict)
    _notes: list[str] = field(default_factory=list)
    levels: dict[str, Levelling] = field(default_factory=dict)

    async def run(self) -> Encoded:
        """Make every file of the plan."""
        await self.level(self.plan)
        main = self.writer.main()
        if main or self.plan.ladder:
            await self._main(main)
        if self.plan.ladder:
            await package.package(self.tools, self.folder, self.plan.ladder, self.watch)
        if self.plan.poster and not self.writer.plan.decodes_picture:
            await self.poster(self.plan.poster)
        if self.plan.sprite:
            write_vtt(self.folder, self.plan.sprite, self.plan.duration)
        transcript = await self._transcript(self.plan.transcript) if self.plan.transcript else None
        clips = tuple([await self._clip(clip) for clip in self.plan.clips])
        plan = replace(self.plan, clips=clips, transcript=transcript)
        return Encoded(plan, self._made, tuple(self._notes), self.levels)

    async def level(self, plan: Plan) -> None:
        """Find the gains of sounds that are encoded whole, by the names of their files."""
        leveller = self._leveller()
        gains, levels = await leveller.level(sound_files(plan))
        self.levels |= levels
        # Of a file with several sounds the first one is reported.
        inside = enumerate(plan.mp4.others if plan.mp4 else ())
        more, _ = await leveller.level({str(number): track for number, track in inside})
        self.writer = replace(self.writer, gains=gains | more)

    def _leveller(self) -> loudness.Leveller:
        return loudness.Leveller(self.tools, self.folder, self.writer, self.watch)

    def _total(self) -> float:
        """Seconds of film over all commands: what the progress is measured against."""
        if self.total is not None:
            return self.total or 1.0
        wholes = self.plan.decodes_all + bool(self.plan.transcript)
        return (
            self.plan.duration * wholes + sum(clip.file.seconds or 0.0 for clip in self.plan.clips)
            or 1.0
        )

    async def _main(self, main: command.Command | None) -> None:
        """What is made in one decode; nothing where every rung of a ladder is there already."""
        if main:
            await self.execute(main)
        files = list(package.tracks(self.plan.ladder).values()) if self.plan.ladder else []
        left = self.writer.plan.ladder
        made_now = set(package.tracks(left).values()) if left else set()
        kept = set(files) - made_now if self.plan.ladder else set()
        if self.plan.mp4:
            files.append(command.MP4)
        files += [sound_encoders.file_name(audio) for audio in self.plan.audio]
        where = (self.tools, self.folder)
        found = await together(
            [measure(*where, name, self.watch, fragments=name in kept) for name in files]
        )
        self._made.update(zip(files, found, strict=True))
        seconds = [made.seconds for made in found]
        if self.plan.waveform:
            seconds.append(waveform.write(self.folder, self.plan.waveform))
        if seconds:
            await self._check_complete(max(seconds))

    async def _check_complete(self, seconds: float) -> None:
        """Sound may end before the picture. Where only sound is made, the packets are asked."""
        try:
            check_complete(seconds, self.plan.duration)
        except RunnerError:
            if self.plan.picture is None or self.plan.shows:
                raise
            source = (self.writer.source, self.container)
            ends = await length(self.tools, self.folder, *source, self.watch)
            check_complete(max(seconds, ends or 0.0), self.plan.duration)

    async def poster(self, poster: PosterPlan) -> None:
        """A poster that no other encode makes on its way."""
        try:
            await self.execute(self.writer.poster(poster))
        except RunnerError as error:
            if error.code is not Code.ENCODE_FAILED:
                raise
        if not (self.folder / command.POSTER).exists():
            # The picture ends long before the sound, so there was no frame where we looked.
            await self.execute(self.writer.poster(poster, seek=False))

    async def _transcript(self, wanted: TranscriptPlan) -> TranscriptPlan:
        await self.execute(self.writer.speech())

        def tell(seconds: float) -> None:
            self.on_progress((self._done + seconds) / self._total(), None)

        whisper = transcribe.Whisper(self.tools, self.folder, self.writer.threads, self.watch)
        heard = await whisper.listen(wanted.language, tell)
        transcribe.write(self.folder, heard)
        self._done += self.plan.duration
        return TranscriptPlan(language=heard.language)

    async def _clip(self, clip: ClipPlan) -> ClipPlan:
        name = command.clip_file(clip.number)
        if clip.mode is ClipMode.EXACT:
            writer = await self._clip_writer(name, clip)
            await self.execute(writer.exact_clip(clip.number, clip.file))
            made = await measure(self.tools, self.folder, name, self.watch)
            if clip.file.to_end:
                check_complete(clip.file.start + made.seconds, self.plan.duration)
            self._made[name] = made
            return clip
        cut = await self._cut(clip)
        self._notes.append(
            f"clip {clip.number} (COPY) begins at the keyframe at {cut.start:.3f} s; "
            f"asked for was {clip.file.start:.3f} s"
        )
        copy = self.writer.copied_clip(clip.number, cut)
        await self.execute(copy, failed=Code.CLIP_COPY_UNSUPPORTED)
        span = replace(clip.file, start=cut.start, seconds=cut.end - cut.start)
        return replace(clip, file=span)

    async def _clip_writer(self, name: str, clip: ClipPlan) -> command.Writer:
        """A clip is as loud as the recipe says by itself, and not as a part of its film."""
        tracks = {name: clip.file.audio} if clip.file.audio else {}
        gains, levels = await self._leveller().level(tracks, self.writer.span(clip.file))
        self.levels |= levels
        return replace(self.writer, gains=gains)

    async def _cut(self, clip: ClipPlan) -> command.Cut:
        """Where a cut without encoding can begin and end, nearest to what was asked for."""
        start, end = clip.file.start, clip.file.start + (clip.file.seconds or 0.0)
        picture, zero = self.plan.picture, self.plan.start_time
        if picture is None:
            return command.Cut(start, end, start, end)
        frame = 1 / picture.frame_rate
        first = keyframes.find_start(await self._packets(start), start + zero, frame)
        last = keyframes.find_end(await self._packets(end), end + zero)
        shown, decoded = max(0.0, first.shown - zero), max(0.0, first.decoded - zero)
        # A thousandth earlier in both: times in the file are rounded.
        return command.Cut(
            start=shown,
            end=last.shown - zero if last else end,
            decode_from=max(0.0, decoded - 0.001),
            # Behind the end of the file there is nothing, so a second more does no harm.
            decode_to=last.decoded - zero - 0.001 if last else end + 1,
        )

    async def _packets(self, around: float) -> list[keyframes.Packet]:
        arguments = self.writer.list_packets(around)
        try:
            done = await run([self.tools.ffprobe, *arguments], cwd=self.folder, watch=self.watch)
        except ChildFailedError as error:
            message = f"the source cannot be searched at {around:g} s"
            raise RunnerError(Code.SOURCE_UNREADABLE, message, log=error.log) from error
        return keyframes.read(done.stdout)

    async def execute(self, made: command.Command, failed: Code = Code.ENCODE_FAILED) -> None:
        """Run one command, as a part of the whole."""

        def tell(seen: Snapshot) -> None:
            now = min(seen.seconds or 0.0, made.seconds)
            self.on_progress((self._done + now) / self._total(), seen.speed)

        try:
            await run(
                [self.tools.ffmpeg, *made.arguments],
                cwd=self.folder,
                watch=replace(self.watch, ends=made.seconds or None),
                on_progress=tell,
            )
        except ChildFailedError as error:
            raise _explained(error, failed) from error
        self._done += made.seconds


def sound_files(plan: Plan) -> dict[str, AudioTrack]:
    """Every sound of the whole film, by the name of its file."""
    tracks: dict[str, AudioTrack] = {}
    if plan.ladder:
        tracks |= sound_encoders.ladder_files(plan.ladder)
    if plan.mp4 and plan.mp4.audio:
        tracks[command.MP4] = plan.mp4.audio
    return tracks | {sound_encoders.file_name(audio): audio.track for audio in plan.audio}


def write_vtt(folder: Path, plan: SpritePlan, duration: float) -> None:
    """Say beside the sheets which picture is where."""
    text = sprite.vtt(plan, duration, command.SPRITES)
    (folder / command.SPRITE_VTT).write_text(text, "ascii")


def check_complete(seconds: float, promised: float) -> None:
    """Refuse a film that ends long before its container said that it would."""
    if promised - seconds > max(MISSING_SECONDS, MISSING_PART * promised):
        message = f"the film should last {promised:.1f} s but ends at {seconds:.1f} s"
        raise RunnerError(Code.SOURCE_TRUNCATED, message)


def _explained(error: ChildFailedError, failed: Code) -> RunnerError:
    """The few of FFmpeg's last words that mean something a user can act on."""
    too_many_errors = error.status == 69  # FFmpeg's own: most frames could not be decoded
    if too_many_errors or "Invalid data found when processing input" in error.stderr:
        return RunnerError(Code.SOURCE_UNREADABLE, "the source cannot be decoded", log=error.log)
    return RunnerError(failed, f"FFmpeg ended with status {error.status}", log=error.log)
