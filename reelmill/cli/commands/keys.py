"""`reelmill keys`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NoReturn

from reelmill.cli import exits
from reelmill.cli import format as fmt
from reelmill.cli.options import Flags
from reelmill.cli.results import as_json
from reelmill.cli.run import Session, run
from reelmill.cli.tally import Tally
from reelmill.models import ApiKey

_HEADINGS = ("ID", "SCOPES", "CREATED", "ENDS", "NAME")


def listing(flags: Flags, *, everything: bool) -> NoReturn:
    """List keys; those that have ended only with `everything`."""

    async def story(session: Session) -> int:
        found = await session.client.api_keys()
        shown = [each for each in found if everything or not _ended(each)]
        if session.output.as_json:
            session.output.document({"keys": [as_json(each) for each in shown]})
        else:
            session.output.table(_HEADINGS, [_row(each) for each in shown])
        return exits.OK

    run(flags, story)


def create(
    flags: Flags, name: str, scopes: Sequence[str], expires: datetime | None, *, quiet: bool
) -> NoReturn:
    """Make a key and print it, once."""

    async def story(session: Session) -> int:
        ends = expires.replace(tzinfo=UTC) if expires else None
        made = await session.client.create_api_key(name, scopes, expires_at=ends)
        if session.output.as_json:
            session.output.document(as_json(made))
            return exits.OK
        session.output.line(made.secret)
        if not quiet:
            session.output.say("Keep it: it is never shown again.")
            session.output.say(f"End it: reelmill keys revoke {made.api_key.id}")
        return exits.OK

    run(flags, story)


def revoke(flags: Flags, ids: Sequence[str]) -> NoReturn:
    """End keys."""

    async def story(session: Session) -> int:
        tally = Tally(session.output)
        for key_id in ids:
            with tally.one(key_id):
                key = await session.client.revoke_api_key(key_id)
                if session.output.as_json:
                    session.output.document(as_json(key))
                else:
                    session.output.line(f"{key.id} revoked")
        return tally.exit_code()

    run(flags, story)


def _ended(key: ApiKey) -> bool:
    over = key.expires_at is not None and key.expires_at <= datetime.now(UTC)
    return key.revoked_at is not None or over


def _row(key: ApiKey) -> tuple[str, ...]:
    ends = "revoked" if key.revoked_at else fmt.moment(key.expires_at) or "never"
    return (key.id, ",".join(map(str, key.scopes)), fmt.moment(key.created_at), ends, key.name)
