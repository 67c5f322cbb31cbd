"""Row-shaped values: what the database holds, as the services see it. Times are UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from api.domain.events import EventType
from api.domain.scopes import Scope
from api.domain.states import (
    AssetKind,
    AssetStatus,
    AttemptStatus,
    JobStatus,
    PartChecksum,
    ScanStatus,
    TaskStatus,
    UploadMethod,
    UploadStatus,
)

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a key of a project."""

    project_id: UUID
    project_name: str
    prefix: str
    key_id: str
    key_name: str
    scopes: tuple[Scope, ...]


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is listed: everything but its secret, of which only a hash is kept."""

    id: str
    project_id: UUID
    name: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Asset:
    """One source object."""

    id: UUID
    project_id: UUID
    bucket: str
    key: str
    etag: str | None
    size: int
    sha256: str | None
    md5: str | None
    title: str
    kind: AssetKind
    tags: list[str]
    status: AssetStatus
    probe: Json | None
    error: Json | None
    metadata: Json
    options: Json
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload. `store_id` is None where the store has no multipart upload of it (yet)."""

    id: UUID
    project_id: UUID
    bucket: str
    key: str
    method: UploadMethod
    store_id: str | None
    part_checksum: PartChecksum
    filename: str
    title: str | None
    content_type: str | None
    size: int | None
    part_size: int
    sha256: str | None
    metadata: Json
    options: Json
    preset: str | None
    first_look: bool
    status: UploadStatus
    refusal: str | None
    asset_id: UUID | None
    job_id: UUID | None
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Job:
    """One transcode. `version` rises with every change that a subscriber may see."""

    id: UUID
    project_id: UUID
    asset_id: UUID
    preset: str | None
    recipe: Json
    title: str
    output_prefix: str
    priority: int
    metadata: Json
    status: JobStatus
    waiting_reason: str | None
    phase: str | None
    progress: float
    speed: float | None
    eta_seconds: float | None
    attempt: int
    retries: dict[str, int]
    retry_of: UUID | None
    force: bool
    share_key: str | None
    waits_for: UUID | None
    first_look: UUID | None
    inputs: list[UUID]
    traceparent: str | None
    error: Json | None
    version: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a job. `memory` and `storage` in bytes, where a runner is given so much."""

    id: UUID
    project_id: UUID
    job_id: UUID
    number: int
    status: AttemptStatus
    reason: str | None
    log: str | None
    memory: int | None
    storage: int | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of an attempt, with what is needed to know its owner.

    `run` counts the runners it has had and `retries` what the earlier ones have died of.
    """

    id: UUID
    project_id: UUID
    job_id: UUID
    attempt_id: UUID
    attempt: int
    kind: str
    index: int
    status: TaskStatus
    run: int
    retries: dict[str, int]
    epoch: int
    proof_hash: bytes
    token_hash: bytes | None
    lease_until: datetime
    pid: int | None
    pid_started: int | None
    run_uid: UUID | None


@dataclass(frozen=True, slots=True)
class ProbeBatch:
    """One runner that reads headers of a project's assets. `taken` counts those it was given."""

    id: UUID
    project_id: UUID
    epoch: int
    proof_hash: bytes
    token_hash: bytes | None
    taken: int
    lease_until: datetime
    pid: int | None
    pid_started: int | None
    run_uid: UUID | None


@dataclass(frozen=True, slots=True)
class Scan:
    """One look through a folder of the in bucket. `run` counts the processes that took it up."""

    id: UUID
    project_id: UUID
    bucket: str
    prefix: str
    status: ScanStatus
    found: int
    registered: int
    changed: int
    missing: int
    skipped: int
    error: Json | None
    version: int
    run: int
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Share:
    """A link to a film for people without a key. `output_id` is None where it is to an asset."""

    id: UUID
    project_id: UUID
    asset_id: UUID
    output_id: UUID | None
    title: str | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Event:
    """One row of a project's gap-free log."""

    project_id: UUID
    seq: int
    type: EventType
    entity_id: UUID
    payload: Json
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Output:
    """What a user sees of published bytes. `reused`: an earlier job has made them."""

    id: UUID
    project_id: UUID
    job_id: UUID
    asset_id: UUID
    blob_id: UUID
    reused: bool
    kind: str
    bucket: str
    key: str
    content_type: str
    size: int
    files: int
    sha256: str
    facts: Json
    created_at: datetime
