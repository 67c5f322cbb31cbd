"""`reelmill scan` and `reelmill presets`."""

from __future__ import annotations

from typing import NoReturn

from reelmill.cli import exits
from reelmill.cli.format import safe
from reelmill.cli.options import Flags
from reelmill.cli.results import as_json
from reelmill.cli.run import Session, run
from reelmill.cli.tables import Last


def scan(flags: Flags, prefix: str) -> NoReturn:
    """Register what lies in the store."""

    async def story(session: Session) -> int:
        found = await session.client.scan(prefix)
        if session.output.as_json:
            session.output.document(as_json(found))
            return exits.OK
        for key in found.files:
            session.output.line(safe(key))
        if found.registered > len(found.files):
            session.output.say(f"… and {found.registered - len(found.files):,} more")
        session.output.say(
            f"Media found: {found.found:,}, of which new: {found.registered:,}. "
            f"Other objects skipped: {found.skipped:,}."
        )
        return exits.OK

    run(flags, story)


def presets(flags: Flags) -> NoReturn:
    """List the presets."""

    async def story(session: Session) -> int:
        found = await session.client.presets()
        if session.output.as_json:
            session.output.document({"presets": [as_json(preset) for preset in found]})
            return exits.OK
        rows = [(each.name, f"{each.title}: {each.description}") for each in found]
        session.output.table(("NAME", "WHAT IT MAKES"), rows, last=Last.WRAPPED)
        return exits.OK

    run(flags, story)
