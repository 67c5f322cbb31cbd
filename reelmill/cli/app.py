"""The commands, their options and their help. What they do is in `commands/`."""

# Each command imports its own work when it is called: `reelmill --help` needs none of it.
# ruff: noqa: PLC0415

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from reelmill import __version__
from reelmill.cli.options import AsJson, Debug, Flags, Key, Url, Wait

app = typer.Typer(
    # The rich help takes half a second to import, and cannot be searched by grep.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

_EXITS = """Exit codes: 0 done, 1 failed or refused, 2 wrong usage, 3 no connection or no valid key,
4 some files failed, 130 interrupted."""


class Status(StrEnum):
    """Job statuses as they are typed."""

    QUEUED = "QUEUED"
    LAUNCHING = "LAUNCHING"
    WAITING = "WAITING"
    RUNNING = "RUNNING"
    FINALIZING = "FINALIZING"
    RETRY_WAIT = "RETRY_WAIT"
    CANCELING = "CANCELING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELED = "CANCELED"


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


@app.command()
def upload(
    *,
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="Files to send.")],
    preset: Annotated[
        str | None,
        typer.Option("--preset", metavar="NAME", help="Start a job with this preset."),
    ] = None,
    title: Annotated[
        str | None,
        typer.Option("--title", metavar="TEXT", help="Title of the job; for one file."),
    ] = None,
    wait: Wait = False,
    as_json: AsJson = False,
    url: Url = None,
    key: Key = None,
    debug: Debug = False,
) -> None:
    """Send files to the store; with --preset, transcode them.

    Write -- before a file whose name begins with a dash.
    """
    from reelmill.cli.commands import upload as command

    if preset is None and (wait or title is not None):
        option = "--wait" if wait else "--title"
        raise typer.BadParameter("it needs --preset: without one no job starts", param_hint=option)
    if title is not None and len(files) > 1:
        raise typer.BadParameter("it names one job; give one file", param_hint="--title")
    wanted = command.Wanted(tuple(files), preset, title, wait)
    command.main(Flags(url, key, as_json, debug), wanted)


@app.command()
def transcode(
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
    wait: Wait = False,
    as_json: AsJson = False,
    url: Url = None,
    key: Key = None,
    debug: Debug = False,
) -> None:
    """Start a job for a source that is in the store already."""
    from reelmill.cli.commands import transcode as command

    if preset is None and not clips:
        raise typer.BadParameter("say what to make: --preset, --clip or both")
    if copy and not clips:
        raise typer.BadParameter("it says how to cut: give --clip too", param_hint="--copy")
    try:
        pieces = tuple(command.parse_clip(text, copy=copy) for text in clips or ())
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--clip") from None
    wanted = command.Wanted(source, preset, pieces, wait)
    command.main(Flags(url, key, as_json, debug), wanted)


@app.command()
def scan(
    *,
    prefix: Annotated[
        str, typer.Argument(metavar="PREFIX", show_default=False, help="A folder in the store.")
    ] = "",
    as_json: AsJson = False,
    url: Url = None,
    key: Key = None,
    debug: Debug = False,
) -> None:
    """Register the media that lie in the store.

    Prints the keys that are new.
    """
    from reelmill.cli.commands import library as command

    command.scan(Flags(url, key, as_json, debug), prefix)


@app.command()
def presets(
    *, as_json: AsJson = False, url: Url = None, key: Key = None, debug: Debug = False
) -> None:
    """List the recipes that have a name."""
    from reelmill.cli.commands import library as command

    command.presets(Flags(url, key, as_json, debug))


@app.command()
def jobs(
    *,
    status: Annotated[
        list[Status] | None,
        typer.Option("--status", case_sensitive=False, help="Only these. May be given again."),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, help="At most so many.")
    ] = 20,
    as_json: AsJson = False,
    url: Url = None,
    key: Key = None,
    debug: Debug = False,
) -> None:
    """List jobs, newest first."""
    from reelmill.cli.commands import jobs as command

    command.listing(Flags(url, key, as_json, debug), [each.value for each in status or ()], limit)


@app.command()
def job(
    *,
    job_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the job.")],
    watch: Annotated[
        bool, typer.Option("--watch", help="Follow it to its end; with --json, a line a change.")
    ] = False,
    as_json: AsJson = False,
    url: Url = None,
    key: Key = None,
    debug: Debug = False,
) -> None:
    """Show one job and what it made. With --watch, exits 1 if it does not succeed."""
    from reelmill.cli.commands import jobs as command

    command.show(Flags(url, key, as_json, debug), job_id, watch=watch)


@app.command()
def cancel(
    *,
    job_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the job.")],
    as_json: AsJson = False,
    url: Url = None,
    key: Key = None,
    debug: Debug = False,
) -> None:
    """Cancel a job. One that has ended already stays as it ended."""
    from reelmill.cli.commands import jobs as command

    command.cancel(Flags(url, key, as_json, debug), job_id)
