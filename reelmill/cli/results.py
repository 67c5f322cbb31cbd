"""What a job has come to, for people and as JSON."""

from __future__ import annotations

from typing import Any

from reelmill.cli import format as fmt
from reelmill.cli.output import Output
from reelmill.downloads import common_folder
from reelmill.kinds import JobStatus, OutputKind
from reelmill.model import Model
from reelmill.models import Job
from reelmill.models import Output as Made

_HEADINGS = ("KIND", "SIZE", "DURATION", "PICTURE", "CODECS", "KEY")
# What a person would play first.
_PLAYABLE = (OutputKind.HLS, OutputKind.DASH, OutputKind.MP4, OutputKind.CLIP, OutputKind.AUDIO)


def as_json(value: Model) -> dict[str, Any]:
    """As the API names its fields."""
    return value.model_dump(mode="json", by_alias=True)


def show_job(output: Output, job: Job) -> None:
    """All that is known of a job, its outputs, and where they play."""
    facts = {
        "Job": job.id,
        "Title": job.title,
        "Source": job.asset.key if job.asset else "",
        "Preset": job.preset or "(recipe)",
        "Status": str(job.status),
        "Waits": "" if job.done else job.waiting_reason or "",
        "Doing": fmt.job_detail(job) if job.status == JobStatus.RUNNING else "",
        "Progress": fmt.percent(job),
        "Created": fmt.moment(job.created_at),
        "Started": fmt.moment(job.started_at),
        "Finished": fmt.moment(job.finished_at),
    }
    for name, value in facts.items():
        if value:
            output.line(f"{name + ':':<10}{fmt.safe(value)}")
    show_fault(output, job)
    show_attempts(output, job)
    if job.outputs:
        output.line()
    show_outputs(output, job)


def show_fault(output: Output, job: Job) -> None:
    """Why a job failed."""
    if job.error is not None:
        output.line(f"{'Error:':<10}{fmt.safe(job.error.message)} [{job.error.code}]")
        if job.error.hint:
            output.line(f"{'':<10}{fmt.safe(job.error.hint)}")


def show_attempts(output: Output, job: Job) -> None:
    """What went wrong with each try, where there was more than one or it failed."""
    for each in job.attempts:
        if each.reason or len(job.attempts) > 1:
            reason = f" [{each.reason}]" if each.reason else ""
            output.line(f"{'Attempt:':<10}{each.number} {each.status.lower()}{reason}")


def show_outputs(output: Output, job: Job) -> None:
    """A table of what a job made, and the link to play it."""
    if not job.outputs:
        return
    # Keys are long and begin alike: a terminal shows their folder once, a pipe gets them whole.
    folder = common_folder(job.outputs) if output.on_terminal else ""
    if folder:
        output.line(f"Outputs in {fmt.safe(folder)}")
    rows = [(*_facts(made), made.key.removeprefix(folder)) for made in job.outputs]
    output.table(_HEADINGS, rows)
    link = playback(job)
    if link:
        output.line(f"\nPlay it for an hour at:\n{link}")


def playback(job: Job) -> str | None:
    """The link of the output that plays best."""
    links = {made.kind: made.playback_url for made in reversed(job.outputs)}
    return next((links[kind] for kind in _PLAYABLE if links.get(kind)), None)


def _facts(made: Made) -> tuple[str, ...]:
    return (
        str(made.kind),
        fmt.size(made.size),
        fmt.clock(made.duration) if made.duration is not None else "",
        fmt.picture(made),
        fmt.codecs(made),
    )
