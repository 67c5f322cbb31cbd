"""The story of one task, in order: fetch, probe, plan, encode, verify, publish."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from runner import (
    amazon,
    command,
    encryption,
    expected,
    formats,
    frugal,
    log,
    loudness,
    metadata,
    package,
    proof,
    publish,
    rungs,
)
from runner.command_split import SplitWriter
from runner.encode import Encoded, Encoder
from runner.ends import Lister
from runner.facts import Facts
from runner.films import Film, Joiner
from runner.further import Further, gather
from runner.outputs import Plan
from runner.plan import make_plan
from runner.probe import Examined, examine
from runner.progress import COPY_WEIGHTS, ENCODE_WEIGHTS
from runner.split import WholeError
from runner.stored import Fetched
from runner.story import Made, Split, Story
from runner.survey import Surveyor
from runner.verify import Checker
from runner.vmaf import VmafWriter
from schema import parts
from schema.inputs import AssetRef
from schema.job import MadePart, Phase
from schema.join import Join
from schema.loudness import LoudnessFacts
from schema.output import OutputFacts
from schema.report import OutputReport
from schema.source import SourceFacts
from schema.split import SplitPlan


class Pipeline(Story):
    """A film in one piece; or the plan of one that is split."""

    def _weights(self) -> Mapping[Phase, float]:
        return COPY_WEIGHTS if frugal.only_copies(self.spec) else ENCODE_WEIGHTS

    async def run(self) -> Made | Split:
        """Run the task to the end. Raises RunnerError; nothing is published before the check."""
        amazon.check(self.spec)
        fetched, examined = await self._open()
        self.facts = fetched.facts(examined.probe)
        further = await gather(self.tools, self.storage, self.folder, self.spec, self._watch)
        inputs = tuple(read.facts for read in further.values())
        await self._vet()
        known = await self._known(self.facts, inputs)
        self.have, self._shown = known.have, known.outputs
        if parts.parts(self.spec.recipe).keys() <= set(self.have):
            return Made(self.facts, inputs, (), (), self._parts(()))
        if self.spec.recipe.join:
            examined = await self._one_film(self.spec.recipe.join, examined, further)
        contents = {ref: read.facts.sha256 or "" for ref, read in further.items()}
        plan = make_plan(self.spec.recipe, examined.probe, self.spec.limits, contents)
        proof.check_measurable(plan)
        plan = plan.without(self.have)
        log.info("planned", have=self.have, plan=repr(plan))
        if plan.is_empty:
            return Made(self.facts, inputs, (), (), self._parts(()))
        bucket = self.spec.target.bucket
        kept = await rungs.fetch(self.storage, bucket, self.folder, plan, known.tracks)
        # Where rungs are there, too little is left for many runners.
        whole = kept or not self.spec.splitting
        if not whole and (split := await self._split(plan, examined.container, self.facts)):
            return Split(split)
        encoded, seconds = await self._make(plan, examined, kept)
        reports = await self._prove(encoded, seconds, container=examined.container)
        outputs, made = await self._publish(encoded, seconds, reports, self.facts)
        return Made(self.facts, inputs, outputs, encoded.notes, made)

    async def _open(self) -> tuple[Fetched, Examined]:
        """Have the source, and know what it is."""
        return await self._fetch(), await self._examine()

    async def _make(
        self, plan: Plan, examined: Examined, kept: Sequence[str]
    ) -> tuple[Encoded, Mapping[str, float]]:
        """Everything of the plan, checked; with the seconds of each file."""
        encoded = await self._encode(plan, examined.container, kept)
        return encoded, await self._verify(encoded)

    async def _one_film(
        self, join: Join, examined: Examined, further: Mapping[AssetRef, Further]
    ) -> Examined:
        """The source with others before and behind it, in its place."""
        source = Film(command.SOURCE, self.spec.source.key, examined)
        before, after = ([further[ref].film for ref in refs] for refs in (join.before, join.after))
        joiner = Joiner(
            tools=self.tools,
            folder=self.folder,
            limits=self.spec.limits,
            threads=self._threads,
            watch=self._watch,
            on_progress=lambda part: self._report(Phase.PROBING, part),
        )
        await joiner.join([film for film in (*before, source, *after) if film], source)
        most = self.spec.limits.max_pixels
        return await examine(self.tools, self.folder, command.SOURCE, most, self._watch)

    async def _split(
        self, plan: Plan, container: formats.Container, facts: SourceFacts
    ) -> SplitPlan | None:
        """How the film is split; None where it runs whole, here and now."""
        assert self.spec.splitting is not None  # noqa: S101 - asked before
        surveyor = Surveyor(
            tools=self.tools,
            folder=self.folder,
            plan=plan,
            container=container,
            writer=SplitWriter(plan, container, self._threads, self.spec.limits.max_pixels),
            watch=self._watch,
        )
        try:
            split = await surveyor.run(self.spec.splitting, self.spec.source.etag, facts)
        except WholeError as reason:
            log.info("the film runs whole", reason=str(reason))
            return None
        return split.model_copy(update={"have": self.have})

    async def _encode(
        self, plan: Plan, container: formats.Container, kept: Sequence[str] = ()
    ) -> Encoded:
        """Make the plan, of which some rungs lie in the scratch folder already."""
        self._report(Phase.ENCODING, 0)
        left = rungs.without(plan, kept)
        encoder = Encoder(
            tools=self.tools,
            folder=self.folder,
            plan=plan,
            container=container,
            writer=command.Writer(left, container, self._threads, self.spec.limits.max_pixels),
            watch=self._watch,
            on_progress=lambda part, speed: self._report(Phase.ENCODING, part, speed),
            transcriber=self._transcriber(),
            key=self.spec.content_key,
        )
        return await encoder.run()

    def _transcriber(self) -> amazon.Amazon | None:
        """Who listens, if it is not Whisper."""
        access = self.spec.transcribe
        if access is None or not amazon.wanted(self.spec.recipe):
            return None
        return amazon.Amazon(
            storage=self.storage,
            access=access,
            bucket=self.spec.target.bucket,
            folder=self.folder,
            deadline=self._watch.deadline,
            pause=amazon.FIRST_PAUSE,
        )

    async def _verify(self, encoded: Encoded, *, joined: bool = False) -> Mapping[str, float]:
        self._report(Phase.VERIFYING, 0)
        checker = Checker(
            tools=self.tools,
            folder=self.folder,
            threads=self._threads,
            watch=self._watch,
            encoded=encoded,
            on_progress=lambda part: self._report(Phase.VERIFYING, part),
            joined=joined,
            key=self.spec.content_key,
        )
        return await checker.run()

    async def _prove(
        self,
        encoded: Encoded,
        seconds: Mapping[str, float],
        *,
        container: formats.Container | None,
    ) -> Mapping[str, OutputReport]:
        """The report of every output; `container` is that of the source, None where it is not here.

        Raises RunnerError where the recipe asks for more.
        """
        limits = (self._threads, self.spec.limits.max_pixels)
        prover = proof.Prover(
            encoded=encoded,
            seconds=seconds,
            lister=Lister(self.tools, self.folder, self._watch),
            writer=VmafWriter(encoded.plan, container or formats.MOV, *limits),
            on_progress=lambda _: self._report(Phase.VERIFYING, 1),
            source=container is not None,
        )
        return await prover.run()

    async def _publish(
        self,
        encoded: Encoded,
        seconds: Mapping[str, float],
        reports: Mapping[str, OutputReport],
        source: SourceFacts,
    ) -> tuple[tuple[OutputFacts, ...], tuple[MadePart, ...]]:
        plan = encoded.plan
        levels = await self._measured(encoded)
        self._report(Phase.PUBLISHING, 0)
        encryption.take_back(self.folder / package.FOLDER)
        files = publish.uploads(self.folder, plan, self.spec.title)
        key = self.spec.content_key
        facts = Facts(
            *(plan, seconds, reports, tuple(files), self.spec.target, levels),
            key_id=key.id if key else None,
        )
        # It reads every file, for the checksums.
        outputs = await asyncio.to_thread(facts.all)
        if plan.metadata:
            self._list_clips(source, outputs, files)
            outputs = (*outputs, facts.listing())
        await publish.publish(
            self.storage,
            self.spec.target,
            files,
            lambda part: self._report(Phase.PUBLISHING, part),
        )
        return outputs, self._parts(files, rungs.keys(plan))

    def _list_clips(
        self, source: SourceFacts, outputs: Sequence[OutputFacts], files: Sequence[publish.Upload]
    ) -> None:
        """Those that are made now and those that were made before."""
        place = {self.spec.target.prefix + file.name: file.part for file in files}
        clips = {part: shown[0] for part, shown in self._shown.items()}
        clips |= {place[facts.key]: facts for facts in outputs}
        metadata.write(self.folder, self.spec.title, source, self.spec.recipe, clips)

    def _parts(
        self, files: Sequence[publish.Upload], tracks: Mapping[str, str] | None = None
    ) -> tuple[MadePart, ...]:
        made = publish.made_parts(self.spec.recipe, self.have, files)
        return tuple(
            part.model_copy(update={"tracks": tracks}) if part.name == "ladder" and tracks else part
            for part in made
        )

    async def _measured(self, encoded: Encoded) -> dict[str, LoudnessFacts]:
        """How loud the files are whose sound was brought to a loudness."""
        found = {}
        for name, done in encoded.levels.items():
            made, curve = await loudness.of_file(self.tools, self.folder, name, self._watch)
            expected.check_loudness(name, made, done)
            found[name] = LoudnessFacts(made=made, curve=curve, **dict(done))
        return found
