"""`reelmill transcode`, `jobs`, `job`, `watch`, `cancel`."""

# ruff: noqa: PLC0415

from __future__ import annotations

from typing import Annotated

import typer

from reelmill.cli.declare import command, wrong
from reelmill.cli.options import Flags, Limit, Wait
from reelmill.kinds import JobStatus

JobId = Annotated[str, typer.Argument(metavar="ID", help="Id of the job.")]
JobIds = Annotated[list[str], typer.Argument(metavar="ID", help="Ids of jobs.")]
_ID = "job_01a1feaa25f2730da0600ce585112a2e"


def add(app: typer.Typer) -> None:
    """Hang the commands in."""
    command(
        app,
        "transcode",
        "reelmill transcode uploads/film.mp4 --preset web --wait",
        "reelmill transcode uploads/film.mp4 --clip 1:05-1:20 --copy",
    )(transcode)
    command(app, "jobs", "reelmill jobs", "reelmill jobs --status failed --limit 5")(jobs)
    command(app, "job", f"reelmill job {_ID}")(job)
    command(app, "watch", f"reelmill watch {_ID}", "reelmill watch job_01a1... job_01b2... --json")(
        watch
    )
    command(app, "cancel", f"reelmill cancel {_ID}")(cancel)
    command(app, "retry", f"reelmill retry {_ID}")(retry)
    command(app, "priority", f"reelmill priority {_ID} 50", f"reelmill priority {_ID} -- -20")(
        priority
    )


def transcode(
    flags: Flags,
    *,
    source: Annotated[str, typer.Argument(metavar="KEY", help="Key of the source in the store.")],
    preset: Annotated[
        str | None, typer.Option("--preset", metavar="NAME", help="What to make of it.")
    ] = None,
    clips: Annotated[
        list[str] | None,
        typer.Option(
            "--clip",
            metavar="START-END",
            help="Cut a piece: 12.5-20, 1:05-1:20, 90- or -30. May be given again.",
        ),
    ] = None,
    copy: Annotated[
        bool,
        typer.Option("--copy", help="Cut without encoding: instant, but starts at a keyframe."),
    ] = False,
    smart: Annotated[
        bool,
        typer.Option("--smart", help="Cut at the very frame, and encode only around the cuts."),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Make anew what an earlier job has made.")
    ] = False,
    wait: Wait = False,
) -> None:
    """Start a job for a source that is in the store already."""
    from reelmill.choices import ClipMode
    from reelmill.cli.commands import transcode as work

    if preset is None and not clips:
        wrong("say what to make: --preset, --clip or both")
    if (copy or smart) and not clips:
        wrong("it says how to cut: give --clip too", "--copy" if copy else "--smart")
    if copy and smart:
        wrong("give --copy or --smart: both say how to cut", "--smart")
    mode = ClipMode.COPY if copy else ClipMode.SMART if smart else ClipMode.EXACT
    try:
        pieces = tuple(work.parse_clip(text, mode) for text in clips or ())
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--clip") from None
    work.main(flags, work.Wanted(source, preset, pieces, wait, force))


def jobs(
    flags: Flags,
    *,
    status: Annotated[
        list[JobStatus] | None,
        typer.Option("--status", case_sensitive=False, help="Only these. May be given again."),
    ] = None,
    not_retried: Annotated[
        bool, typer.Option("--not-retried", help="Leave out what was tried again since.")
    ] = False,
    limit: Limit = 20,
) -> None:
    """List jobs, newest first."""
    from reelmill.cli.commands import jobs as work

    retried = False if not_retried else None
    work.listing(flags, [each.value for each in status or ()], retried, limit)


def job(flags: Flags, job_id: JobId) -> None:
    """Show one job, its attempts, what it made and where that plays."""
    from reelmill.cli.commands import jobs as work

    work.show(flags, job_id)


def watch(flags: Flags, ids: JobIds) -> None:
    """Follow jobs to their end; with --json, a line of JSON for every change.

    Exits with 1 if one of them does not succeed. Ctrl-C ends the watching, not the jobs.
    """
    from reelmill.cli.commands import watch as work

    work.main(flags, ids)


def cancel(flags: Flags, ids: JobIds) -> None:
    """Cancel jobs. One that has ended already stays as it ended."""
    from reelmill.cli.commands import jobs as work

    work.cancel(flags, ids)


def retry(flags: Flags, *, ids: JobIds) -> None:
    """Start new jobs like those that failed or were canceled."""
    from reelmill.cli.commands import jobs as work

    work.retry(flags, ids)


def priority(
    flags: Flags,
    *,
    job_id: JobId,
    number: Annotated[
        int,
        typer.Argument(metavar="NUMBER", min=-100, max=100, help="-100 to 100; higher runs first."),
    ],
) -> None:
    """Move a job that waits; 0 is where it began if nothing was said."""
    from reelmill.cli.commands import jobs as work

    work.priority(flags, job_id, number)
