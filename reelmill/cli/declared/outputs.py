"""`reelmill outputs`."""

# ruff: noqa: PLC0415

from __future__ import annotations

from typing import Annotated

import typer

from reelmill.cli.declare import command, group
from reelmill.cli.options import Flags
from reelmill.kinds import OutputKind

outputs = group("outputs", "What jobs have made.")


def add(app: typer.Typer) -> None:
    """Hang the commands in."""
    command(
        outputs,
        "download",
        "reelmill outputs download job_01a1feaa25f2730da0600ce585112a2e films/",
        "reelmill outputs download job_01a1feaa25f2730da0600ce585112a2e --kind mp4 --kind poster",
    )(download)
    app.add_typer(outputs)


def download(
    flags: Flags,
    *,
    job_id: Annotated[str, typer.Argument(metavar="JOB", help="Id of the job.")],
    folder: Annotated[
        str | None,
        typer.Argument(
            metavar="DIR", show_default=False, help="Folder; by default one named after the job."
        ),
    ] = None,
    kinds: Annotated[
        list[OutputKind] | None,
        typer.Option("--kind", case_sensitive=False, help="Only these. May be given again."),
    ] = None,
) -> None:
    """Get all that a job has made, ladders with every segment.

    What is there already is not got again, and a file that was cut short goes on.
    """
    from reelmill.cli.commands import outputs as work

    work.download(flags, job_id, folder, [each.value for each in kinds or ()])
