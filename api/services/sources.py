"""What a runner is told of its source, and what its complaints about it mean."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from api.adapters.postgres import assets, uploads
from api.domain.models import Asset, Job
from api.domain.states import AssetKind, AssetStatus
from api.errors import Unavailable
from schema.job import FailureClass, FailureReport
from schema.source import SourceFacts, SourceRef

if TYPE_CHECKING:
    from api.adapters.postgres.pool import Connection
    from api.adapters.s3 import Storage

_DENIED: Final = "STORAGE_DENIED"


async def of_job(connection: Connection, job: Job) -> Asset | None:
    """A job's asset. Where nobody has read it yet, its SHA-256 is what its sender said of it."""
    asset = await assets.get(connection, job.asset_id)
    if asset is None or asset.sha256 is not None:
        return asset
    announced = await uploads.declared_sha256(connection, asset.id, asset.etag)
    return replace(asset, sha256=announced)


async def note(connection: Connection, job: Job, facts: SourceFacts) -> None:
    """Keep what a runner has learned of a job's source, unless another object lies there by now."""
    asset = await assets.get(connection, job.asset_id)
    if asset is None:
        return
    read = facts.etag if asset.etag and facts.etag else asset.etag
    await assets.set_facts(
        connection,
        asset.id,
        read,
        sha256=facts.sha256,
        md5=facts.md5,
        probe=facts.probe.model_dump(mode="json"),
        status=AssetStatus.READY,
        kind=AssetKind.VIDEO if facts.probe.video else AssetKind.AUDIO,
    )


def reference(asset: Asset) -> SourceRef:
    """The source as the runner reads and checks it."""
    return SourceRef(
        bucket=asset.bucket,
        key=asset.key,
        etag=asset.etag,
        size=asset.size,
        sha256=asset.sha256,
    )


async def explained(storage: Storage, asset: Asset | None, report: FailureReport) -> FailureReport:
    """The report, with the true reason where a runner could not see it.

    AWS answers 403 for a missing object to whoever may not list the bucket, and a runner may not.
    """
    if asset is None or report.code != _DENIED:
        return report
    try:
        found = await storage.head(asset.bucket, asset.key)
    except Unavailable:
        return report
    if found is not None:
        return report
    return report.model_copy(
        update={
            "failure": FailureClass.INPUT,
            "code": "SOURCE_MISSING",
            "message": f"{asset.key} is not in the bucket",
            "hint": "The object is no longer in the bucket. Upload it again or rescan the library.",
        }
    )
