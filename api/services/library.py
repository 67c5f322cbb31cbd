"""Reads for pages and details: always inside one project, always by keyset."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar
from uuid import UUID

from api.adapters.postgres import asset_pages, assets, jobs, outputs, scans, tasks, uploads
from api.adapters.postgres import usage as usages
from api.domain import ids, job_orders, orders
from api.domain.filters import AssetQuery, JobQuery
from api.domain.job_orders import JobOrder
from api.domain.models import Asset, Attempt, Job, Output, Principal, Scan, Upload
from api.domain.orders import AssetOrder
from api.domain.usage import Usage
from api.errors import InvalidInput

if TYPE_CHECKING:
    from api.adapters.postgres.pool import Database

T = TypeVar("T", Asset, Job, Scan, Upload)
V = TypeVar("V")
MAX_PAGE = 100


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A stretch of a list, newest first unless another order is asked for."""

    nodes: Sequence[T]
    has_next: bool
    has_previous: bool


@dataclass(frozen=True, slots=True)
class Window:
    """How much of a list is wanted, below which row."""

    first: int
    after: str | None

    @property
    def limit(self) -> int:
        """One more than asked for: it tells whether there is a next page."""
        if not 1 <= self.first <= MAX_PAGE:
            raise InvalidInput(f"first is 1 to {MAX_PAGE}", field="first")
        return self.first + 1

    @property
    def cursor(self) -> UUID | None:
        """The row above the window."""
        return ids.decode_cursor(self.after)

    def check(self) -> None:
        """Raise InvalidInput or InvalidCursor for what no page can have."""
        _ = self.limit, self.cursor

    def cut(self, rows: list[T]) -> Page[T]:
        """The window's own rows."""
        return Page(rows[: self.first], len(rows) > self.first, self.after is not None)


class Library:
    """What a project holds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def asset(self, who: Principal, asset_id: UUID) -> Asset | None:
        """One asset."""
        async with self._database.tenant(who.project_id) as connection:
            return await assets.get(connection, asset_id)

    async def asset_at(self, who: Principal, bucket: str, key: str) -> Asset | None:
        """The asset at a key."""
        async with self._database.tenant(who.project_id) as connection:
            return await assets.find(connection, who.project_id, bucket, key)

    async def assets(
        self,
        who: Principal,
        window: Window,
        wanted: AssetQuery,
        *,
        order: AssetOrder = AssetOrder.CREATED_AT_DESC,
        with_outputs: bool = False,
    ) -> tuple[Page[Asset], list[list[Output]] | None]:
        """A page of assets, and in the same order their outputs where they are wanted."""
        limit, after = window.limit, orders.place(order, window.after)
        async with self._database.tenant(who.project_id) as connection:
            rows = await asset_pages.page(
                connection,
                who.project_id,
                order=order,
                after=after,
                wanted=wanted,
                limit=limit,
            )
            page = window.cut(rows)
            if not with_outputs:
                return page, None
            wanted_ids = [asset.id for asset in page.nodes]
            found = await outputs.of_assets(connection, wanted_ids)
        return page, _grouped(wanted_ids, found, lambda output: output.asset_id)

    async def job(self, who: Principal, job_id: UUID) -> Job | None:
        """One job."""
        async with self._database.tenant(who.project_id) as connection:
            return await jobs.get(connection, job_id)

    async def jobs(
        self,
        who: Principal,
        window: Window,
        wanted: JobQuery,
        *,
        order: JobOrder = JobOrder.CREATED_AT_DESC,
    ) -> Page[Job]:
        """A page of jobs."""
        project, limit = who.project_id, window.limit
        async with self._database.tenant(project) as connection:
            if order is JobOrder.FINISHED_AT_DESC:
                behind = job_orders.place(window.after)
                rows = await jobs.page_of_ended(
                    connection, project, after=behind, wanted=wanted, limit=limit
                )
            else:
                rows = await jobs.page(
                    connection, project, after=window.cursor, wanted=wanted, limit=limit
                )
        return window.cut(rows)

    async def jobs_of_assets(
        self, who: Principal, wanted: Sequence[tuple[UUID, Window]]
    ) -> list[Page[Job]]:
        """A page of jobs of each asset; one query for all that want the same window."""
        owners: dict[Window, set[UUID]] = defaultdict(set)
        for asset_id, window in wanted:
            owners[window].add(asset_id)
        found: dict[Window, dict[UUID, list[Job]]] = {}
        async with self._database.tenant(who.project_id) as connection:
            for window, asset_ids in owners.items():
                rows = await jobs.pages_of_assets(
                    connection, asset_ids, after=window.cursor, limit=window.limit
                )
                grouped = _grouped([*asset_ids], rows, lambda job: job.asset_id)
                found[window] = dict(zip(asset_ids, grouped, strict=True))
        return [window.cut(found[window][asset_id]) for asset_id, window in wanted]

    async def upload(self, who: Principal, upload_id: UUID) -> Upload | None:
        """One upload."""
        async with self._database.tenant(who.project_id) as connection:
            return await uploads.get(connection, upload_id)

    async def uploads(
        self, who: Principal, window: Window, *, status: list[str] | None = None
    ) -> Page[Upload]:
        """A page of uploads."""
        async with self._database.tenant(who.project_id) as connection:
            rows = await uploads.page(
                connection,
                who.project_id,
                after=window.cursor,
                status=status,
                limit=window.limit,
            )
        return window.cut(rows)

    async def scan(self, who: Principal, scan_id: UUID) -> Scan | None:
        """One scan."""
        async with self._database.tenant(who.project_id) as connection:
            return await scans.get(connection, scan_id)

    async def scans(self, who: Principal, window: Window) -> Page[Scan]:
        """A page of scans."""
        async with self._database.tenant(who.project_id) as connection:
            rows = await scans.page(
                connection, who.project_id, after=window.cursor, limit=window.limit
            )
        return window.cut(rows)

    async def output(self, who: Principal, output_id: UUID) -> Output | None:
        """One output."""
        async with self._database.tenant(who.project_id) as connection:
            return await outputs.get(connection, output_id)

    async def assets_by_id(self, who: Principal, wanted: Sequence[UUID]) -> list[Asset | None]:
        """Many assets at once, in the order asked for."""
        async with self._database.tenant(who.project_id) as connection:
            found = {asset.id: asset for asset in await assets.get_many(connection, wanted)}
        return [found.get(asset_id) for asset_id in wanted]

    async def jobs_by_id(self, who: Principal, wanted: Sequence[UUID]) -> list[Job | None]:
        """Many jobs at once, in the order asked for."""
        async with self._database.tenant(who.project_id) as connection:
            found = {job.id: job for job in await jobs.get_many(connection, wanted)}
        return [found.get(job_id) for job_id in wanted]

    async def retries_of_jobs(self, who: Principal, wanted: Sequence[UUID]) -> list[Job | None]:
        """Of each job the newest that was made from it again, unless that was canceled."""
        async with self._database.tenant(who.project_id) as connection:
            found = await jobs.retries(connection, wanted)
        return [found.get(job_id) for job_id in wanted]

    async def scans_by_id(self, who: Principal, wanted: Sequence[UUID]) -> list[Scan | None]:
        """Many scans at once, in the order asked for."""
        async with self._database.tenant(who.project_id) as connection:
            found = {scan.id: scan for scan in await scans.get_many(connection, wanted)}
        return [found.get(scan_id) for scan_id in wanted]

    async def uploads_by_id(self, who: Principal, wanted: Sequence[UUID]) -> list[Upload | None]:
        """Many uploads at once, in the order asked for."""
        async with self._database.tenant(who.project_id) as connection:
            found = {upload.id: upload for upload in await uploads.get_many(connection, wanted)}
        return [found.get(upload_id) for upload_id in wanted]

    async def outputs_of_jobs(self, who: Principal, wanted: Sequence[UUID]) -> list[list[Output]]:
        """The outputs of many jobs at once."""
        async with self._database.tenant(who.project_id) as connection:
            found = await outputs.of_jobs(connection, wanted)
        return _grouped(wanted, found, lambda output: output.job_id)

    async def outputs_of_assets(self, who: Principal, wanted: Sequence[UUID]) -> list[list[Output]]:
        """The outputs of many assets at once."""
        async with self._database.tenant(who.project_id) as connection:
            found = await outputs.of_assets(connection, wanted)
        return _grouped(wanted, found, lambda output: output.asset_id)

    async def newest_outputs(
        self, who: Principal, wanted: Sequence[tuple[UUID, str]]
    ) -> list[Output | None]:
        """Of each asset the newest output of a kind: (asset, kind)."""
        asset_ids, kinds = {asset_id for asset_id, _ in wanted}, {kind for _, kind in wanted}
        async with self._database.tenant(who.project_id) as connection:
            rows = await outputs.newest(connection, asset_ids, kinds)
        found = {(output.asset_id, output.kind): output for output in rows}
        return [found.get(pair) for pair in wanted]

    async def attempts_of_jobs(self, who: Principal, wanted: Sequence[UUID]) -> list[list[Attempt]]:
        """The attempts of many jobs at once."""
        async with self._database.tenant(who.project_id) as connection:
            found = await tasks.attempts_of(connection, wanted)
        return _grouped(wanted, found, lambda attempt: attempt.job_id)

    async def usage(self, who: Principal, since: datetime | None, until: datetime) -> Usage:
        """What the project holds now, and what jobs that ended between have cost."""
        async with self._database.tenant(who.project_id) as connection:
            return await usages.measure(connection, who.project_id, since, until)


def _grouped(
    wanted: Sequence[UUID], values: Iterable[V], owner: Callable[[V], UUID]
) -> list[list[V]]:
    groups: dict[UUID, list[V]] = defaultdict(list)
    for value in values:
        groups[owner(value)].append(value)
    return [groups[key] for key in wanted]
