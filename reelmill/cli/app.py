"""The root of the command: its help, and every command hung in."""

from __future__ import annotations

from typing import Annotated

import typer

from reelmill import __version__
from reelmill.cli.declare import SETTINGS
from reelmill.cli.declared import (
    assets,
    defaults,
    doctor,
    jobs,
    keys,
    library,
    outputs,
    profiles,
    shares,
    uploads,
)

app = typer.Typer(**SETTINGS)

_EXITS = """Exit codes: 0 done, 1 the job failed, 2 wrong usage, 3 no connection, 4 some failed,
5 no valid key, 6 not found, 7 refused, 8 a local file, 130 interrupted."""


@app.callback(invoke_without_command=True, epilog=_EXITS)
def reelmill(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Upload media, start transcodes and watch them on a Reelmill server."""
    if version:
        typer.echo(f"reelmill {__version__}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())
    else:
        return
    raise typer.Exit


for topic in (uploads, jobs, outputs, assets, library, shares, defaults, keys, doctor, profiles):
    topic.add(app)
