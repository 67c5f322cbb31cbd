"""`reelmill scan` and `reelmill presets`."""

# ruff: noqa: PLC0415

from __future__ import annotations

from typing import Annotated

import typer

from reelmill.cli.declare import command, group, listing
from reelmill.cli.options import Flags

presets_group = group("presets", "Recipes that have a name.")


def add(app: typer.Typer) -> None:
    """Hang the commands in."""
    command(app, "scan", "reelmill scan", "reelmill scan recordings/2026")(scan)
    listing(presets_group, "reelmill presets")(presets)
    app.add_typer(presets_group)


def scan(
    flags: Flags,
    *,
    prefix: Annotated[
        str, typer.Argument(metavar="PREFIX", show_default=False, help="A folder in the store.")
    ] = "",
) -> None:
    """Register the media that lie in the store.

    Prints the keys that are new.
    """
    from reelmill.cli.commands import library as work

    work.scan(flags, prefix)


def presets(flags: Flags) -> None:
    """List the recipes that have a name."""
    from reelmill.cli.commands import library as work

    work.presets(flags)
