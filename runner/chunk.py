"""The story of one chunk: fetch, decode one piece of the film, encode every track, check, store."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from runner import command, formats, measure, preview, probe, sound_encoders, waveform
from runner.check_pictures import Pictures
from runner.command_split import FILE_AUDIO, PieceWriter, SplitWriter, picture_tracks, times_file
from runner.encode import Encoded, Encoder
from runner.errors import Code, RunnerError
from runner.facts import file_sha256
from runner.outputs import Plan
from runner.plan import make_plan
from runner.publish import TYPES
from runner.sparse import RangelessError
from runner.story import Stored, Story
from runner.times import Times, read_times
from runner.verify import Checker
from schema.job import Phase
from schema.split import Piece, Slice, SplitPlan

PARALLEL = 4
# How far the ends of a piece may lie from where the plan has seen frames: rounding to the frame.
FRAMES_OFF = 1.5


class Chunk(Story):
    """One piece of the picture; the last chunk may make sound and poster instead."""

    weights: Mapping[Phase, float] = {
        Phase.FETCHING: 0.05,
        Phase.PROBING: 0.0,
        Phase.ENCODING: 0.82,
        Phase.VERIFYING: 0.09,
        Phase.PUBLISHING: 0.04,
    }

    async def run(self) -> Stored:
        """Run the task to the end. Raises RunnerError."""
        split = self.spec.plan
        assert split is not None  # noqa: S101 - the API sends it with every chunk
        await self._fetch_part(split)
        self.probe = split.source.probe
        # The plan's probe, so that all pieces are made by one plan.
        plan = make_plan(self.spec.recipe, split.source.probe, self.spec.limits)
        plan = plan.without(split.have)
        await self._vet()
        encoder = self._encoder(plan)
        self._report(Phase.ENCODING, 0)
        if self.spec.index < len(split.slices):
            pieces = await self._picture(encoder, plan, split, split.slices[self.spec.index])
        else:
            pieces = await self._extras(encoder, plan)
        await self._store(pieces)
        return Stored(tuple(pieces))

    async def _fetch_part(self, split: SplitPlan) -> None:
        """The bytes that this piece needs; what lies between are holes."""
        ranges = split.slices[self.spec.index].ranges if self.spec.index < len(split.slices) else ()
        if not ranges:
            await self._fetch()
            return
        self._report(Phase.FETCHING, 0)
        source = await self.storage.sparse(self.spec.source, self.folder / command.SOURCE)
        try:
            await source.need_all(ranges, lambda part: self._report(Phase.FETCHING, part))
        except RangelessError:
            await self._fetch()

    def _encoder(self, plan: Plan) -> Encoder:
        container = probe.recognise(self.folder / command.SOURCE)
        limits = (self._threads, self.spec.limits.max_pixels)
        return Encoder(
            tools=self.tools,
            folder=self.folder,
            plan=plan,
            container=container,
            writer=SplitWriter(plan, container, *limits),
            watch=self._watch,
            on_progress=lambda part, speed: self._report(Phase.ENCODING, part, speed),
        )

    async def _picture(
        self, encoder: Encoder, plan: Plan, split: SplitPlan, piece: Slice
    ) -> list[Piece]:
        writer = encoder.writer
        made = PieceWriter(
            plan, writer.container, writer.threads, writer.max_pixels, piece, split.shift
        ).command()
        encoder.total = made.seconds
        await encoder.execute(made)
        found = []
        for name in picture_tracks(plan):
            times = read_times((self.folder / times_file(name)).read_text("ascii"))
            _check_ends(name, times, piece, plan)
            found.append(await self._piece(name, times))
        await self._check(plan, found)
        return found

    async def _extras(self, encoder: Encoder, plan: Plan) -> list[Piece]:
        assert isinstance(encoder.writer, SplitWriter)  # noqa: S101 - made above
        names = []
        await encoder.level(plan)
        if (sound := encoder.writer.extras()) is not None:
            await encoder.execute(sound)
            names = list(sound_encoders.ladder_files(plan.ladder)) if plan.ladder else []
            names += [FILE_AUDIO] if plan.mp4 and plan.mp4.audio else []
            names += [sound_encoders.file_name(audio) for audio in plan.audio]
        await encoder.pictures()
        levels = {_piece_name(name): level for name, level in encoder.levels.items()}
        found = [
            (await self._piece(name)).model_copy(update={"levelling": levels.get(name)})
            for name in names
        ]
        if plan.waveform:
            waveform.write(self.folder, plan.waveform)
        await self._check(plan, found)
        pictures = [command.POSTER] if plan.poster else []
        pictures += [preview.file_name(plan.preview)] if plan.preview else []
        pictures += waveform.FILES if plan.waveform else ()
        return [*found, *[await self._piece(name) for name in pictures]]

    async def _piece(self, name: str, times: Times | None = None) -> Piece:
        path = self.folder / name
        piece = Piece(
            name=name, size=path.stat().st_size, sha256=await asyncio.to_thread(file_sha256, path)
        )
        if times is None:
            return piece
        facts = {
            "frames": len(times.shown),
            "first": min(times.shown),
            "last": max(times.shown),
            "time_base": f"{times.tick.numerator}/{times.tick.denominator}",
            "codec_hash": await measure.codec_hash(self.tools, self.folder, name, self._watch),
        }
        return piece.model_copy(update=facts)

    async def _check(self, plan: Plan, pieces: list[Piece]) -> None:
        """Every piece decodes to its end, to the frames that its encoder has counted."""
        self._report(Phase.VERIFYING, 0)
        checker = Checker(
            tools=self.tools,
            folder=self.folder,
            threads=self._threads,
            watch=self._watch,
            encoded=Encoded(plan, {}, ()),
            on_progress=lambda _: None,
        )
        for number, piece in enumerate(pieces, start=1):
            decoded = await checker.decode(piece.name, formats.demuxer_of(piece.name))
            if decoded.frames != piece.frames:
                message = f"{piece.name} has {piece.frames} frames, {decoded.frames} were decoded"
                raise RunnerError(Code.VERIFY_FAILED, message)
            self._report(Phase.VERIFYING, number / len(pieces))
        pictures = Pictures(self.folder, checker.decode)
        if (self.folder / command.POSTER).exists():
            await pictures.poster()
        if plan.preview and (self.folder / preview.file_name(plan.preview)).exists():
            await pictures.preview(plan.preview)

    async def _store(self, pieces: list[Piece]) -> None:
        self._report(Phase.PUBLISHING, 0)
        target, gate = self.spec.target, asyncio.Semaphore(PARALLEL)

        async def store(piece: Piece) -> None:
            async with gate:
                path = self.folder / piece.name
                headers = {"ContentType": TYPES[path.suffix]}
                await self.storage.put(target.bucket, target.prefix + piece.name, path, headers)

        try:
            async with asyncio.TaskGroup() as group:
                for piece in pieces:
                    group.create_task(store(piece))
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        self._report(Phase.PUBLISHING, 1)


def _piece_name(name: str) -> str:
    return FILE_AUDIO if name == command.MP4 else name


def _check_ends(name: str, times: Times, piece: Slice, plan: Plan) -> None:
    """Refuse a piece that does not begin and end with the frames that the plan has seen there."""
    frame = 1 / plan.picture.frame_rate if plan.picture else 0.0
    slack = FRAMES_OFF * max(frame, float(times.tick))
    ends = (float(min(times.shown) * times.tick), float(max(times.shown) * times.tick))
    if abs(ends[0] - piece.first) > slack or abs(ends[1] - piece.last) > slack:
        message = (
            f"{name} is {ends[0]:.3f} s to {ends[1]:.3f} s, "
            f"its packets say {piece.first:.3f} s to {piece.last:.3f} s"
        )
        raise RunnerError(Code.PIECES_DIFFER, message)
