"""`reelmill share`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NoReturn

from reelmill.cli import exits
from reelmill.cli import format as fmt
from reelmill.cli.options import Flags
from reelmill.cli.results import as_json
from reelmill.cli.run import Session, run
from reelmill.cli.tally import Tally
from reelmill.shares import ShareLink

_HEADINGS = ("ID", "STATE", "CREATED", "ENDS", "TITLE")
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is shared, an asset or an output, and for how long."""

    thing: str
    title: str | None
    days: float | None
    expires: datetime | None


def create(flags: Flags, wanted: Wanted, *, quiet: bool) -> NoReturn:
    """Make a link and print it, once."""

    async def story(session: Session) -> int:
        is_output = wanted.thing.startswith("output_")
        made = await session.client.create_share_link(
            asset_id=None if is_output else wanted.thing,
            output_id=wanted.thing if is_output else None,
            title=wanted.title,
            expires_in=None if wanted.days is None else round(wanted.days * _DAY),
            expires_at=wanted.expires.replace(tzinfo=UTC) if wanted.expires else None,
        )
        if session.output.as_json:
            session.output.document(as_json(made))
            return exits.OK
        session.output.line(made.url)
        if not quiet:
            ends = fmt.moment(made.share_link.expires_at)
            session.output.say(f"It opens until {ends}. Keep it: it is never shown again.")
            session.output.say(f"End it: reelmill share revoke {made.share_link.id}")
        return exits.OK

    run(flags, story)


def listing(flags: Flags, asset_id: str) -> NoReturn:
    """List the links of an asset."""

    async def story(session: Session) -> int:
        found = await session.client.share_links(asset_id)
        if session.output.as_json:
            session.output.document({"shareLinks": [as_json(each) for each in found]})
        elif found:
            session.output.table(_HEADINGS, [_row(each) for each in found])
        else:
            session.output.say("There is no link to it.")
        return exits.OK

    run(flags, story)


def revoke(flags: Flags, ids: Sequence[str]) -> NoReturn:
    """End links."""

    async def story(session: Session) -> int:
        tally = Tally(session.output)
        for share_id in ids:
            with tally.one(share_id):
                link = await session.client.revoke_share_link(share_id)
                if session.output.as_json:
                    session.output.document(as_json(link))
                else:
                    session.output.line(f"{link.id} revoked")
        return tally.exit_code()

    run(flags, story)


def _row(link: ShareLink) -> tuple[str, ...]:
    return (
        link.id,
        str(link.state),
        fmt.moment(link.created_at),
        fmt.moment(link.expires_at),
        fmt.shorten(link.title or "", 40),
    )
