"""The parts of a recipe: what is made, stored, and found again by itself.

A part's name is stable. Its value is canonical: two recipes that ask for the same part, in whatever
words, give the same value, and whatever would change a byte of it changes the value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from schema import inputs
from schema.base import Message
from schema.recipe import Clip, ClipMode, Recipe

# Fields of a recipe that are parts; of lists each item is one. All other fields are of all parts.
FIELDS: Final = (
    *("ladder", "mp4", "audio", "poster", "sprite", "preview", "waveform"),
    *("subtitles", "transcript", "clips", "metadata"),
)
# Fields of all parts that change nothing in some of them, nor in packets that are kept. `verify`
# changes no byte, but an output that has passed a lower bar is another one.
_UNTOUCHED: Final = frozenset({"tier", "loudness"})
_DRAWN: Final = frozenset({"watermark", "burn"})
_PICTURE: Final = frozenset({"crop", "pad"}) | _DRAWN
_WITHOUT: Final = {
    "audio": frozenset({"tier"}) | _PICTURE,
    "poster": _UNTOUCHED | _DRAWN,
    "sprite": _UNTOUCHED | _DRAWN,
    "preview": _UNTOUCHED | _DRAWN,
    "waveform": _UNTOUCHED | _PICTURE,
    "subtitles": _UNTOUCHED | _PICTURE,
    "transcript": _UNTOUCHED | _PICTURE,
}
# Parts that a ladder names as its subtitle groups, and so holds copies of.
_SHOWN: Final = ("subtitles", "transcript")


def unrepeatable(recipe: Recipe) -> frozenset[str]:
    """Parts of which nothing is known before a runner starts: a transcript is made by a model that
    an installation chooses, text is drawn with a font of it, and metadata name the files of their
    own job."""
    shown = recipe.ladder is not None and recipe.ladder.subtitles
    names = {"metadata"} if recipe.metadata else set()
    if recipe.transcript:
        names |= {"transcript", "ladder"} if shown else {"transcript"}
    if recipe.burn:
        names |= {"ladder", "mp4", *_encoded_clips(recipe)}
    return frozenset(names)


def _encoded_clips(recipe: Recipe) -> Iterator[str]:
    for number, clip in enumerate(recipe.clips, start=1):
        if clip.mode is not ClipMode.COPY:
            yield clip_name(number)


def audio_name(number: int) -> str:
    """The name of a file of sound alone, from 1."""
    return f"audio_{number}"


def clip_name(number: int) -> str:
    """The name of a clip, from 1."""
    return f"clip_{number}"


def parts(recipe: Recipe, contents: Sequence[str] = ()) -> dict[str, Any]:
    """The value of each part that a recipe asks for, by name, in the order of the outputs.

    `contents` stand for the assets that the recipe names, in their order: what they are called
    plays no role then.
    """
    context = inputs.by_content(recipe, contents)
    shared = recipe.model_dump(mode="json", exclude=set(FIELDS), context=context)
    found: dict[str, Any] = {}
    for field in FIELDS:
        if field == "metadata":
            if recipe.metadata:
                clips = (clip_name(number) for number in range(1, len(recipe.clips) + 1))
                found[field] = {field: [found[name] for name in clips]}
            continue
        for name, part in _each(field, getattr(recipe, field)):
            kept = isinstance(part, Clip) and part.mode is ClipMode.COPY
            without = (_UNTOUCHED | _PICTURE) if kept else _WITHOUT.get(field, frozenset())
            value = part.model_dump(mode="json", context=context)
            if field == "ladder":
                # Rungs are made from the top, in whatever order they are named.
                value["rungs"].sort(key=lambda rung: rung["height"])
                if value["subtitles"]:
                    value["subtitles"] = recipe.model_dump(
                        mode="json", include=set(_SHOWN), context=context
                    )
            found[name] = {field: value} | {k: shared[k] for k in shared if k not in without}
    return found


def _each(field: str, value: Any) -> Iterator[tuple[str, Message]]:
    """Which one it is of a list is no part of its value, only of its name."""
    if field in {"audio", "clips"}:
        name = audio_name if field == "audio" else clip_name
        yield from ((name(number), item) for number, item in enumerate(value, start=1))
    elif value is not None:
        yield field, value
