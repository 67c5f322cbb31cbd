"""`reelmill login`, `logout` and `profiles`."""

# ruff: noqa: PLC0415

from __future__ import annotations

from typing import Annotated

import typer

from reelmill.cli.declare import command, group, listing
from reelmill.cli.options import Flags

profiles = group("profiles", "Servers and keys that are saved.")
Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of a profile.")]


def add(app: typer.Typer) -> None:
    """Hang the commands in."""
    command(
        app,
        "login",
        "reelmill login https://media.example.com",
        "reelmill login https://staging.example.com --profile staging < key.txt",
    )(login)
    command(app, "logout", "reelmill logout", "reelmill logout staging")(logout)
    listing(profiles, "reelmill profiles")(show)
    command(profiles, "use", "reelmill profiles use staging")(use)
    app.add_typer(profiles)


def login(
    flags: Flags,
    *,
    address: Annotated[str, typer.Argument(metavar="URL", help="Address of the API.")],
) -> None:
    """Try a key and save it with its server, as --profile NAME or as `default`.

    The key is asked for without showing it, or read from a pipe. The first profile, and `default`,
    is used when no other is named.
    """
    from reelmill.cli.commands import profiles as work

    work.login(flags, address)


def logout(
    flags: Flags,
    *,
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", show_default=False, help="Profile; by default the default."),
    ] = None,
) -> None:
    """Forget a server and its key. The key itself goes on: see `reelmill keys revoke`."""
    from reelmill.cli.commands import profiles as work

    work.logout(flags, name)


def show(flags: Flags) -> None:
    """List what is saved, without the keys."""
    from reelmill.cli.commands import profiles as work

    work.listing(flags)


def use(flags: Flags, *, name: Name) -> None:
    """Make a profile the one that is used when none is named."""
    from reelmill.cli.commands import profiles as work

    work.use(flags, name)
