"""The runner protocol of a probe batch: the headers of assets that nobody has read yet.

    POST /runner/v1/claim                     ClaimRequest, task "probe" -> ProbeClaim
    POST /runner/v1/batches/{batch id}/probed ProbeReport                -> ProbeAnswer
    POST /runner/v1/batches/{batch id}/fail   FailureReport

A runner asks for work by reporting: the first report has no results. It holds no credentials: each
asset comes with a link of its own that reads that one object for some minutes.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from schema.base import Message, Tolerant
from schema.probe import Probe


class ProbeLimits(Tolerant):
    """What one asset may cost. Times in seconds, sizes in bytes."""

    asset_seconds: float = 45
    asset_bytes: int = 32 * 1024 * 1024
    max_pixels: int = 8192 * 4320
    parallel: int = 2


class ProbeClaim(Tolerant):
    """The answer to a claim of a batch. Each claim raises `epoch`; only the newest may report."""

    batch_id: str
    token: str = Field(repr=False)
    epoch: int
    lease_seconds: float
    limits: ProbeLimits = ProbeLimits()


class ProbeItem(Tolerant):
    """One asset to read. `url` answers GET of ranges, for minutes. With an etag, other bytes are
    refused."""

    asset_id: str
    url: str = Field(repr=False)
    etag: str | None
    size: int


class ProbeOutcome(StrEnum):
    """What became of one asset: read, broken for good, not there, replaced, kept back by the store,
    or not to be known without reading it whole."""

    READ = "READ"
    BROKEN = "BROKEN"
    MISSING = "MISSING"
    CHANGED = "CHANGED"
    DENIED = "DENIED"
    UNREAD = "UNREAD"


class ProbeResult(Message):
    """What a runner says of one asset: a probe when it was READ, else why not."""

    asset_id: str
    etag: str | None
    outcome: ProbeOutcome
    probe: Probe | None = None
    code: str | None = Field(default=None, pattern=r"^[A-Z][A-Z0-9_]{2,63}$")
    message: str = Field(default="", max_length=2000)
    hint: str | None = Field(default=None, max_length=2000)
    bytes_read: int = Field(default=0, ge=0)


class ProbeReport(Message):
    """Sent at most once a second, and at least every third of a lease.

    `working` names every asset that the runner has and does not tell of in `results`.
    """

    epoch: int
    working: tuple[str, ...] = Field(default=(), max_length=256)
    results: tuple[ProbeResult, ...] = Field(default=(), max_length=256)


class ProbeAnswer(Tolerant):
    """The renewed lease and more to read, or nothing for now. After `over` there is no more."""

    lease_seconds: float
    items: tuple[ProbeItem, ...] = ()
    over: bool = False
