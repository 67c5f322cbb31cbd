"""One film over several runners: the plan that all of them share, and what each has stored."""

from __future__ import annotations

from pydantic import Field

from schema.base import Tolerant
from schema.loudness import Levelling
from schema.source import Sha256Hex, SourceFacts


class Splitting(Tolerant):
    """When a film is split: from so many seconds on, into chunks of about so many seconds."""

    from_seconds: float
    chunk_seconds: float


class Slice(Tolerant):
    """One piece of the picture. Times in seconds of the output, except `seek`.

    Frames from `start` on and before `end` belong to it; without `end` it runs to the last one.
    Keyframes stand at `keys` where the recipe wants them at borders. `seek` is where decoding
    begins, in seconds from the file's start; without it at the beginning. `first` and `last` are
    when the first and the last frame should be shown: both ends are checked. `ranges` are the bytes
    of the source that are needed, from and up to; without any it is the whole.
    """

    start: float
    end: float | None
    seek: float | None
    keys: tuple[float, ...]
    first: float
    last: float
    ranges: tuple[tuple[int, int], ...] = ()


class SplitPlan(Tolerant):
    """How one film is split. Chunk i makes `slices[i]`; if `extras`, one more makes what is not
    worth splitting: sound and poster.

    `etag` is the source's, which all tasks read; `shift` is what is taken from the times of its
    frames, in ticks of the stream, and `time_base` those ticks in seconds, such as 1/90000.
    """

    etag: str | None
    source: SourceFacts
    shift: int
    time_base: str = Field(pattern=r"^\d+/\d+$")
    slices: tuple[Slice, ...] = Field(min_length=2, max_length=500)
    extras: bool
    have: tuple[str, ...] = Field(
        default=(), description="Parts of the recipe that were made before: no task makes them"
    )

    @property
    def chunks(self) -> int:
        """How many chunk tasks there are."""
        return len(self.slices) + self.extras


class Piece(Tolerant):
    """One file that a chunk has made, checked and stored below its prefix.

    `first` and `last` are when its first and last frame are shown, in ticks of `time_base` since
    the film's start. `codec_hash` is that of the decoder's configuration: all pieces of a track
    must have the same. A piece without picture has no frames. `levelling` is what was done to the
    loudness of a sound.
    """

    name: str = Field(pattern=r"^[a-z0-9_]+\.(mp4|jpg|m4a|opus|mp3|flac|ac3|json|png)$")
    size: int = Field(ge=1)
    sha256: Sha256Hex
    frames: int = Field(default=0, ge=0)
    first: int = 0
    last: int = 0
    time_base: str = Field(default="1/1", pattern=r"^\d+/\d+$")
    codec_hash: str | None = None
    levelling: Levelling | None = None


class StoredChunk(Tolerant):
    """A finished chunk: where its pieces lie, and the FFmpeg that made them."""

    prefix: str
    engine: str
    pieces: tuple[Piece, ...]
