"""What a display can show while something takes long, and its words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, Self

from reelmill.cli import format as fmt
from reelmill.downloads import OnDownload
from reelmill.models import Job, Scan
from reelmill.uploads import UploadProgress

OnJob = Callable[[Job], None]
OnScan = Callable[[Scan], None]


class UploadRow(Protocol):
    """One upload."""

    def update(self, progress: UploadProgress) -> None:
        """It is so far."""

    def done(self, size: int) -> None:
        """It is complete; bytes."""

    def failed(self) -> None:
        """It has ended otherwise; why is told elsewhere."""


class Display(Protocol):
    """Shows uploads and jobs by name. Use it as a context manager."""

    def upload(self, name: str) -> UploadRow:
        """A new upload."""

    def job(self, name: str) -> OnJob:
        """A new job: call the answer with each of its states."""

    def download(self, name: str) -> OnDownload:
        """A new download: call the answer as it grows."""

    def scan(self, name: str) -> OnScan:
        """A scan: call the answer with each of its states."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


def sent(size: int, seconds: float, held: int = 0) -> str:
    """A complete upload in words; `held` bytes of it had been sent before."""
    before = f", {fmt.size(held)} of it earlier," if held else ""
    return f"{fmt.size(size)}{before} in {fmt.took(seconds)}, {fmt.rate(size - held, seconds)}"


def ended(job: Job, seconds: float) -> str:
    """A job in a final state in words. `seconds` of watching, for want of the job's own times:
    whoever comes late has watched a moment of it."""
    if job.created_at and job.finished_at:
        seconds = (job.finished_at - job.created_at).total_seconds()
    return f"{fmt.job_state(job)} in {fmt.took(seconds)}"


def scanned(scan: Scan) -> str:
    """How far a scan is, in words."""
    return f"{scan.found:,} media, {scan.registered:,} new, {scan.skipped:,} others"
