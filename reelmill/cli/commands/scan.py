"""`reelmill scan`: starts a walk through the store and follows it to its end."""

from __future__ import annotations

import asyncio
from typing import NoReturn

from reelmill.cli import exits
from reelmill.cli.format import safe
from reelmill.cli.options import Flags
from reelmill.cli.results import as_json
from reelmill.cli.run import Session, run
from reelmill.cli.screen import open_display
from reelmill.kinds import ScanStatus
from reelmill.models import Scan


def main(flags: Flags, prefix: str) -> NoReturn:
    """Register what lies in the store."""

    async def story(session: Session) -> int:
        first = await session.client.scan(prefix)
        last = first if first.done else await _followed(session, first)
        last = last.model_copy(update={"files": first.files})
        if session.output.as_json:
            session.output.document(as_json(last))
        else:
            _print(session, last)
        return exits.OK if last.status == ScanStatus.SUCCEEDED else exits.FAILED

    run(flags, story)


async def _followed(session: Session, first: Scan) -> Scan:
    last = first
    try:
        with open_display(session.output) as display:
            row = display.scan(first.prefix or "the store")
            async for scan in session.client.watch_scan(first.id):
                row(scan)
                last = scan
    except asyncio.CancelledError:
        session.output.say("The scan goes on in the server.")
        raise
    return last


def _print(session: Session, scan: Scan) -> None:
    output = session.output
    for key in scan.files:
        output.line(safe(key))
    if scan.registered > len(scan.files):
        output.say(f"… and {scan.registered - len(scan.files):,} more")
    output.say(
        f"Media found: {scan.found:,}, of which new: {scan.registered:,}, changed: "
        f"{scan.changed:,}. Missing: {scan.missing:,}. Other objects skipped: {scan.skipped:,}."
    )
    if scan.error is not None:
        output.say(f"reelmill: {safe(scan.error.message)} [{scan.error.code}]")
