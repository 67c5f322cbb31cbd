"""`reelmill events`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from typing import NoReturn

from reelmill.cli import exits
from reelmill.cli.options import Flags
from reelmill.cli.results import as_json
from reelmill.cli.run import Session, run


def follow(flags: Flags, after: str | None, types: Sequence[str]) -> NoReturn:
    """A line of JSON for each event; tells, when it ends, where to go on."""

    async def story(session: Session) -> int:
        last = after
        try:
            # A reader that goes away leaves the loop in its middle: the streams below end in turn.
            async with aclosing(session.client.events(after=after, types=types)) as events:
                async for event in events:
                    session.output.document(as_json(event))
                    last = event.cursor
        finally:
            if last is not None:
                session.output.say(f"Go on with: reelmill events --after {last}")
        return exits.OK

    run(flags, story)
