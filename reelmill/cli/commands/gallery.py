"""`reelmill gallery`."""

from __future__ import annotations

from typing import NoReturn

from reelmill.cli import exits
from reelmill.cli import format as fmt
from reelmill.cli.options import Flags
from reelmill.cli.results import as_json
from reelmill.cli.run import Session, run
from reelmill.gallery import GalleryItem


def show(flags: Flags, limit: int, *, refresh: bool) -> NoReturn:
    """What was made last."""

    async def story(session: Session) -> int:
        found = await session.client.gallery(first=limit, refresh=refresh)
        if session.output.as_json:
            session.output.document(as_json(found))
        elif not found.items:
            session.output.say("Nothing has been made yet.")
        else:
            rows = [
                (
                    fmt.moment(each.finished_at),
                    each.title,
                    each.playback_url or each.poster_url or "",
                )
                for each in found.items
            ]
            session.output.table(("MADE", "TITLE", "PLAY"), rows)
        return exits.OK

    run(flags, story)


def _row(item: GalleryItem) -> tuple[str, ...]:
    link = item.playback_url or item.poster_url or ""
    return (fmt.moment(item.finished_at), item.title, link)
