"""One read for many objects: no query per row."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from api.domain.models import Asset, Attempt, Job, Output, Principal, Scan, Share, Upload
from api.services.library import Page, Window
from schema.options import MediaOptions

if TYPE_CHECKING:
    from api.graphql.context import Services

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Loaders:
    """Loaders for one principal. They batch and never cache: a socket lives for hours."""

    asset: DataLoader[UUID, Asset | None]
    job: DataLoader[UUID, Job | None]
    job_retry: DataLoader[UUID, Job | None]
    scan: DataLoader[UUID, Scan | None]
    upload: DataLoader[UUID, Upload | None]
    asset_jobs: DataLoader[tuple[UUID, Window], Page[Job]]
    job_outputs: DataLoader[UUID, list[Output]]
    asset_outputs: DataLoader[UUID, list[Output]]
    newest_output: DataLoader[tuple[UUID, str], Output | None]
    job_attempts: DataLoader[UUID, list[Attempt]]
    playback_url: DataLoader[tuple[Output, int], str]
    project_options: DataLoader[UUID, MediaOptions]
    share: DataLoader[UUID, Share | None]
    asset_shares: DataLoader[UUID, list[Share]]

    @classmethod
    def of(cls, services: Services, who: Principal) -> Loaders:
        """All loaders over one project."""
        library, shares = services.library, services.shares

        def loader(
            read: Callable[[Principal, list[UUID]], Awaitable[list[V]]],
        ) -> DataLoader[UUID, V]:
            return DataLoader(load_fn=partial(read, who), cache=False)

        return cls(
            asset=loader(library.assets_by_id),
            job=loader(library.jobs_by_id),
            job_retry=loader(library.retries_of_jobs),
            scan=loader(library.scans_by_id),
            upload=loader(library.uploads_by_id),
            asset_jobs=DataLoader(load_fn=partial(library.jobs_of_assets, who), cache=False),
            job_outputs=loader(library.outputs_of_jobs),
            asset_outputs=loader(library.outputs_of_assets),
            newest_output=DataLoader(load_fn=partial(library.newest_outputs, who), cache=False),
            job_attempts=loader(library.attempts_of_jobs),
            playback_url=DataLoader(load_fn=services.playback.links, cache=False),
            project_options=loader(services.options.of_projects),
            share=loader(shares.by_id),
            asset_shares=loader(shares.of_assets),
        )
