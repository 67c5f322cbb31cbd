"""The gallery: what was made last, with links to every artefact; kept for some minutes."""

from __future__ import annotations

import time
from collections import OrderedDict, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from api.adapters.postgres import jobs, outputs
from api.errors import InvalidInput, Refusal
from api.services.library import MAX_PAGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.adapters.postgres.pool import Database
    from api.config import Settings
    from api.domain.models import Job, Output, Principal
    from api.services.links import Links
    from api.services.playback import Playback

_KEPT_GALLERIES: Final = 200
# What a player would open first.
_PLAYED: Final = ("HLS", "DASH", "MP4", "CLIP", "AUDIO")


@dataclass(frozen=True, slots=True)
class Artefact:
    """One output with a link that the store answers."""

    output: Output
    url: str


@dataclass(frozen=True, slots=True)
class Item:
    """One job's artefacts."""

    job: Job
    artefacts: Sequence[Artefact]
    poster_url: str | None
    playback_url: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A gallery as it was at one moment. Its links are good until `expires_at`."""

    generated_at: datetime
    expires_at: datetime
    items: Sequence[Item]


class Gallery:
    """Makes galleries and keeps each for `gallery_seconds`; every process keeps its own."""

    def __init__(
        self, database: Database, links: Links, playback: Playback, settings: Settings
    ) -> None:
        self._database = database
        self._links = links
        self._playback = playback
        self._settings = settings
        self._kept: OrderedDict[tuple[UUID, int], tuple[float, Shown]] = OrderedDict()

    async def show(self, who: Principal, first: int, *, refresh: bool) -> Shown:
        """The newest jobs that SUCCEEDED, up to 100; `refresh` makes it anew."""
        if not 1 <= first <= MAX_PAGE:
            raise InvalidInput(f"first is 1 to {MAX_PAGE}", field="first")
        place = (who.project_id, first)
        kept = self._kept.get(place)
        if kept is not None and not refresh and kept[0] > time.monotonic():
            return kept[1]
        shown = await self._make(who, first)
        self._kept[place] = (time.monotonic() + self._settings.gallery_seconds, shown)
        self._kept.move_to_end(place)
        if len(self._kept) > _KEPT_GALLERIES:
            self._kept.popitem(last=False)
        return shown

    async def _make(self, who: Principal, first: int) -> Shown:
        now = datetime.now(UTC)
        # A gallery that is shown at the end of its time still has links for as long as any other.
        seconds = self._settings.link_seconds + self._settings.gallery_seconds
        async with self._database.tenant(who.project_id) as connection:
            newest = await jobs.newest_succeeded(connection, who.project_id, first)
            found = await outputs.of_jobs(connection, [job.id for job in newest])
        artefacts: dict[UUID, list[Artefact]] = defaultdict(list)
        for output in found:
            url = await self._links.to_output(output, seconds)
            artefacts[output.job_id].append(Artefact(output, url))
        played = [_played(artefacts[job.id]) for job in newest]
        links = await self._playback.links(
            [
                (output, seconds + int(output.facts.get("duration") or 0))
                for output in played
                if output
            ]
        )
        by_output = dict(zip((o.id for o in played if o), links, strict=True))
        items = [
            _item(job, artefacts[job.id], by_output.get(output.id) if output else None)
            for job, output in zip(newest, played, strict=True)
        ]
        return Shown(now, now + timedelta(seconds=seconds), items)


def _played(artefacts: Sequence[Artefact]) -> Output | None:
    by_kind = {a.output.kind: a.output for a in reversed(artefacts)}
    return next((by_kind[kind] for kind in _PLAYED if kind in by_kind), None)


def _item(job: Job, artefacts: Sequence[Artefact], link: str | Refusal | None) -> Item:
    poster = next((a.url for a in artefacts if a.output.kind == "POSTER"), None)
    return Item(job, artefacts, poster, link if isinstance(link, str) else None)
