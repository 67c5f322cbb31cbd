"""`reelmill scan`, `presets`, `gallery` and `events`."""

# ruff: noqa: PLC0415

from __future__ import annotations

from typing import Annotated

import typer

from reelmill.cli.declare import command, group, listing
from reelmill.cli.options import Flags, Limit
from reelmill.kinds import EventType

presets_group = group("presets", "Recipes that have a name.")
Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the preset.")]


def add(app: typer.Typer) -> None:
    """Hang the commands in."""
    command(app, "scan", "reelmill scan", "reelmill scan recordings/2026")(scan)
    listing(presets_group, "reelmill presets")(presets)
    command(presets_group, "show", "reelmill presets show web > mine.json")(show)
    command(
        presets_group,
        "save",
        "reelmill presets save mine mine.json --title 'Small and quick'",
        'echo \'{"poster": {"at": 3}}\' | reelmill presets save still -',
    )(save)
    command(presets_group, "delete", "reelmill presets delete mine")(delete)
    app.add_typer(presets_group)
    command(app, "gallery", "reelmill gallery", "reelmill gallery --limit 5 --refresh --json")(
        gallery
    )
    command(
        app,
        "events",
        "reelmill events --type job_succeeded --type job_failed",
        "reelmill events --after 4711",
    )(events)


def scan(
    flags: Flags,
    *,
    prefix: Annotated[
        str, typer.Argument(metavar="PREFIX", show_default=False, help="A folder in the store.")
    ] = "",
) -> None:
    """Register the media that lie in the store, and follow that to its end.

    Prints the keys that are new. Ctrl-C ends the following, not the scan.
    """
    from reelmill.cli.commands import scan as work

    work.main(flags, prefix)


def presets(flags: Flags) -> None:
    """List the recipes that have a name."""
    from reelmill.cli.commands import presets as work

    work.listing(flags)


def show(flags: Flags, *, name: Name) -> None:
    """Print a preset's recipe, as `save` takes it."""
    from reelmill.cli.commands import presets as work

    work.show(flags, name)


def save(
    flags: Flags,
    *,
    name: Name,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="The recipe as JSON; - for standard input.")
    ],
    title: Annotated[
        str | None, typer.Option("--title", metavar="TEXT", help="What it is called.")
    ] = None,
    description: Annotated[
        str | None, typer.Option("--description", metavar="TEXT", help="What it makes.")
    ] = None,
) -> None:
    """Give a recipe a name. Saving again makes the next version; built-in ones stay as they are."""
    from reelmill.cli.commands import presets as work

    work.save(flags, name, file, title, description)


def delete(
    flags: Flags,
    *,
    preset_names: Annotated[list[str], typer.Argument(metavar="NAME", help="Names of presets.")],
) -> None:
    """Take names away; jobs keep their recipes."""
    from reelmill.cli.commands import presets as work

    work.delete(flags, preset_names)


def gallery(
    flags: Flags,
    *,
    limit: Limit = 20,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Ask anew; otherwise it may be minutes old.")
    ] = False,
) -> None:
    """Show what was made last, with links to play it."""
    from reelmill.cli.commands import gallery as work

    work.show(flags, limit, refresh=refresh)


def events(
    flags: Flags,
    *,
    after: Annotated[
        str | None,
        typer.Option("--after", metavar="CURSOR", help="Go on behind this one; else from now on."),
    ] = None,
    types: Annotated[
        list[EventType] | None,
        typer.Option("--type", case_sensitive=False, help="Only these. May be given again."),
    ] = None,
) -> None:
    """Follow the project's log: a line of JSON for each event, without end and without a gap."""
    from reelmill.cli.commands import events as work

    work.follow(flags, after, [each.value for each in types or ()])
