"""The story of a film's last task: fetch the pieces, join, package, check, publish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from runner import (
    command,
    command_pictures,
    command_split,
    fitting,
    formats,
    package,
    sound_encoders,
    split,
)
from runner.encode import Encoded, write_vtt
from runner.errors import Code, RunnerError
from runner.expected import check_complete
from runner.ffmpeg import ChildFailedError, Watch, run, together
from runner.fitting import Part
from runner.measure import Measured, measure
from runner.outputs import AudioTrack, Picture, Plan, VideoTrack
from runner.pictures import SpritePlan
from runner.pipeline import Pipeline
from runner.plan import make_plan
from runner.story import Made
from runner.times import read_joined
from schema.job import Phase
from schema.loudness import Levelling
from schema.source import SourceRef

PARALLEL = 4
LISTING = "pieces.txt"


class Assembly(Pipeline):
    """Makes of stored pieces what one runner would have made of the film."""

    def _weights(self) -> Mapping[Phase, float]:
        return {
            Phase.FETCHING: 0.05,
            Phase.PROBING: 0.0,
            Phase.ENCODING: 0.45,
            Phase.VERIFYING: 0.2,
            Phase.PUBLISHING: 0.3,
        }

    async def run(self) -> Made:
        """Run the task to the end. Raises RunnerError; nothing is published before the check."""
        await self._vet()
        if any(chunk.engine != self.engine for chunk in self.spec.chunks):
            # What two of them have made together is like nothing that one makes.
            self.engine = f"several: {self.engine}"
        self._report(Phase.ENCODING, 0)
        assert self.spec.plan is not None  # noqa: S101 - the API sends it with this task
        self.have = self.spec.plan.have
        plan = make_plan(self.spec.recipe, self.spec.plan.source.probe, self.spec.limits)
        plan = plan.without(self.have)
        encoded = Encoded(plan, await self._join(plan), (), self._levels(plan))
        if plan.ladder:
            given = (self.tools, self.folder, plan.ladder, self._watch)
            await package.package(*given, self.spec.content_key)
        if plan.sprite:
            await self._sprite(plan, plan.sprite)
        seconds = await self._verify(encoded, joined=True)
        reports = await self._prove(encoded, seconds, container=None)
        outputs, parts = await self._publish(encoded, seconds, reports, self.spec.plan.source)
        return Made(self.spec.plan.source, (), outputs, (), parts)

    async def _join(self, plan: Plan) -> dict[str, Measured]:
        """Every file that would have come out of the encoder, by name."""
        assert self.spec.plan is not None  # noqa: S101 - asked before
        given = (plan, self.spec.plan, self.spec.chunks)
        tracks, extras = fitting.tracks(*given), fitting.extras(*given)
        for name, part in extras.items():
            await self._get(part, name)
        for number, (name, parts) in enumerate(tracks.items(), start=1):
            await self._track(name, parts, plan.mp4.sounds if plan.mp4 else ())
            self._report(Phase.ENCODING, number / len(tracks))
        files = list(package.tracks(plan.ladder).values()) if plan.ladder else []
        files += [command.MP4] if plan.mp4 else []
        files += [sound_encoders.file_name(audio) for audio in plan.audio]
        made = await together(
            [measure(self.tools, self.folder, name, self._watch) for name in files]
        )
        found = dict(zip(files, made, strict=True))
        check_complete(max(each.seconds for each in made), plan.duration)
        return found

    def _levels(self, plan: Plan) -> dict[str, Levelling]:
        """What was done to the sounds, by the names of the files that they are in now."""
        assert self.spec.plan is not None  # noqa: S101 - asked before
        extras = fitting.extras(plan, self.spec.plan, self.spec.chunks)
        levels = {name: part.piece.levelling for name, part in extras.items()}
        names = {command_split.FILE_AUDIO: command.MP4}
        return {names.get(name, name): level for name, level in levels.items() if level}

    async def _sprite(self, plan: Plan, sprite: SpritePlan) -> None:
        """Out of the smallest track that is large enough: the film is not decoded once more."""
        tracks = command_split.picture_tracks(plan)
        name, track = min(tracks.items(), key=lambda each: _bad_for(sprite, each[1]))
        assert plan.picture is not None  # noqa: S101 - a sprite has one
        own = replace(plan, picture=_as_made(plan.picture, track), start_time=0.0)
        made = command.MP4 if name == command_split.FILE_VIDEO else name
        limits = (self._threads, self.spec.limits.max_pixels)
        writer = command.Writer(own, formats.MOV, *limits, source=made)
        await self._run(self.tools.ffmpeg, command_pictures.sprite(writer, sprite).arguments)
        write_vtt(self.folder, sprite, plan.duration)

    async def _track(self, name: str, parts: Sequence[Part], sounds: Sequence[AudioTrack]) -> None:
        """One track of its pieces, which make room for the next one's."""
        names = [command_split.piece_file(number, name) for number in range(len(parts))]
        await together(
            [self._get(part, local) for part, local in zip(parts, names, strict=True)], PARALLEL
        )
        is_file = name == command_split.FILE_VIDEO
        made = command.MP4 if is_file else name
        beside = sounds if is_file else ()
        lasting = split.durations([part.first for part in parts])
        (self.folder / LISTING).write_text(command_split.listing(names, lasting), "ascii")
        await self._run(
            self.tools.ffmpeg, command_split.join(LISTING, made, beside, faststart=is_file)
        )
        listed = await self._run(self.tools.ffprobe, command_split.list_joined(made))
        fitting.check_joined(made, parts, read_joined(listed))
        for local in names:
            (self.folder / local).unlink()

    async def _get(self, part: Part, local: str) -> None:
        """One piece, as it was stored."""
        source = SourceRef(
            bucket=self.spec.target.bucket, key=part.key, etag=None, size=part.piece.size
        )
        try:
            fetched = await self.storage.fetch(source, self.folder / local, lambda _: None)
        except RunnerError as error:
            if error.code not in {Code.SOURCE_MISSING, Code.SOURCE_EMPTY, Code.SOURCE_CHANGED}:
                raise
            # Not the user's source: that one is well.
            raise RunnerError(Code.PIECE_LOST, f"{part.key} is gone", log=str(error)) from error
        if fetched.sha256 != part.piece.sha256:
            raise RunnerError(Code.PIECE_LOST, f"{part.key} has other bytes than were stored")

    async def _run(self, program: str, arguments: Sequence[str]) -> bytes:
        try:
            done = await run(
                [program, *arguments], cwd=self.folder, watch=Watch(self._watch.deadline)
            )
        except ChildFailedError as error:
            raise RunnerError(Code.ENCODE_FAILED, "joining failed", log=error.log) from error
        return done.stdout


def _bad_for(sprite: SpritePlan, track: VideoTrack) -> tuple[bool, int]:
    return track.width < sprite.width, track.width


def _as_made(picture: Picture, track: VideoTrack) -> Picture:
    """A track of ours as a source: upright, BT.709, no frame interlaced."""
    return replace(
        picture,
        stream=0,
        codec="h264",
        width=track.width,
        height=track.height,
        deinterlace=False,
        matrix_guess=None,
        other_matrix=False,
        transfer=None,
        framing=None,
    )
