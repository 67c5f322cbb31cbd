"""`reelmill defaults`."""

from __future__ import annotations

from typing import NoReturn

from reelmill.cli import exits
from reelmill.cli.options import Flags
from reelmill.cli.results import as_json
from reelmill.cli.run import Session, run
from reelmill.options import MediaOptions


def show(flags: Flags) -> NoReturn:
    """Show what the project's jobs inherit."""

    async def story(session: Session) -> int:
        _print(session, await session.client.defaults())
        return exits.OK

    run(flags, story)


def save(flags: Flags, wanted: MediaOptions) -> NoReturn:
    """Put these in place of the earlier ones, and show them."""

    async def story(session: Session) -> int:
        _print(session, await session.client.set_defaults(wanted))
        return exits.OK

    run(flags, story)


def _print(session: Session, found: MediaOptions) -> None:
    if session.output.as_json:
        session.output.document(as_json(found))
        return
    languages, mark = found.subtitle_languages, found.watermark
    image = mark.image.key or mark.image.asset_id if mark else None
    audio = {None: None, True: "normalized", False: "kept"}[found.normalize_audio]
    subtitles = None if languages is None else ", ".join(languages) or "every language"
    lines = (
        ("Tier", found.tier),
        ("Sound", audio),
        ("Subtitles", subtitles),
        ("Watermark", "none" if found.no_watermark else image),
    )
    for name, value in lines:
        session.output.line(f"{name + ':':<11}{value or '- (the preset decides)'}")
