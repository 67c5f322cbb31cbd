"""What every task on a film does: fetch, probe, keep time, say how far it is."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runner import command, log
from runner.deadline import Deadline
from runner.errors import Code, RunnerError
from runner.ffmpeg import Watch
from runner.probe import Examined, examine
from runner.progress import Meter, Standing
from runner.settings import usable_threads
from schema.job import MadePart, Phase, SourcedAnswer, TaskSpec
from schema.output import OutputFacts
from schema.probe import Probe
from schema.source import SourceFacts
from schema.split import Piece, SplitPlan

if TYPE_CHECKING:
    from runner.storage import Storage
    from runner.stored import Fetched
    from runner.tools import Tools


@dataclass(frozen=True)
class Made:
    """What the task made: facts of the source, the published outputs, and notes for the log."""

    source: SourceFacts
    inputs: tuple[SourceFacts, ...]
    outputs: tuple[OutputFacts, ...]
    notes: tuple[str, ...]
    parts: tuple[MadePart, ...] = ()


@dataclass(frozen=True)
class Split:
    """A plan task found that the film is split."""

    plan: SplitPlan


@dataclass(frozen=True)
class Stored:
    """What a chunk task has stored."""

    pieces: tuple[Piece, ...]


async def _nothing(_source: SourceFacts, _inputs: Sequence[SourceFacts]) -> SourcedAnswer:
    return SourcedAnswer()


class Story:
    """One task. `standing` is called whenever there is news of the progress.

    `engine` ends when FFmpeg was found good enough to encode, and raises when it was not. `known`
    says what of the recipe was made of the same bytes before.
    """

    weights: Mapping[Phase, float]

    def __init__(
        self,
        *,
        spec: TaskSpec,
        tools: Tools,
        storage: Storage,
        folder: Path,
        engine: Awaitable[str],
        standing: Callable[[Standing], None],
        known: Callable[[SourceFacts, Sequence[SourceFacts]], Awaitable[SourcedAnswer]] = _nothing,
    ) -> None:
        self.spec = spec
        self.tools = tools
        self.storage = storage
        self.folder = folder
        self.engine = ""
        self.probe: Probe | None = None
        self._asking = engine
        self._known = known
        self.have: tuple[str, ...] = ()
        self._shown: Mapping[str, tuple[OutputFacts, ...]] = {}
        self._standing = standing
        self._began = time.monotonic()
        self._meter = Meter(self._weights())
        self._watch = Watch(
            Deadline.after(spec.limits.wall_seconds), stall_seconds=spec.limits.stall_seconds
        )
        self._threads = spec.limits.threads or usable_threads()

    async def run(self) -> Made | Split | Stored:
        """Run the task to the end. Raises RunnerError; nothing is published before the check."""
        raise NotImplementedError

    def _weights(self) -> Mapping[Phase, float]:
        return self.weights

    async def _vet(self) -> None:
        """Nothing is encoded before this. Raises RunnerError for an FFmpeg that must not."""
        self.engine = await self._asking

    async def _fetch(self) -> Fetched:
        """The whole source, also in the place of some bytes of it."""
        self._report(Phase.FETCHING, 0)
        path = self.folder / command.SOURCE
        path.unlink(missing_ok=True)
        return await self.storage.fetch(
            self.spec.source,
            path,
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

    def _report(self, phase: Phase, part: float, speed: float | None = None) -> None:
        if self._watch.deadline.left() <= 0:
            raise RunnerError(Code.TIME_LIMIT, "the time of the task is used up")
        elapsed = time.monotonic() - self._began
        self._standing(self._meter.move(phase, part, elapsed, speed))
