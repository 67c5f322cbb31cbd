"""What is shown while something takes long: bars on a terminal, a line now and then elsewhere.

All of it goes to standard error.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol, Self

from reelmill.cli import format as fmt
from reelmill.cli.output import Output, is_terminal
from reelmill.models import Job, JobStatus
from reelmill.uploads import OnProgress, UploadProgress

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_LINE_SECONDS: Final = 10.0
_NAME_WIDTH: Final = 24
_MARKS: Final = {JobStatus.SUCCEEDED: "green", JobStatus.FAILED: "red", JobStatus.CANCELED: "red"}

OnJob = Callable[[Job], None]


class Display(Protocol):
    """Shows uploads and jobs by name. Use it as a context manager."""

    def upload(self, name: str) -> OnProgress:
        """What to call with each state of an upload."""

    def uploaded(self, name: str, size: int, seconds: float) -> None:
        """An upload is complete."""

    def job(self, name: str) -> OnJob:
        """What to call with each state of a job."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


def open_display(output: Output) -> Display:
    """The one that fits where standard error goes."""
    return Bars() if is_terminal(sys.stderr) else Lines(output)


class Lines:
    """For files and pipes: a line when something has changed, and every ten seconds."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def upload(self, name: str) -> OnProgress:
        began = shown = time.monotonic()

        def update(progress: UploadProgress) -> None:
            nonlocal shown
            now = time.monotonic()
            if now - shown >= _LINE_SECONDS:
                shown = now
                self._output.say(f"{fmt.safe(name)}: {fmt.upload_detail(progress, now - began)}")

        return update

    def uploaded(self, name: str, size: int, seconds: float) -> None:
        self._output.say(f"{fmt.safe(name)}: {_uploaded(size, seconds)}")

    def job(self, name: str) -> OnJob:
        began = shown = time.monotonic()
        state = ""

        def update(job: Job) -> None:
            nonlocal shown, state
            now, before, state = time.monotonic(), state, fmt.job_state(job)
            if state != before or now - shown >= _LINE_SECONDS:
                shown = now
                self._output.say(f"{fmt.safe(name)}: {_job_line(job, now - began)}")

        return update


class Bars:
    """For terminals: a bar each."""

    def __init__(self) -> None:
        self._progress = _new_progress()
        self._uploads: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def upload(self, name: str) -> OnProgress:
        bar = self._add("upload", name)
        self._uploads[name] = bar
        began = time.monotonic()

        def update(progress: UploadProgress) -> None:
            detail = fmt.upload_detail(progress, time.monotonic() - began)
            self._progress.update(bar, total=progress.size, completed=progress.sent, detail=detail)

        return update

    def uploaded(self, name: str, size: int, seconds: float) -> None:
        self._progress.update(
            self._uploads[name], total=size, completed=size, detail=_uploaded(size, seconds)
        )

    def job(self, name: str) -> OnJob:
        bar = self._add("job", name)
        began = time.monotonic()

        def update(job: Job) -> None:
            # Without a total the bar swings to and fro: nothing is known of the end yet.
            known = job.done or job.progress > 0
            detail = _finished(job, time.monotonic() - began) if job.done else fmt.job_detail(job)
            color = _MARKS.get(job.status) if isinstance(job.status, JobStatus) else None
            self._progress.update(
                bar,
                total=1.0 if known else None,
                completed=job.progress,
                detail=f"[{color}]{_escaped(detail)}[/]" if color else _escaped(detail),
            )

        return update

    def _add(self, what: str, name: str) -> TaskID:
        shown = fmt.shorten(fmt.safe(name), _NAME_WIDTH)
        return self._progress.add_task(f"{what:6} {_escaped(shown)}", total=None, detail="")


def _new_progress() -> Progress:
    # A tenth of a second to import, for terminals alone.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn  # noqa: PLC0415

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=16),
        TaskProgressColumn(),
        TextColumn("{task.fields[detail]}"),
        console=Console(stderr=True, highlight=False),
    )


def _escaped(text: str) -> str:
    from rich.markup import escape  # noqa: PLC0415

    return escape(text)


def _uploaded(size: int, seconds: float) -> str:
    return f"{fmt.size(size)} in {fmt.took(seconds)}, {fmt.rate(size, seconds)}"


def _finished(job: Job, seconds: float) -> str:
    return f"{fmt.job_state(job)} in {fmt.took(seconds)}"


def _job_line(job: Job, seconds: float) -> str:
    if job.done:
        return f"job {job.id} {_finished(job, seconds)}"
    running = f", {fmt.percent(job)}" if job.progress else ""
    return f"job {job.id} {fmt.job_detail(job)}{running}"
