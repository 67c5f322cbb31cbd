"""The display for files and pipes: a line when something has changed, and every ten seconds."""

from __future__ import annotations

import time
from typing import Final, Self

from reelmill.cli import format as fmt
from reelmill.cli.display import OnJob, OnScan, ended, scanned, sent
from reelmill.cli.output import Output
from reelmill.downloads import DownloadProgress, OnDownload
from reelmill.models import Job, Scan
from reelmill.uploads import UploadProgress

_SECONDS: Final = 10.0


class Lines:
    """Plain lines on standard error."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def upload(self, name: str) -> _Upload:
        return _Upload(self._output, name)

    def job(self, name: str) -> OnJob:
        began = shown = time.monotonic()
        state = ""

        def update(job: Job) -> None:
            nonlocal shown, state
            now, before, state = time.monotonic(), state, fmt.job_state(job)
            if state == before and now - shown < _SECONDS:
                return
            shown = now
            detail = ended(job, now - began) if job.done else fmt.job_detail(job, with_percent=True)
            self._output.say(f"{fmt.safe(name)}: job {job.id} {detail}")

        return update

    def scan(self, name: str) -> OnScan:
        shown = time.monotonic()

        def update(scan: Scan) -> None:
            nonlocal shown
            now = time.monotonic()
            if now - shown >= _SECONDS and not scan.done:
                shown = now
                self._output.say(f"{fmt.safe(name)}: {scanned(scan)}")

        return update

    def download(self, name: str) -> OnDownload:
        shown = time.monotonic()

        def update(progress: DownloadProgress) -> None:
            nonlocal shown
            now = time.monotonic()
            if now - shown >= _SECONDS:
                shown = now
                got, total = fmt.size(progress.got), fmt.size(progress.total)
                self._output.say(f"{fmt.safe(name)}: {progress.files} files, {got} of {total}")

        return update


class _Upload:
    def __init__(self, output: Output, name: str) -> None:
        self._output = output
        self._name = fmt.safe(name)
        self._began = self._shown = time.monotonic()
        self._held = 0

    def update(self, progress: UploadProgress) -> None:
        self._held = progress.held
        now = time.monotonic()
        if now - self._shown >= _SECONDS:
            self._shown = now
            self._output.say(f"{self._name}: {fmt.upload_detail(progress, now - self._began)}")

    def done(self, size: int) -> None:
        self._output.say(f"{self._name}: {sent(size, time.monotonic() - self._began, self._held)}")

    def failed(self) -> None:
        return
