"""What a recipe says of subtitles, and how it names another asset."""

from __future__ import annotations

import strawberry


@strawberry.input(one_of=True, description="Another asset of the project, by its id or its key")
class AssetRefInput:
    """Another asset of the project, by its id or its key."""

    asset_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Its id"
    )
    key: str | None = strawberry.field(
        default=strawberry.UNSET, description="Its key in the in bucket"
    )


@strawberry.input(description="Subtitles beside the source: SubRip, WebVTT, ASS or SSA")
class SubtitleFileInput:
    """Subtitles beside the source: SubRip, WebVTT, ASS or SSA."""

    file: AssetRefInput = strawberry.field(description="Its asset")
    language: str | None = strawberry.field(default=None, description="ISO 639, such as en")
    label: str | None = strawberry.field(
        default=None, description="What a viewer chooses by; default: the language"
    )
    default: bool | None = strawberry.field(
        default=None, description="Whether players show it unasked; default: no"
    )
    forced: bool | None = strawberry.field(
        default=None, description="Whether it tells only what is foreign; default: no"
    )


@strawberry.input(description="Subtitles that are drawn into the picture, for all to see")
class BurnInput:
    """Subtitles that are drawn into the picture, for all to see."""

    language: str | None = strawberry.field(
        default=None, description="ISO 639, such as en, of a text track of the source"
    )
    track: int | None = strawberry.field(
        default=None, description="Of the source's text tracks, from 1"
    )
    file: AssetRefInput | None = strawberry.field(
        default=None, description="Subtitles that lie beside the source"
    )
    size: float | None = strawberry.field(
        default=None,
        description="Height of a line in percent of the picture's shorter side, default 6",
    )


@strawberry.input(description="Text tracks of the source and files beside it, as WebVTT and SubRip")
class SubtitlesInput:
    """Text tracks of the source and files beside it, as WebVTT and SubRip."""

    languages: list[str] | None = strawberry.field(
        default=None, description="ISO 639, such as en or eng; default: every track"
    )
    embedded: bool | None = strawberry.field(
        default=None, description="Whether tracks of the source are taken; default: yes"
    )
    files: list[SubtitleFileInput] | None = strawberry.field(
        default=None, description="Subtitles that lie beside the source"
    )
