"""The options of commands that say how media is made."""

# ruff: noqa: PLC0415

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from reelmill.cli.declare import wrong
from reelmill.kinds import Tier

if TYPE_CHECKING:
    from reelmill.options import MediaOptions

TierOption = Annotated[
    Tier | None,
    typer.Option("--tier", case_sensitive=False, help="How much time encoders may take."),
]
NormalizeAudio = Annotated[
    bool | None,
    typer.Option(
        "--normalize-audio/--keep-audio",
        show_default=False,
        help="Bring sound to one loudness, or leave it as it is.",
    ),
]
Languages = Annotated[
    list[str] | None,
    typer.Option(
        "--subtitle-language",
        metavar="CODE",
        help="Take text tracks in this language, such as en. May be given again.",
    ),
]
WatermarkKey = Annotated[
    str | None,
    typer.Option("--watermark", metavar="KEY", help="Lay this image of the store on the picture."),
]
NoWatermark = Annotated[
    bool, typer.Option("--no-watermark", help="Lay none on it, whatever is inherited.")
]


def media_options(
    *,
    tier: Tier | None,
    normalize_audio: bool | None,
    subtitle_languages: Sequence[str] | None,
    watermark: str | None,
    no_watermark: bool,
) -> MediaOptions:
    """What a command line says of them."""
    from reelmill.options import MediaOptions
    from reelmill.recipes import AssetRef, Watermark

    if watermark is not None and no_watermark:
        wrong("--watermark and --no-watermark contradict each other")
    return MediaOptions(
        tier=tier,
        normalize_audio=normalize_audio,
        subtitle_languages=tuple(subtitle_languages) if subtitle_languages else None,
        watermark=Watermark(image=AssetRef(key=watermark)) if watermark else None,
        no_watermark=no_watermark or None,
    )
