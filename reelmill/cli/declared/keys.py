"""`reelmill keys`."""

# ruff: noqa: PLC0415

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from reelmill.cli.declare import command, group, listing
from reelmill.cli.options import Flags
from reelmill.kinds import Scope

keys = group("keys", "API keys of the project; needs a key with the scope ADMIN.")


def add(app: typer.Typer) -> None:
    """Hang the commands in."""
    listing(keys, "reelmill keys", "reelmill keys --all")(show)
    command(
        keys,
        "create",
        "reelmill keys create 'upload page' --scope write --scope read",
        "KEY=$(reelmill keys create ci --scope write --expires 2027-01-01 --quiet)",
    )(create)
    command(keys, "revoke", "reelmill keys revoke yghd7v7gni17")(revoke)
    app.add_typer(keys)


def show(
    flags: Flags,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Those that have ended, too.")] = False,
) -> None:
    """List keys, without their secrets."""
    from reelmill.cli.commands import keys as work

    work.listing(flags, everything=everything)


def create(
    flags: Flags,
    *,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for.")],
    scopes: Annotated[
        list[Scope],
        typer.Option("--scope", case_sensitive=False, help="What it may do; again for each."),
    ],
    expires: Annotated[
        datetime | None,
        typer.Option(
            "--expires",
            metavar="DATE",
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"],
            help="When it ends, UTC; without, never.",
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the key and nothing else.")] = False,
) -> None:
    """Make a key and print it. It is never shown again."""
    from reelmill.cli.commands import keys as work

    work.create(flags, name, [each.value for each in scopes], expires, quiet=quiet)


def revoke(
    flags: Flags,
    *,
    ids: Annotated[
        list[str], typer.Argument(metavar="ID", help="Ids: the middle words of the keys.")
    ],
) -> None:
    """End keys and close their open connections."""
    from reelmill.cli.commands import keys as work

    work.revoke(flags, ids)
