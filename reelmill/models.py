"""What the API answers, as frozen values.

Fields that a newer server adds are ignored, and a newer member of an enumeration stays a plain
string, so an older client keeps working. Sizes in bytes, durations in seconds, times with a zone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Generic, TypeVar

from pydantic import Field

from reelmill.kinds import (
    FINAL,
    AssetKind,
    AssetStatus,
    JobPhase,
    JobStatus,
    OutputKind,
    ScanStatus,
    Scope,
    UploadMethod,
    UploadStatus,
)
from reelmill.model import Model
from reelmill.reports import OutputLoudness, OutputReport

T = TypeVar("T")
# The member where there is one, else the text; by default pydantic would always take the text.
_OPEN: Final = Field(union_mode="left_to_right")


class Asset(Model):
    """One source object in the store."""

    id: str
    key: str
    bucket: str | None = None
    etag: str | None = None
    size: int | None = None
    sha256: str | None = None
    title: str | None = None
    status: Annotated[AssetStatus | str | None, _OPEN] = None
    duration: float | None = None
    width: int | None = None
    height: int | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    md5: str | None = None
    kind: Annotated[AssetKind | str | None, _OPEN] = None
    tags: tuple[str, ...] = ()
    metadata: dict[str, Any] = Field(default_factory=dict)
    created_at: datetime | None = None
    updated_at: datetime | None = None


class Output(Model):
    """One thing that a job made. `size` is that of all its `files` together.

    The links live an hour; ask for the job again to get fresh ones. `url` leads straight to the
    store; `playback_url` through the service, so that relative names below it work.
    """

    id: str
    kind: Annotated[OutputKind | str, _OPEN]
    key: str
    bucket: str | None = None
    content_type: str | None = None
    size: int
    files: int = 1
    sha256: str | None = None
    title: str | None = None
    start: float | None = None
    duration: float | None = None
    width: int | None = None
    height: int | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    channels: int | None = None
    sample_rate: int | None = None
    languages: tuple[str, ...] = ()
    label: str | None = None
    loudness: OutputLoudness | None = None
    bitrate: int | None = None
    renditions: tuple[int, ...] = ()
    report: OutputReport | None = None
    reused: bool = False
    url: str | None = None
    playback_url: str | None = None


class JobFault(Model):
    """Why a job failed: `code` is stable, `message` and `hint` are for people."""

    code: str
    message: str
    hint: str | None = None


class Attempt(Model):
    """One try at a job; `log` is the tail of the runner's. `memory` and `storage` are the bytes
    that its runner had, None where it had the whole machine."""

    number: int
    status: str
    reason: str | None = None
    memory: int | None = None
    storage: int | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    log: str | None = None


class Job(Model):
    """One transcode at one moment. `progress` is 0 to 1, `speed` media seconds a wall second."""

    id: str
    status: Annotated[JobStatus | str, _OPEN]
    waiting_reason: str | None = None
    phase: Annotated[JobPhase | str | None, _OPEN] = None
    progress: float = 0.0
    eta_seconds: float | None = None
    speed: float | None = None
    title: str = ""
    preset: str | None = None
    recipe: dict[str, Any] = Field(default_factory=dict)
    priority: int = 0
    metadata: dict[str, Any] = Field(default_factory=dict)
    error: JobFault | None = None
    asset: Asset | None = None
    outputs: tuple[Output, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    created_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def done(self) -> bool:
        """Whether it will never change again."""
        return self.status in FINAL

    @property
    def succeeded(self) -> bool:
        """Whether its outputs are there."""
        return self.status == JobStatus.SUCCEEDED


class HeldPart(Model):
    """A part that the store holds; bytes."""

    number: int
    size: int


class Upload(Model):
    """One upload; with `asset` once it is complete, and `job` if one was started with it. `parts`
    are known only where they were asked for."""

    id: str
    status: Annotated[UploadStatus | str, _OPEN]
    key: str
    filename: str
    size: int | None = None
    method: Annotated[UploadMethod | str, _OPEN] = UploadMethod.MULTIPART
    part_size: int
    part_count: int | None = None
    parts: tuple[HeldPart, ...] = ()
    created_at: datetime | None = None
    expires_at: datetime | None = None
    asset: Asset | None = None
    job: Job | None = None


class SignedPart(Model):
    """Where to PUT one part, and with which headers. Links expire: ask for new ones on a 403."""

    number: int
    url: str = Field(repr=False)
    headers: tuple[HttpHeader, ...] = ()


class HttpHeader(Model):
    """A header that a signed link asks for."""

    name: str
    value: str


class Scan(Model):
    """A walk through the in bucket: `found` are media, `registered` of them new, `changed` have
    other bytes than before, `missing` are known and not there any more, `skipped` are no media.
    `files` are the first keys registered, and known only where the scan was started."""

    id: str
    status: Annotated[ScanStatus | str, _OPEN]
    prefix: str = ""
    found: int = 0
    registered: int = 0
    changed: int = 0
    missing: int = 0
    skipped: int = 0
    error: JobFault | None = None
    created_at: datetime | None = None
    finished_at: datetime | None = None
    files: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        """Whether it will never change again."""
        return self.status != ScanStatus.RUNNING


class Event(Model):
    """One line of the project's log. Whoever keeps `cursor` can go on behind it."""

    cursor: str
    type: str
    created_at: datetime
    entity_id: str
    payload: dict[str, Any] = Field(default_factory=dict)


class Preset(Model):
    """A named recipe."""

    name: str
    version: int = 1
    title: str = ""
    description: str = ""
    builtin: bool = False
    recipe: dict[str, Any] = Field(default_factory=dict)


class Project(Model):
    """A tenant."""

    id: str
    name: str
    prefix: str = ""
    event_cursor: str | None = None


class Viewer(Model):
    """Whose key this is."""

    project: Project
    key_id: str
    key_name: str
    scopes: tuple[str, ...] = ()


class ApiKey(Model):
    """A key without its secret. `id` is its middle word."""

    id: str
    name: str
    scopes: tuple[Annotated[Scope | str, _OPEN], ...] = ()
    created_at: datetime | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None


class NewApiKey(Model):
    """A key just made; `secret` is the whole key."""

    api_key: ApiKey
    secret: str = Field(repr=False)


class Usage(Model):
    """What a project holds now, and what the jobs that ended in a stretch of time cost: bytes,
    seconds of media, seconds of runners."""

    begin: datetime | None = Field(default=None, alias="from")
    to: datetime
    assets: int
    source_bytes: int
    outputs: int
    output_bytes: int
    jobs: int
    succeeded: int
    failed: int
    canceled: int
    media_seconds: float
    compute_seconds: float


class Page(Model, Generic[T]):
    """A piece of a list; `after=page.end_cursor` gets the next one."""

    nodes: tuple[T, ...]
    has_next_page: bool = False
    end_cursor: str | None = None
