"""`reelmill assets` and `reelmill usage`."""

# ruff: noqa: PLC0415

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from reelmill.cli.declare import command, group, listing, wrong
from reelmill.cli.options import Flags, Limit
from reelmill.kinds import AssetKind, AssetOrder, AssetStatus

assets = group("assets", "List sources, describe or delete them.")
AssetId = Annotated[str, typer.Argument(metavar="ID", help="Id of the asset.")]
_ID = "asset_01a1feaa25f27ce786775da9b17610e5"
_TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]


def add(app: typer.Typer) -> None:
    """Hang the commands in."""
    listing(
        assets,
        "reelmill assets --tag sport --text 'final 2026'",
        "reelmill assets --prefix recordings/ --status missing",
    )(show)
    command(
        assets,
        "update",
        f"reelmill assets update {_ID} --title 'The final' --tag sport --tag 2026",
        f"reelmill assets update {_ID} --no-tags",
    )(update)
    command(assets, "delete", f"reelmill assets delete {_ID}")(delete)
    app.add_typer(assets)
    command(app, "usage", "reelmill usage", "reelmill usage --from 2026-01-01 --to 2026-02-01")(
        usage
    )


def show(
    flags: Flags,
    *,
    text: Annotated[
        str | None,
        typer.Option("--text", metavar="WORDS", help="Heads of words in title, key or tags."),
    ] = None,
    tag: Annotated[str | None, typer.Option("--tag", metavar="TAG", help="With this tag.")] = None,
    kind: Annotated[
        AssetKind | None, typer.Option("--kind", case_sensitive=False, help="Picture or sound.")
    ] = None,
    status: Annotated[
        list[AssetStatus] | None,
        typer.Option("--status", case_sensitive=False, help="Only these. May be given again."),
    ] = None,
    key_is: Annotated[
        str | None, typer.Option("--source", metavar="KEY", help="With exactly this key.")
    ] = None,
    prefix: Annotated[
        str | None, typer.Option("--prefix", metavar="PREFIX", help="With keys that begin so.")
    ] = None,
    sha256: Annotated[
        str | None, typer.Option("--sha256", metavar="HEX", help="With this SHA-256.")
    ] = None,
    md5: Annotated[str | None, typer.Option("--md5", metavar="HEX", help="With this MD5.")] = None,
    video_codec: Annotated[
        list[str] | None,
        typer.Option("--video-codec", metavar="NAME", help="As h264. May be given again."),
    ] = None,
    audio_codec: Annotated[
        list[str] | None,
        typer.Option("--audio-codec", metavar="NAME", help="As aac. May be given again."),
    ] = None,
    order: Annotated[
        AssetOrder, typer.Option("--order", case_sensitive=False, help="What stands first.")
    ] = AssetOrder.CREATED_AT_DESC,
    limit: Limit = 20,
) -> None:
    """List sources, newest first unless --order says otherwise."""
    from reelmill.cli.commands import assets as work

    wanted = {
        "text": text,
        "tag": tag,
        "kind": kind.value if kind else None,
        "status": [each.value for each in status or ()],
        "key": key_is,
        "prefix": prefix,
        "sha256": sha256,
        "md5": md5,
        "video_codec": video_codec or (),
        "audio_codec": audio_codec or (),
        "order": order.value,
    }
    work.listing(flags, wanted, limit)


def update(
    flags: Flags,
    *,
    asset_id: AssetId,
    title: Annotated[
        str | None, typer.Option("--title", metavar="TEXT", help="Its title from now on.")
    ] = None,
    tags: Annotated[
        list[str] | None,
        typer.Option("--tag", metavar="TAG", help="All its tags from now on; again for each."),
    ] = None,
    no_tags: Annotated[bool, typer.Option("--no-tags", help="No tags from now on.")] = False,
    metadata: Annotated[
        str | None,
        typer.Option("--metadata", metavar="JSON", help="A JSON object in place of the earlier."),
    ] = None,
) -> None:
    """Change title, tags or metadata; what is not said stays as it is."""
    from reelmill.cli.commands import assets as work

    if tags and no_tags:
        wrong("--tag and --no-tags contradict each other")
    if title is None and not tags and not no_tags and metadata is None:
        wrong("say what to change: --title, --tag, --no-tags or --metadata")
    try:
        described = work.parse_metadata(metadata)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--metadata") from None
    work.update(flags, asset_id, title, [] if no_tags else tags or None, described)


def delete(
    flags: Flags,
    *,
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="Ids of assets.")],
    source: Annotated[
        bool, typer.Option("--source", help="Delete the object in the in bucket too.")
    ] = False,
) -> None:
    """Delete sources with their jobs and all that only they have made.

    Without --source the object itself stays, and a scan finds it again.
    """
    from reelmill.cli.commands import assets as work

    work.delete(flags, ids, source=source)


def usage(
    flags: Flags,
    *,
    begin: Annotated[
        datetime | None,
        typer.Option("--from", metavar="DATE", formats=_TIMES, help="Jobs that ended since, UTC."),
    ] = None,
    end: Annotated[
        datetime | None,
        typer.Option("--to", metavar="DATE", formats=_TIMES, help="Jobs that ended before, UTC."),
    ] = None,
) -> None:
    """Show what the project holds, and what its jobs have cost."""
    from reelmill.cli.commands import assets as work

    work.usage(flags, begin, end)
