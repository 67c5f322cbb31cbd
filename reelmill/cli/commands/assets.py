"""`reelmill assets` and `reelmill usage`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn

from reelmill.cli import exits
from reelmill.cli import format as fmt
from reelmill.cli.options import Flags
from reelmill.cli.paging import collect
from reelmill.cli.results import as_json
from reelmill.cli.run import Session, run
from reelmill.cli.tables import Last
from reelmill.cli.tally import Tally
from reelmill.models import Asset

_HEADINGS = ("ID", "STATUS", "SIZE", "LENGTH", "TITLE", "KEY")


def listing(flags: Flags, wanted: Mapping[str, Any], limit: int) -> NoReturn:
    """List assets."""

    async def story(session: Session) -> int:
        client, output = session.client, session.output
        found, more = await collect(
            lambda first, after: client.assets(first=first, after=after, **wanted), limit
        )
        if output.as_json:
            output.document({"assets": [as_json(each) for each in found], "more": more})
            return exits.OK
        if not found:
            output.say("There is no such source.")
            return exits.OK
        output.table(_HEADINGS, [_row(each) for each in found], last=Last.CUT)
        if more:
            output.say(f"There are more; see them with --limit {limit * 5}.")
        return exits.OK

    run(flags, story)


def update(
    flags: Flags,
    asset_id: str,
    title: str | None,
    tags: Sequence[str] | None,
    metadata: Mapping[str, Any] | None,
) -> NoReturn:
    """Change an asset and show it."""

    async def story(session: Session) -> int:
        asset = await session.client.update_asset(
            asset_id, title=title, tags=tags, metadata=metadata
        )
        if session.output.as_json:
            session.output.document(as_json(asset))
        else:
            session.output.line(f"{asset.id} {fmt.safe(asset.title or '')}")
        return exits.OK

    run(flags, story)


def delete(flags: Flags, ids: Sequence[str], *, source: bool) -> NoReturn:
    """Delete assets, one after the other."""

    async def story(session: Session) -> int:
        tally = Tally(session.output)
        for asset_id in ids:
            with tally.one(asset_id):
                asset = await session.client.delete_asset(asset_id, delete_source=source)
                if session.output.as_json:
                    session.output.document(as_json(asset))
                else:
                    session.output.line(f"{asset.id} {asset.status}")
        return tally.exit_code()

    run(flags, story)


def usage(flags: Flags, begin: datetime | None, end: datetime | None) -> NoReturn:
    """Show what the project holds and costs."""

    async def story(session: Session) -> int:
        found = await session.client.usage(begin=_utc(begin), end=_utc(end))
        if session.output.as_json:
            session.output.document(as_json(found))
            return exits.OK
        since = fmt.moment(found.begin) or "the beginning"
        rows = [
            ("Sources", f"{found.assets:,}, {fmt.size(found.source_bytes)}"),
            ("Outputs", f"{found.outputs:,}, {fmt.size(found.output_bytes)}"),
            ("Jobs ended", f"{found.jobs:,} from {since} to {fmt.moment(found.to)}"),
            ("  succeeded", f"{found.succeeded:,}"),
            ("  failed", f"{found.failed:,}"),
            ("  canceled", f"{found.canceled:,}"),
            ("Media", f"{fmt.clock(found.media_seconds)} of what succeeded"),
            ("Runners", f"{fmt.clock(found.compute_seconds)} of all attempts"),
        ]
        for name, value in rows:
            session.output.line(f"{name + ':':<13}{value}")
        return exits.OK

    run(flags, story)


def parse_metadata(text: str | None) -> dict[str, Any] | None:
    """A JSON object. Raises ValueError with what is wrong."""
    if text is None:
        return None
    try:
        found = json.loads(text)
    except ValueError as error:
        raise ValueError(f"it is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise ValueError('it is no JSON object, such as {"series": 3}')  # noqa: TRY004
    return found


def _utc(value: datetime | None) -> datetime | None:
    return value.replace(tzinfo=UTC) if value else None


def _row(asset: Asset) -> tuple[str, ...]:
    return (
        asset.id,
        str(asset.status or ""),
        fmt.size(asset.size) if asset.size is not None else "",
        fmt.clock(asset.duration) if asset.duration is not None else "",
        fmt.shorten(asset.title or "", 30),
        asset.key,
    )
