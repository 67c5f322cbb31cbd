"""`reelmill share`."""

# ruff: noqa: PLC0415

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from reelmill.cli.declare import command, group, wrong
from reelmill.cli.options import Flags

share = group("share", "Links to films that open without a key.")
_ASSET = "asset_01a1feaa25f27ce786775da9b17610e5"
_SHARE = "share_01a203b8a1887149b99c84e0ac08ceaf"


def add(app: typer.Typer) -> None:
    """Hang the commands in."""
    command(
        share,
        "create",
        f"reelmill share create {_ASSET} --title 'The final' --days 30",
        f"LINK=$(reelmill share create {_ASSET} --quiet)",
    )(create)
    command(share, "list", f"reelmill share list {_ASSET}")(show)
    command(share, "revoke", f"reelmill share revoke {_SHARE}")(revoke)
    app.add_typer(share)


def create(
    flags: Flags,
    *,
    thing: Annotated[str, typer.Argument(metavar="ID", help="Id of an asset or an output.")],
    title: Annotated[
        str | None, typer.Option("--title", metavar="TEXT", help="What its page says.")
    ] = None,
    days: Annotated[
        float | None, typer.Option("--days", metavar="N", help="How long it opens; else seven.")
    ] = None,
    expires: Annotated[
        datetime | None,
        typer.Option(
            "--expires",
            metavar="DATE",
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"],
            help="Or until when, UTC.",
        ),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Print the link and nothing else.")
    ] = False,
) -> None:
    """Make a link and print it. It is never shown again."""
    from reelmill.cli.commands import shares as work

    if days is not None and expires is not None:
        wrong("--days and --expires contradict each other")
    work.create(flags, work.Wanted(thing, title, days, expires), quiet=quiet)


def show(
    flags: Flags,
    *,
    asset_id: Annotated[str, typer.Argument(metavar="ID", help="Id of an asset.")],
) -> None:
    """List the links of an asset, without their addresses, which nobody keeps."""
    from reelmill.cli.commands import shares as work

    work.listing(flags, asset_id)


def revoke(
    flags: Flags,
    *,
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="Ids of links.")],
) -> None:
    """End links at once."""
    from reelmill.cli.commands import shares as work

    work.revoke(flags, ids)
