"""Which rows of a list are wanted."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from api.domain.states import AssetKind


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetQuery:
    """Which assets: every field that is given must match. `words` is a tsquery."""

    key: str | None = None
    prefix: str | None = None
    status: list[str] | None = None
    sha256: str | None = None
    md5: str | None = None
    kind: AssetKind | None = None
    tag: str | None = None
    video_codec: list[str] | None = None
    audio_codec: list[str] | None = None
    duration_from: float | None = None
    duration_to: float | None = None
    size_from: int | None = None
    size_to: int | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobQuery:
    """Which jobs: every field that is given must match.

    `retried`: whether another job stands for it."""

    asset_id: UUID | None = None
    status: list[str] | None = None
    retried: bool | None = None
