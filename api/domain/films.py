"""What a person without a key sees of an asset: the film, and what stands beside it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from api.domain.models import Output

# What plays, the best first.
_PLAYED: Final = ("HLS", "MP4", "DASH", "AUDIO")
PLAYABLE: Final = frozenset({*_PLAYED, "CLIP"})
BESIDE: Final = frozenset({"POSTER", "SPRITE", "VTT", "SUBTITLE"})
# All that a link to an asset may show: clips are shared by themselves.
SHOWN: Final = frozenset({*_PLAYED, *BESIDE})
# The folder of what people have saved, below the job's.
SAVED: Final = "saved/"


@dataclass(frozen=True, slots=True)
class Film:
    """Outputs by their role; `thumbnails` is the index of the pictures on the seek bar."""

    played: Output
    poster: Output | None
    thumbnails: Output | None
    captions: tuple[Output, ...]


def film(outputs: Sequence[Output], only: UUID | None = None) -> Film | None:
    """The film of an asset's outputs, or of one of them; None where nothing plays."""
    newest = sorted(outputs, key=lambda output: output.id, reverse=True)
    if only is None:
        played = min(_of(newest, _PLAYED), key=_rank, default=None)
    else:
        played = next((output for output in newest if output.id == only), None)
    if played is None or played.kind not in PLAYABLE:
        return None
    # Another job may have made other pictures: one output stands with what was made with it.
    near = newest if only is None else [o for o in newest if o.job_id == played.job_id]
    poster = next(_of(near, {"POSTER"}), None)
    if played.kind == "CLIP":
        return Film(played, poster, None, ())  # their times are those of the whole film
    thumbnails = next(_of(near, {"VTT"}), None)
    return Film(played, poster, thumbnails, _captions(near))


def _captions(newest: Iterable[Output]) -> tuple[Output, ...]:
    """The newest WebVTT of each language and label."""
    found: dict[tuple[str, str | None], Output] = {}
    for output in _of(newest, {"SUBTITLE"}):
        if output.key.endswith(".vtt"):
            found.setdefault((language(output), output.facts.get("label")), output)
    return tuple(sorted(found.values(), key=lambda output: (language(output), output.id)))


def language(output: Output) -> str:
    """ISO 639 of its text; `und`: not known."""
    known: list[str] = output.facts.get("languages") or ["und"]
    return known[0]


def is_saved(output: Output) -> bool:
    """Whether people have written it, or corrected what was made."""
    return f"/{SAVED}{output.blob_id.hex}/" in output.key


def _of(outputs: Iterable[Output], kinds: Iterable[str]) -> Iterator[Output]:
    wanted = frozenset(kinds)
    return (output for output in outputs if output.kind in wanted)


def _rank(output: Output) -> int:
    return _PLAYED.index(output.kind)
