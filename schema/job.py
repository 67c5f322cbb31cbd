"""The runner protocol: what the API and a runner say to each other over HTTP, as JSON.

    POST /runner/v1/claim                    Claim request  -> Claim
    POST /runner/v1/tasks/{task id}/progress ProgressReport -> ProgressAnswer
    POST /runner/v1/tasks/{task id}/sourced  SourcedReport  -> SourcedAnswer, by a task that has
                                             read the whole source and has made nothing yet
    POST /runner/v1/tasks/{task id}/complete CompletionReport
    POST /runner/v1/tasks/{task id}/planned  PlanReport, by a plan task whose film is split
    POST /runner/v1/tasks/{task id}/stored   ChunkReport, by a chunk task
    POST /runner/v1/tasks/{task id}/fail     FailureReport

`claim` carries the proof of identity as a Bearer token, all others the task token that the claim
answered. 409 means a newer epoch or a finished task: the runner stops and reports nothing more.
410 means the job was canceled: it stops too. 401 means the token is not valid.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from schema.base import Message, Tolerant
from schema.encryption import ContentKey
from schema.output import OutputFacts
from schema.probe import Probe
from schema.recipe import Recipe
from schema.source import Sha256Hex, SourceFacts, SourceRef
from schema.split import Piece, SplitPlan, Splitting, StoredChunk

Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class TaskKind(StrEnum):
    """One piece of an attempt: only ENCODE exists where a file is not split, else PLAN, many CHUNKs
    and ASSEMBLE. PROBE is no piece of one: it reads the headers of many assets for the library."""

    ENCODE = "encode"
    PLAN = "plan"
    CHUNK = "chunk"
    ASSEMBLE = "assemble"
    PROBE = "probe"


class Phase(StrEnum):
    """What a runner is doing, in the order of the pipeline."""

    FETCHING = "FETCHING"
    PROBING = "PROBING"
    ENCODING = "ENCODING"
    VERIFYING = "VERIFYING"
    PUBLISHING = "PUBLISHING"


class FailureClass(StrEnum):
    """Why a task ended, as far as a retry is concerned. UNSPLITTABLE: whole, it may succeed."""

    DISRUPTED = "DISRUPTED"
    OOM = "OOM"
    DISK = "DISK"
    TRANSIENT = "TRANSIENT"
    CONFIG = "CONFIG"
    INPUT = "INPUT"
    TIMEOUT = "TIMEOUT"
    UNSPLITTABLE = "UNSPLITTABLE"


class ClaimRequest(Message):
    """A runner asks for its task. `runner` names the process in logs: host and pid. For task
    `probe`, `attempt_id` is that of its batch."""

    attempt_id: str
    task: TaskKind
    index: int = Field(default=0, ge=0)
    runner: str = Field(max_length=200)


class StorageAccess(Tolerant):
    """Temporary S3 credentials for one task: read its source, write below its target prefix.

    `session_token` is absent only where a store has no STS and the operator allowed plain keys.
    """

    endpoint: str | None
    region: str
    addressing_style: str = "path"
    access_key_id: str
    secret_access_key: str = Field(repr=False)
    session_token: str | None = Field(default=None, repr=False)
    expires_at: datetime | None = None


class Target(Tolerant):
    """Where outputs are written. `prefix` ends with a slash and is this epoch's alone."""

    bucket: str
    prefix: str


class TranscribeAccess(Tolerant):
    """Amazon Transcribe, for which the task's storage credentials are good.

    Its jobs have names that begin with `jobs`; their sound and words lie below `prefix` in the
    target's bucket, for all attempts of the job. Without an `endpoint` it is that of the region.
    """

    jobs: str
    prefix: str
    endpoint: str | None = None


class Limits(Tolerant):
    """What one task may use. Times in seconds."""

    wall_seconds: float = 6 * 3600
    stall_seconds: float = 120
    max_pixels: int = 8192 * 4320
    threads: int = 0


class TaskSpec(Tolerant):
    """All that a runner must know of its task.

    `splitting` is there for PLAN, `plan` for CHUNK and ASSEMBLE, `chunks` in order for ASSEMBLE.
    `inputs` are the assets that the recipe names beside the source, in its order. `transcribe` is
    there where the recipe asks for Amazon Transcribe and the installation has it, `content_key`
    where the task packages a ladder that is to be encrypted.
    """

    job_id: str
    attempt: int
    task: TaskKind
    index: int
    title: str
    source: SourceRef
    recipe: Recipe
    target: Target
    limits: Limits = Limits()
    splitting: Splitting | None = None
    plan: SplitPlan | None = None
    chunks: tuple[StoredChunk, ...] = ()
    inputs: tuple[SourceRef, ...] = ()
    transcribe: TranscribeAccess | None = None
    content_key: ContentKey | None = Field(default=None, repr=False)


class Claim(Tolerant):
    """The answer to a claim. Each claim of a task raises `epoch`; only the newest may report."""

    task_id: str
    token: str = Field(repr=False)
    epoch: int
    lease_seconds: float
    spec: TaskSpec
    storage: StorageAccess


class ProgressReport(Message):
    """Sent at most once a second, and at least every third of a lease. `sequence` rises by one."""

    epoch: int
    sequence: int = Field(ge=0)
    phase: Phase
    fraction: Fraction
    speed: float | None = Field(default=None, ge=0, description="Media seconds a wall second")
    eta_seconds: float | None = Field(default=None, ge=0)


class ProgressAnswer(Tolerant):
    """The renewed lease. `token` and `storage` replace the old ones when they are given."""

    lease_seconds: float
    cancel: bool = False
    token: str | None = Field(default=None, repr=False)
    storage: StorageAccess | None = None


class SourcedReport(Message):
    """All is read: what of the recipe was made of the same bytes before?"""

    epoch: int
    source: SourceFacts
    inputs: tuple[SourceFacts, ...] = ()


class StoredTrack(Tolerant):
    """A rung of an earlier ladder of the same source: its folder in the target's bucket, with
    `init.mp4` and `segments` numbered segments. Equal keys mean equal encodes."""

    key: str
    prefix: str
    segments: int


class SourcedAnswer(Tolerant):
    """`have` names parts of the recipe that need not be made: their bytes are kept for this job.
    `outputs` are what users see of the clips among them, by part. `tracks` are rungs that need not
    be encoded; `storage` may read them."""

    have: tuple[str, ...] = ()
    outputs: dict[str, tuple[OutputFacts, ...]] = Field(default={})
    tracks: tuple[StoredTrack, ...] = ()
    storage: StorageAccess | None = None


class PhaseTime(Message):
    """When a phase began, by the runner's clock, and how long it took."""

    phase: Phase
    started_at: AwareDatetime
    seconds: float = Field(ge=0)


class MadePart(Message):
    """A part of the recipe that was made. `files` are names below the task's prefix, of objects or,
    with a slash at the end, of folders. Sound has no poster: such a part has no files. `tracks` are
    the folders of a ladder's rungs, each with a key that stands for all that makes its bytes."""

    name: str = Field(pattern=r"^[a-z0-9_/]{1,64}$")
    files: tuple[Annotated[str, Field(min_length=1, max_length=1024)], ...] = ()
    tracks: dict[str, Sha256Hex] = Field(default={}, max_length=20)


class CompletionReport(Message):
    """All outputs are verified and stored. `engine` names what made them. With `parts`, every part
    of the recipe is there or was named as made before; without outputs, all of them were."""

    epoch: int
    engine: str
    source: SourceFacts
    inputs: tuple[SourceFacts, ...] = ()
    outputs: tuple[OutputFacts, ...]
    parts: tuple[MadePart, ...] = Field(default=(), max_length=100)
    phases: tuple[PhaseTime, ...] = Field(default=(), max_length=32)
    log: str = Field(default="", max_length=65536)


class PlanReport(Message):
    """The film is split: chunks follow. The plan task is done."""

    epoch: int
    plan: SplitPlan
    phases: tuple[PhaseTime, ...] = Field(default=(), max_length=32)
    log: str = Field(default="", max_length=65536)


class ChunkReport(Message):
    """A chunk is checked and stored: it is not made again."""

    epoch: int
    engine: str
    pieces: tuple[Piece, ...] = Field(min_length=1, max_length=32)
    phases: tuple[PhaseTime, ...] = Field(default=(), max_length=32)
    log: str = Field(default="", max_length=65536)


class FailureReport(Message):
    """The task failed. `code` is stable; `message` and `hint` for people; `log` for engineers."""

    epoch: int
    failure: FailureClass
    code: str = Field(pattern=r"^[A-Z][A-Z0-9_]{2,63}$")
    message: str = Field(max_length=2000)
    hint: str | None = Field(default=None, max_length=2000)
    phases: tuple[PhaseTime, ...] = Field(default=(), max_length=32)
    log: str = Field(default="", max_length=65536)
    probe: Probe | None = None
