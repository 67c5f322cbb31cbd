"""The options of commands that say how media is made."""

from __future__ import annotations

from typing import Annotated

import typer

from reelmill.cli.declare import wrong
from reelmill.kinds import Tier

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


def check_watermark(watermark: str | None, no_watermark: bool) -> None:
    """Wrong usage where both are said."""
    if watermark is not None and no_watermark:
        wrong("--watermark and --no-watermark contradict each other")
