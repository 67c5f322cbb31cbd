"""What a project holds and what its jobs have cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Sizes in bytes, times in seconds. `media_seconds` counts sources of jobs that SUCCEEDED."""

    since: datetime | None
    until: datetime
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
