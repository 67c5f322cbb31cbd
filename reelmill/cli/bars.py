"""The display for terminals: a bar for each upload and each job."""

from __future__ import annotations

import time
from typing import Final, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn

from reelmill.cli import format as fmt
from reelmill.cli.display import OnJob, OnScan, ended, scanned, sent
from reelmill.downloads import DownloadProgress, OnDownload
from reelmill.kinds import JobStatus
from reelmill.models import Job, Scan
from reelmill.uploads import UploadProgress

_NAME_WIDTH: Final = 24
_COLORS: Final = {JobStatus.SUCCEEDED: "green", JobStatus.FAILED: "red", JobStatus.CANCELED: "red"}


class Bars:
    """Bars on standard error."""

    def __init__(self, *, many: bool) -> None:
        self._many = many
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=16),
            TaskProgressColumn(),
            TextColumn("{task.fields[detail]}"),
            console=Console(stderr=True, highlight=False),
        )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def upload(self, name: str) -> _Upload:
        return _Upload(self._progress, name, vanishes=self._many)

    def job(self, name: str) -> OnJob:
        bar = _add(self._progress, "job", name)
        began = time.monotonic()

        def update(job: Job) -> None:
            color = _COLORS.get(job.status) if isinstance(job.status, JobStatus) else None
            words = ended(job, time.monotonic() - began) if job.done else fmt.job_detail(job)
            detail = f"[{color}]{escape(words)}[/]" if color else escape(words)
            # Without a total the bar swings to and fro: nothing is known of the end yet.
            total = 1.0 if job.done or job.progress > 0 else None
            self._progress.update(bar, total=total, completed=job.progress, detail=detail)

        return update

    def scan(self, name: str) -> OnScan:
        bar = _add(self._progress, "scan", name)

        def update(scan: Scan) -> None:
            done = 1.0 if scan.done else None
            self._progress.update(bar, total=done, completed=done or 0, detail=scanned(scan))

        return update

    def download(self, name: str) -> OnDownload:
        bar = _add(self._progress, "get", name)
        began = time.monotonic()

        def update(progress: DownloadProgress) -> None:
            pace = fmt.rate(progress.got, time.monotonic() - began)
            self._progress.update(
                bar,
                total=progress.total,
                completed=progress.got,
                detail=f"{progress.files} files  {pace}",
            )

        return update


class _Upload:
    def __init__(self, progress: Progress, name: str, *, vanishes: bool) -> None:
        self._progress = progress
        self._name = name
        self._vanishes = vanishes
        self._began = time.monotonic()
        self._bar: TaskID | None = None
        self._held = 0

    def update(self, progress: UploadProgress) -> None:
        self._held = progress.held
        # Not before: a file that cannot even be opened needs no bar.
        if self._bar is None:
            self._bar = _add(self._progress, "upload", self._name)
        detail = fmt.upload_detail(progress, time.monotonic() - self._began)
        self._progress.update(
            self._bar, total=progress.size, completed=progress.sent, detail=detail
        )

    def done(self, size: int) -> None:
        if self._bar is not None:
            detail = sent(size, time.monotonic() - self._began, self._held)
            self._progress.update(
                self._bar, total=size, completed=size, detail=detail, visible=not self._vanishes
            )

    def failed(self) -> None:
        if self._bar is not None:
            self._progress.update(self._bar, detail="[red]failed[/]", visible=not self._vanishes)


def _add(progress: Progress, what: str, name: str) -> TaskID:
    shown = fmt.shorten(fmt.safe(name), _NAME_WIDTH)
    return progress.add_task(f"{what:6} {escape(shown)}", total=None, detail="")
