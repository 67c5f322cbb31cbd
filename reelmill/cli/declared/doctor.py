"""`reelmill doctor`."""

# ruff: noqa: PLC0415

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from reelmill.cli.declare import command
from reelmill.cli.options import Flags


class Paper(StrEnum):
    """Documents that it prints."""

    IAM = "iam"
    CORS = "cors"
    LIFECYCLE = "lifecycle"


def add(app: typer.Typer) -> None:
    """Hang the command in."""
    command(
        app,
        "doctor",
        "reelmill doctor",
        "reelmill doctor --s3 reelmill.env",
        "reelmill doctor --print cors > cors.json",
    )(doctor)


def doctor(
    flags: Flags,
    *,
    s3: Annotated[
        Path | None,
        typer.Option(
            "--s3",
            metavar="FILE",
            help="The store's settings: the API's variables, a NAME=value a line. Otherwise the "
            "environment.",
        ),
    ] = None,
    paper: Annotated[
        Paper | None,
        typer.Option("--print", help="Print a document for the store, and check nothing."),
    ] = None,
) -> None:
    """Look at the API and the store; say what is wrong and what cures it.

    The store is looked at where its settings are known. Exits with 1 if anything does not work.
    """
    from reelmill.cli.commands import doctor as work

    if paper is not None:
        work.show_paper(flags, paper.value, s3)
    work.main(flags, s3)
