"""`reelmill uploads`: what is under way, here and at the server."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NoReturn

from reelmill.cli import exits
from reelmill.cli import format as fmt
from reelmill.cli.options import Flags
from reelmill.cli.outcomes import upload_as_json
from reelmill.cli.paging import collect
from reelmill.cli.run import Session, run
from reelmill.cli.tables import Last
from reelmill.cli.tally import Tally
from reelmill.errors import ConfigurationError
from reelmill.ledger import Ledger
from reelmill.models import Upload

_HEADINGS = ("ID", "STATUS", "SIZE", "AGE", "FILE")


def listing(flags: Flags, status: Sequence[str], limit: int) -> NoReturn:
    """List uploads; a file's path stands with those that this machine can go on with."""

    async def story(session: Session) -> int:
        client, output = session.client, session.output
        found, more = await collect(
            lambda first, after: client.uploads(first=first, after=after, status=status), limit
        )
        here = await asyncio.to_thread(_here, session)
        if output.as_json:
            documents = [upload_as_json(each) | {"file": here.get(each.id)} for each in found]
            output.document({"uploads": documents, "more": more})
            return exits.OK
        if not found:
            output.say("No upload is under way.")
            return exits.OK
        output.table(_HEADINGS, [_row(each, here) for each in found], last=Last.CUT)
        if more:
            output.say(f"There are more; see them with --limit {limit * 5}.")
        return exits.OK

    run(flags, story)


def abort(flags: Flags, ids: Sequence[str]) -> NoReturn:
    """Abort uploads, one after the other."""

    async def story(session: Session) -> int:
        tally = Tally(session.output)
        for upload_id in ids:
            with tally.one(upload_id):
                upload = await session.client.abort_upload(upload_id)
                await asyncio.to_thread(_forget, session, upload.id)
                if session.output.as_json:
                    session.output.document(upload_as_json(upload))
                else:
                    session.output.line(f"{upload.id} {upload.status}")
        return tally.exit_code()

    run(flags, story)


def _here(session: Session) -> dict[str, str]:
    """Upload id -> path."""
    try:
        entries = Ledger(session.client.connection).entries()
    except ConfigurationError:
        return {}  # then none is known
    return {entry.upload_id: entry.path for entry in entries if entry.upload_id}


def _forget(session: Session, upload_id: str) -> None:
    try:
        Ledger(session.client.connection).forget(upload_id)
    except ConfigurationError:
        return  # then nothing was remembered


def _row(upload: Upload, here: dict[str, str]) -> tuple[str, ...]:
    return (
        upload.id,
        str(upload.status),
        fmt.size(upload.size) if upload.size is not None else "",
        fmt.age(upload.created_at, datetime.now(UTC)),
        here.get(upload.id, upload.filename),
    )
