"""What a runner is told of its source, and what its complaints about it mean."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from api.adapters.postgres import assets, uploads
from api.domain.models import Asset, Job
from api.domain.states import AssetKind, AssetStatus
from api.errors import InvalidReport, Unavailable
from schema.job import CompletionReport, FailureClass, FailureReport
from schema.source import SourceFacts, SourceRef

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from api.adapters.postgres.pool import Connection
    from api.adapters.s3 import Storage
    from schema.job import SourcedReport

_DENIED: Final = "STORAGE_DENIED"


@dataclass(frozen=True, slots=True)
class Sources:
    """What a job reads: its asset, and those that its recipe names, in the recipe's order."""

    main: Asset
    inputs: Sequence[Asset] = ()
    # Whether what is said of the SHA-256 of the job's asset is only its sender's word.
    unread: bool = False

    @property
    def contents(self) -> tuple[str | None, ...]:
        """The SHA-256 of each, the job's asset first; None where nobody knows it."""
        return tuple(asset.sha256 for asset in (self.main, *self.inputs))

    @property
    def ways(self) -> tuple[Sequence[str | None], ...]:
        """The contents, and the same with the name of the object for what is in it: what was made
        before anybody had read all of it is found by that."""
        name = name_of(self.main, self.main.etag, self.main.size)
        return self.contents, (name, *self.contents[1:])


def name_of(asset: Asset, etag: str | None, size: int) -> str | None:
    """What stands for the bytes of an object that nobody has read: as long as it is the same
    object, they are the same. None without an etag."""
    return f"{asset.bucket}/{asset.key} {etag} {size}" if etag else None


async def of_job(connection: Connection, job: Job) -> Sources | None:
    """What a job reads; None once some of it is gone."""
    wanted = [job.asset_id, *job.inputs]
    found = {asset.id: asset for asset in await assets.get_many(connection, set(wanted))}
    if len(found) < len(set(wanted)):
        return None
    return Sources(found[job.asset_id], [found[asset_id] for asset_id in job.inputs])


async def announced(connection: Connection, given: Sources) -> Sources:
    """The same with what senders said of the SHA-256 of what nobody has read yet."""
    main, *inputs = [
        replace(asset, sha256=await uploads.declared_sha256(connection, asset.id, asset.etag))
        if asset.sha256 is None
        else asset
        for asset in (given.main, *given.inputs)
    ]
    return Sources(main, inputs, unread=given.main.sha256 is None and main.sha256 is not None)


async def contents(
    connection: Connection, job: Job, report: SourcedReport | CompletionReport
) -> list[str | None]:
    """The SHA-256 of all that a runner has read, or the name of an object of which it has read some
    bytes. Raises InvalidReport where it tells of less."""
    if len(report.inputs) != len(job.inputs):
        raise InvalidReport(f"{len(report.inputs)} of {len(job.inputs)} further sources are told")
    source = report.source
    content = source.sha256
    if content is None and (asset := await assets.get(connection, job.asset_id)) is not None:
        content = name_of(asset, source.etag, source.size)
    return [content, *(facts.sha256 for facts in report.inputs)]


async def note(connection: Connection, job: Job, report: CompletionReport) -> None:
    """Keep what a runner has learned of all that a job reads."""
    facts = report.source
    kind = AssetKind.VIDEO if facts.probe.video else AssetKind.AUDIO
    await _note(connection, job.asset_id, facts, kind)
    for asset_id, learned in zip(job.inputs, report.inputs, strict=True):
        await _note(connection, asset_id, learned)


async def _note(
    connection: Connection, asset_id: UUID, facts: SourceFacts, kind: AssetKind | None = None
) -> None:
    """Unless another object lies there by now."""
    asset = await assets.get(connection, asset_id)
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
        kind=kind,
    )


def reference(asset: Asset, *, unread: bool = False) -> SourceRef:
    """The source as the runner reads and checks it."""
    return SourceRef(
        bucket=asset.bucket,
        key=asset.key,
        etag=asset.etag,
        size=asset.size,
        sha256=asset.sha256,
        unread=unread,
    )


async def explained(
    storage: Storage, given: Sources | None, report: FailureReport
) -> FailureReport:
    """The report, with the true reason where a runner could not see it.

    AWS answers 403 for a missing object to whoever may not list the bucket, and a runner may not.
    """
    if given is None or report.code != _DENIED:
        return report
    try:
        for asset in (given.main, *given.inputs):
            if await storage.head(asset.bucket, asset.key) is None:
                return _missing(asset, report)
    except Unavailable:
        pass
    return report


def _missing(asset: Asset, report: FailureReport) -> FailureReport:
    return report.model_copy(
        update={
            "failure": FailureClass.INPUT,
            "code": "SOURCE_MISSING",
            "message": f"{asset.key} is not in the bucket",
            "hint": "The object is no longer in the bucket. Upload it again or rescan the library.",
        }
    )
