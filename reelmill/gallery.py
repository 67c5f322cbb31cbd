"""The gallery: what was made last, ready to be shown. Sizes in bytes, links that end."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from pydantic import Field

from reelmill.kinds import OutputKind
from reelmill.model import Model
from reelmill.models import Job

_OPEN: Final = Field(union_mode="left_to_right")


class GalleryFile(Model):
    """A single file of a gallery; bytes."""

    kind: Annotated[OutputKind | str, _OPEN]
    key: str
    size: int
    url: str


class GalleryItem(Model):
    """A job that succeeded, ready to be shown."""

    job: Job
    title: str
    finished_at: datetime
    poster_url: str | None = None
    playback_url: str | None = None
    files: tuple[GalleryFile, ...] = ()


class Gallery(Model):
    """What was made last, newest first. Its links work at least until it expires."""

    generated_at: datetime
    expires_at: datetime
    items: tuple[GalleryItem, ...] = ()
