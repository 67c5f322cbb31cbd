"""Runs the commands of a plan: the main encode, the packager, the poster, the clips."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from runner import (
    burning,
    command,
    cutting,
    formats,
    groups,
    loudness,
    package,
    picturing,
    sound_encoders,
    sprite,
    subtitles,
    transcribe,
    waveform,
)
from runner.errors import Code, RunnerError
from runner.expected import check_complete
from runner.ffmpeg import MOSTLY_BAD, ChildFailedError, Watch, run, together
from runner.measure import Measured, measure
from runner.outputs import AudioTrack, Plan
from runner.pictures import SpritePlan
from runner.probe import length
from runner.progress import Snapshot
from runner.texts import TranscriptPlan
from runner.tools import Tools
from schema.encryption import ContentKey
from schema.loudness import Levelling


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

    `total` is how many seconds of film are made, where that is not the whole plan. `transcriber`
    listens; without one Whisper does. `key` is for a ladder that is encrypted.
    """

    tools: Tools
    folder: Path
    plan: Plan
    container: formats.Container
    writer: command.Writer
    watch: Watch
    on_progress: Callable[[float, float | None], None]
    total: float | None = None
    transcriber: transcribe.Transcriber | None = None
    key: ContentKey | None = None
    _done: float = 0.0
    _made: dict[str, Measured] = field(default_factory=dict)
    levels: dict[str, Levelling] = field(default_factory=dict)

    async def run(self) -> Encoded:
        """Make every file of the plan."""
        await burning.Burner(self.tools, self.folder, self.writer, self.watch).prepare(self.plan)
        await self.level(self.plan)
        main = self.writer.main()
        if main or self.plan.ladder:
            await self._main(main)
        plan = await self._words()
        if plan.ladder:
            await package.package(self.tools, self.folder, plan.ladder, self.watch, self.key)
            self._group(plan)
        if not self.writer.plan.decodes_picture:
            await self.pictures()
        if self.plan.sprite:
            write_vtt(self.folder, self.plan.sprite, self.plan.duration)
        cutter = cutting.Cutter(self.tools, self.folder, self.writer, self.watch, self.execute)
        clips = tuple([await cutter.cut(clip) for clip in self.plan.clips])
        made, levels = self._made | cutter.made, self.levels | cutter.levels
        return Encoded(replace(plan, clips=clips), made, tuple(cutter.notes), levels)

    async def level(self, plan: Plan) -> None:
        """Find the gains of sounds that are encoded whole, by the names of their files."""
        leveller = loudness.Leveller(self.tools, self.folder, self.writer, self.watch)
        gains, levels = await leveller.level(sound_files(plan))
        self.levels |= levels
        # Of a file with several sounds the first one is reported.
        inside = enumerate(plan.mp4.others if plan.mp4 else ())
        more, _ = await leveller.level({str(number): track for number, track in inside})
        self.writer = replace(self.writer, gains=gains | more)

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
        if any(not made.streams for made in found):
            raise RunnerError(Code.SOURCE_UNREADABLE, "nothing in the source can be decoded")
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
            if self.plan.picture is None or self.plan.encodes:
                raise
            source = (self.writer.source, self.container)
            ends = await length(self.tools, self.folder, *source, self.watch)
            check_complete(max(seconds, ends or 0.0), self.plan.duration)

    async def pictures(self) -> None:
        """Those that no other encode makes on its way."""
        picturer = picturing.Picturer(self.folder, self.writer, self.execute)
        if self.plan.poster:
            await picturer.poster(self.plan.poster)
        if self.plan.preview:
            await picturer.preview(self.plan.preview)

    async def _words(self) -> Plan:
        """Everything that can be read. Returns the plan with the language that was heard."""
        if texts := self.plan.texts:
            given = (self.tools, self.folder, self.writer)
            await subtitles.extract(*given, texts, self.watch)
        if self.plan.transcript is None:
            return self.plan
        return replace(self.plan, transcript=await self._transcript(self.plan.transcript))

    def _group(self, plan: Plan) -> None:
        """Name what can be read in the manifests of the ladder."""
        files = package.tracks(plan.ladder).values() if plan.ladder else ()
        seconds = max((self._made[name].seconds for name in files), default=plan.duration)
        root = self.folder / package.FOLDER
        groups.write(root, groups.of(plan), seconds, package.MASTER, package.MANIFEST)

    async def _transcript(self, wanted: TranscriptPlan) -> TranscriptPlan:
        listener = self.transcriber or transcribe.Whisper(
            self.tools, self.folder, self.writer.threads, self.watch
        )
        await self.execute(self.writer.speech(listener.sound))

        def tell(seconds: float) -> None:
            self.on_progress((self._done + seconds) / self._total(), None)

        heard = await listener.listen(wanted.language, tell)
        transcribe.write(self.folder, heard)
        self._done += self.plan.duration
        return TranscriptPlan(language=heard.language)

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


def _explained(error: ChildFailedError, failed: Code) -> RunnerError:
    """The few of FFmpeg's last words that mean something a user can act on."""
    too_many_errors = error.status == MOSTLY_BAD
    # The second is what an encoder says that was never given anything, the third what a muxer says
    # of a picture that would stand for days.
    said = (
        *("Invalid data found when processing input", "Could not open encoder before EOF"),
        "Application provided duration",
    )
    if too_many_errors or any(words in error.stderr for words in said):
        return RunnerError(Code.SOURCE_UNREADABLE, "the source cannot be decoded", log=error.log)
    return RunnerError(failed, f"FFmpeg ended with status {error.status}", log=error.log)
