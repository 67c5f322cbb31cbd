"""Pure: whether the pieces of every track are those that the plan asks for, and fit together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from runner import command, preview, sound_encoders, waveform
from runner.command_split import FILE_AUDIO, picture_tracks
from runner.errors import Code, RunnerError
from runner.outputs import Plan
from runner.times import Times
from schema.split import Piece, SplitPlan, StoredChunk


@dataclass(frozen=True)
class Part:
    """One piece of a track and the key at which it lies."""

    key: str
    piece: Piece

    @property
    def first(self) -> Fraction:
        """When its first frame is shown, in seconds."""
        return self.piece.first * Fraction(self.piece.time_base)

    @property
    def last(self) -> Fraction:
        """When its last frame is shown, in seconds."""
        return self.piece.last * Fraction(self.piece.time_base)


def tracks(plan: Plan, split: SplitPlan, chunks: Sequence[StoredChunk]) -> dict[str, list[Part]]:
    """The pieces of each track of the picture, in order. Raises RunnerError PIECES_DIFFER."""
    if len(chunks) != split.chunks:
        raise _differ(f"there are {len(chunks)} chunks instead of {split.chunks}")
    if len({chunk.engine for chunk in chunks}) != 1:
        raise _differ("they were made by different versions of FFmpeg")
    found = {}
    for name in picture_tracks(plan):
        parts = [_part(chunk, name) for chunk in chunks[: len(split.slices)]]
        _check(name, parts)
        found[name] = parts
    return found


def extras(plan: Plan, split: SplitPlan, chunks: Sequence[StoredChunk]) -> dict[str, Part]:
    """Sound, poster and preview, by the name of their files."""
    wanted = [
        *(sound_encoders.ladder_files(plan.ladder) if plan.ladder else ()),
        *([FILE_AUDIO] if plan.mp4 and plan.mp4.audio else []),
        *(sound_encoders.file_name(audio) for audio in plan.audio),
        *([command.POSTER] if plan.poster else []),
        *([preview.file_name(plan.preview)] if plan.preview else []),
        *(waveform.FILES if plan.waveform else ()),
    ]
    return {name: _part(chunks[len(split.slices)], name) for name in wanted}


def check_joined(name: str, parts: Sequence[Part], made: Times) -> None:
    """Refuse a joined track whose frames are not shown exactly when those of its pieces are."""
    shown = sorted(made.shown)
    at = 0
    for part in parts:
        inside = shown[at : at + part.piece.frames]
        at += part.piece.frames
        if not inside or (inside[0] * made.tick, inside[-1] * made.tick) != (part.first, part.last):
            raise _differ(f"{name}: a piece does not lie where it belongs")
    if at != len(shown) or len(set(shown)) != at:
        raise _differ(f"{name}: frames are missing or doubled")


def _check(name: str, parts: Sequence[Part]) -> None:
    for what in ("codec_hash", "time_base"):
        if len({getattr(part.piece, what) for part in parts}) != 1:
            raise _differ(f"{name}: the pieces differ in {what}")
    if any(after.first <= before.last for before, after in pairwise(parts)):
        raise _differ(f"{name}: two pieces show the same time")


def _part(chunk: StoredChunk, name: str) -> Part:
    for piece in chunk.pieces:
        if piece.name == name:
            return Part(chunk.prefix + name, piece)
    raise _differ(f"a chunk has no {name}")


def _differ(message: str) -> RunnerError:
    return RunnerError(Code.PIECES_DIFFER, message)
