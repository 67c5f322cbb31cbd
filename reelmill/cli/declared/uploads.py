"""`reelmill upload` and `reelmill uploads`."""

# ruff: noqa: PLC0415

from __future__ import annotations

from typing import Annotated

import typer

from reelmill.cli.declare import command, group, listing, wrong
from reelmill.cli.media import (
    Languages,
    NormalizeAudio,
    NoWatermark,
    TierOption,
    WatermarkKey,
    media_options,
)
from reelmill.cli.options import Flags, Limit, Wait
from reelmill.kinds import UploadStatus

uploads = group("uploads", "List uploads that are not complete, or throw them away.")


def add(app: typer.Typer) -> None:
    """Hang the commands in."""
    command(
        app,
        "upload",
        "reelmill upload film.mp4 --preset web --wait",
        "reelmill upload recordings/ 'archive/**/*.mov'",
        "reelmill upload --fresh film.mp4",
        "reelmill upload film.mp4 --preset web --tier premium --watermark brand/logo.png",
        'reelmill upload -- "-a name with a dash.mp4"',
    )(upload)
    listing(uploads, "reelmill uploads", "reelmill uploads --status expired --limit 5")(show)
    command(uploads, "abort", "reelmill uploads abort upload_01a1feaa25387106a3c140f75e9f3d03")(
        abort
    )
    app.add_typer(uploads)


def upload(
    flags: Flags,
    *,
    files: Annotated[
        list[str], typer.Argument(metavar="FILE", help="Files, folders or patterns to send.")
    ],
    preset: Annotated[
        str | None,
        typer.Option("--preset", metavar="NAME", help="Start a job with this preset."),
    ] = None,
    title: Annotated[
        str | None,
        typer.Option("--title", metavar="TEXT", help="Title of the job; for one file."),
    ] = None,
    tier: TierOption = None,
    normalize_audio: NormalizeAudio = None,
    subtitle_languages: Languages = None,
    watermark: WatermarkKey = None,
    no_watermark: NoWatermark = False,
    wait: Wait = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Send all files of a folder, not its media alone.")
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Begin anew; drop what an earlier run has sent.")
    ] = False,
    parallel: Annotated[
        int, typer.Option("--parallel", metavar="N", min=1, max=64, help="Files at once.")
    ] = 4,
) -> None:
    """Send files to the store; with --preset, transcode them.

    How jobs by preset are made, --tier to --no-watermark, is the project's if it is not said.

    An upload that was ended, even by kill -9, goes on by itself when the same command is run again.
    """
    from reelmill.cli.commands import upload as work

    if preset is None and (wait or title is not None):
        wrong("it needs --preset: without one no job starts", "--wait" if wait else "--title")
    if title is not None and len(files) > 1:
        wrong("it names one job; give one file", "--title")
    wanted = work.Wanted(
        tuple(files),
        preset,
        title,
        options=media_options(
            tier=tier,
            normalize_audio=normalize_audio,
            subtitle_languages=subtitle_languages,
            watermark=watermark,
            no_watermark=no_watermark,
        ),
        wait=wait,
        everything=everything,
        fresh=fresh,
        width=parallel,
    )
    work.main(flags, wanted)


def show(
    flags: Flags,
    *,
    status: Annotated[
        list[UploadStatus] | None,
        typer.Option(
            "--status", case_sensitive=False, help="Only these; STARTED if it is not said."
        ),
    ] = None,
    limit: Limit = 20,
) -> None:
    """List uploads that are not complete, newest first; those of this machine with their files."""
    from reelmill.cli.commands import uploads as work

    work.listing(flags, [each.value for each in status or (UploadStatus.STARTED,)], limit)


def abort(
    flags: Flags,
    *,
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="Ids of uploads.")],
) -> None:
    """Throw away what has been sent of an upload."""
    from reelmill.cli.commands import uploads as work

    work.abort(flags, ids)
