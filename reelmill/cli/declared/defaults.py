"""`reelmill defaults`."""

# ruff: noqa: PLC0415

from __future__ import annotations

import typer

from reelmill.cli.declare import command, group, listing
from reelmill.cli.media import (
    Languages,
    NormalizeAudio,
    NoWatermark,
    TierOption,
    WatermarkKey,
    media_options,
)
from reelmill.cli.options import Flags

defaults = group("defaults", "What the project's jobs by preset inherit.")


def add(app: typer.Typer) -> None:
    """Hang the commands in."""
    listing(defaults, "reelmill defaults", "reelmill defaults --json")(show)
    command(
        defaults,
        "set",
        "reelmill defaults set --watermark brand/logo.png --normalize-audio",
        "reelmill defaults set --tier premium --subtitle-language en --subtitle-language de",
    )(save)
    command(defaults, "clear", "reelmill defaults clear")(clear)
    app.add_typer(defaults)


def show(flags: Flags) -> None:
    """Show them."""
    from reelmill.cli.commands import defaults as work

    work.show(flags)


def save(
    flags: Flags,
    *,
    tier: TierOption = None,
    normalize_audio: NormalizeAudio = None,
    subtitle_languages: Languages = None,
    watermark: WatermarkKey = None,
    no_watermark: NoWatermark = False,
) -> None:
    """Put these in place of all earlier ones; needs a key with the scope ADMIN."""
    from reelmill.cli.commands import defaults as work

    wanted = media_options(
        tier=tier,
        normalize_audio=normalize_audio,
        subtitle_languages=subtitle_languages,
        watermark=watermark,
        no_watermark=no_watermark,
    )
    work.save(flags, wanted)


def clear(flags: Flags) -> None:
    """Let presets alone decide again; needs a key with the scope ADMIN."""
    from reelmill.cli.commands import defaults as work
    from reelmill.options import MediaOptions

    work.save(flags, MediaOptions())
