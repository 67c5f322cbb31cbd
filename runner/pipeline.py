"""The story of one task, in order: fetch, probe, plan, encode, verify, publish."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from runner import command, formats, log, publish
from runner.deadline import Deadline
from runner.encode import Encoded, Encoder
from runner.errors import Code, RunnerError
from runner.facts import Facts
from runner.ffmpeg import Watch
from runner.outputs import Plan
from runner.plan import make_plan
from runner.probe import Examined, examine
from runner.progress import COPY_WEIGHTS, ENCODE_WEIGHTS, Meter, Standing
from runner.settings import usable_threads
from runner.storage import Fetched, Storage
from runner.tools import Tools
from runner.verify import Checker
from schema.job import OutputFacts, Phase, SourceFacts, TaskSpec
from schema.probe import Probe
from schema.recipe import ClipMode


@dataclass(frozen=True)
class Made:
    """What the task made: facts of the source, the published outputs, and notes for the log."""

    source: SourceFacts
    outputs: tuple[OutputFacts, ...]
    notes: tuple[str, ...]


class Pipeline:
    """One task. `standing` is called whenever there is news of the progress.

    `engine` ends when FFmpeg was found good enough to encode, and raises when it was not.
    """

    def __init__(
        self,
        *,
        spec: TaskSpec,
        tools: Tools,
        storage: Storage,
        folder: Path,
        engine: Awaitable[str],
        standing: Callable[[Standing], None],
    ) -> None:
        self.spec = spec
        self.tools = tools
        self.storage = storage
        self.folder = folder
        self.engine = ""
        self.probe: Probe | None = None
        self._asking = engine
        self._standing = standing
        self._began = time.monotonic()
        self._meter = Meter(COPY_WEIGHTS if _only_copies(spec) else ENCODE_WEIGHTS)
        self._watch = Watch(
            Deadline.after(spec.limits.wall_seconds), stall_seconds=spec.limits.stall_seconds
        )
        self._threads = spec.limits.threads or usable_threads()

    async def run(self) -> Made:
        """Run the task to the end. Raises RunnerError; nothing is published before the check."""
        fetched = await self._fetch()
        examined = await self._examine()
        plan = make_plan(self.spec.recipe, examined.probe, self.spec.limits)
        log.info("planned", plan=repr(plan))
        self.engine = await self._asking
        encoded = await self._encode(plan, examined.container)
        seconds = await self._verify(encoded)
        outputs = await self._publish(encoded.plan, seconds)
        facts = SourceFacts(
            size=fetched.size, sha256=fetched.sha256, md5=fetched.md5, probe=examined.probe
        )
        return Made(facts, outputs, encoded.notes)

    async def _fetch(self) -> Fetched:
        self._report(Phase.FETCHING, 0)
        return await self.storage.fetch(
            self.spec.source,
            self.folder / command.SOURCE,
            lambda part: self._report(Phase.FETCHING, part),
        )

    async def _examine(self) -> Examined:
        self._report(Phase.PROBING, 0)
        examined = await examine(
            self.tools, self.folder, command.SOURCE, self.spec.limits.max_pixels, self._watch
        )
        self.probe = examined.probe
        log.info("probed", probe=examined.probe.model_dump(mode="json", exclude_defaults=True))
        return examined

    async def _encode(self, plan: Plan, container: formats.Container) -> Encoded:
        self._report(Phase.ENCODING, 0)
        encoder = Encoder(
            tools=self.tools,
            folder=self.folder,
            plan=plan,
            container=container,
            writer=command.Writer(plan, container, self._threads, self.spec.limits.max_pixels),
            watch=self._watch,
            on_progress=lambda part, speed: self._report(Phase.ENCODING, part, speed),
        )
        return await encoder.run()

    async def _verify(self, encoded: Encoded) -> Mapping[str, float]:
        self._report(Phase.VERIFYING, 0)
        checker = Checker(
            tools=self.tools,
            folder=self.folder,
            threads=self._threads,
            watch=self._watch,
            encoded=encoded,
            on_progress=lambda part: self._report(Phase.VERIFYING, part),
        )
        return await checker.run()

    async def _publish(self, plan: Plan, seconds: Mapping[str, float]) -> tuple[OutputFacts, ...]:
        self._report(Phase.PUBLISHING, 0)
        files = publish.uploads(self.folder, plan, self.spec.title)
        await publish.publish(
            self.storage,
            self.spec.target,
            files,
            lambda part: self._report(Phase.PUBLISHING, part),
        )
        facts = Facts(plan, seconds, tuple(files), self.spec.target)
        return await asyncio.to_thread(facts.all)  # it reads every file, for the checksums

    def _report(self, phase: Phase, part: float, speed: float | None = None) -> None:
        if self._watch.deadline.left() <= 0:
            raise RunnerError(Code.TIME_LIMIT, "the time of the task is used up")
        elapsed = time.monotonic() - self._began
        self._standing(self._meter.move(phase, part, elapsed, speed))


def _only_copies(spec: TaskSpec) -> bool:
    """Fetching is most of the work where nothing is encoded."""
    recipe = spec.recipe
    encodes = recipe.ladder or recipe.mp4 or recipe.poster
    return not encodes and all(clip.mode is ClipMode.COPY for clip in recipe.clips)
