"""`reelmill defaults`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from reelmill.cli import exits
from reelmill.cli.options import Flags
from reelmill.cli.results import as_json
from reelmill.cli.run import Session, run
from reelmill.kinds import Tier
from reelmill.options import MediaOptions
from reelmill.recipes import AssetRef, Watermark


def show(flags: Flags) -> NoReturn:
    """Show what the project's jobs inherit."""

    async def story(session: Session) -> int:
        _print(session, await session.client.defaults())
        return exits.OK

    run(flags, story)


def save(
    flags: Flags,
    *,
    tier: Tier | None = None,
    normalize_audio: bool | None = None,
    subtitle_languages: Sequence[str] | None = None,
    watermark: str | None = None,
    no_watermark: bool = False,
) -> NoReturn:
    """Put these in place of the earlier ones, and show them."""
    wanted = options(
        tier=tier,
        normalize_audio=normalize_audio,
        subtitle_languages=subtitle_languages,
        watermark=watermark,
        no_watermark=no_watermark,
    )

    async def story(session: Session) -> int:
        _print(session, await session.client.set_defaults(wanted))
        return exits.OK

    run(flags, story)


def options(
    *,
    tier: Tier | None,
    normalize_audio: bool | None,
    subtitle_languages: Sequence[str] | None,
    watermark: str | None,
    no_watermark: bool,
) -> MediaOptions:
    """What a command line says."""
    return MediaOptions(
        tier=tier,
        normalize_audio=normalize_audio,
        subtitle_languages=tuple(subtitle_languages) if subtitle_languages else None,
        watermark=Watermark(image=AssetRef(key=watermark)) if watermark else None,
        no_watermark=no_watermark or None,
    )


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
