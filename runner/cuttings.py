"""The story of a task that only copies clips out of a big file, of which it fetches some bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from runner import command, log
from runner.encode import Encoded
from runner.errors import RunnerError
from runner.frugal import DOUBTFUL, MOST_PART, REASONS, Frugal
from runner.outputs import Plan
from runner.pipeline import Pipeline
from runner.probe import Examined
from runner.stored import Fetched
from schema.job import Phase


class Cuttings(Pipeline):
    """As every film in one piece. Where some bytes are not enough, it is one."""

    _source: Frugal | None = None

    async def _open(self) -> tuple[Fetched, Examined]:
        self._report(Phase.FETCHING, 0)
        spec = self.spec.source
        source = await self.storage.sparse(spec, self.folder / command.SOURCE, MOST_PART)
        frugal = Frugal(self.tools, self.folder, source, self._watch)
        try:
            await frugal.open([clip.start for clip in self.spec.recipe.clips])
            examined = await self._examine()
            frugal.judge(examined.probe)
        except (*REASONS, RunnerError) as reason:
            _accept(reason)
            return await super()._open()
        self._source = frugal
        # What is known of an object counts for the one that was pinned by its etag.
        known = spec.sha256 if spec.etag else None
        return Fetched(source.size, known, None, source.etag), examined

    async def _make(
        self, plan: Plan, examined: Examined, kept: Sequence[str]
    ) -> tuple[Encoded, Mapping[str, float]]:
        if self._source is None:
            return await super()._make(plan, examined, kept)
        try:
            self._report(Phase.FETCHING, 0)
            await self._source.fill(
                plan, examined.probe, lambda part: self._report(Phase.FETCHING, part)
            )
            made = await super()._make(plan, examined, kept)
            log.info("cut from some of its bytes", read=self._source.source.bytes_read)
        except (*REASONS, RunnerError) as reason:
            _accept(reason)
            self.facts = (await self._fetch()).facts(examined.probe)
            return await super()._make(plan, examined, kept)
        return made


def _accept(reason: Exception) -> None:
    """Raises an error that more bytes would not change."""
    if isinstance(reason, RunnerError) and reason.code not in DOUBTFUL:
        raise reason
    log.info("the whole source is fetched", reason=str(reason))
