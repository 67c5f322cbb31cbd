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


def sent(size: int, seconds: float) -> str:
    """A complete upload in words."""
    return f"{fmt.size(size)} in {fmt.took(seconds)}, {fmt.rate(size, seconds)}"


def ended(job: Job, seconds: float) -> str:
    """A job in a final state in words."""
    return f"{fmt.job_state(job)} in {fmt.took(seconds)}"


def scanned(scan: Scan) -> str:
    """How far a scan is, in words."""
    return f"{scan.found:,} media, {scan.registered:,} new, {scan.skipped:,} others"
