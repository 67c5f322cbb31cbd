"""What a runner will need, from what is known of its source and its recipe. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from schema.job import FailureClass
from schema.probe import Probe
from schema.recipe import ClipMode, Recipe

MIB: Final = 1024**2
_STEP: Final = 64 * MIB

# Where nobody has read the source: its size, if that is known, and these.
_UNKNOWN_BYTES: Final = 2 * 1024**3
_UNKNOWN_SECONDS: Final = 15 * 60.0
_UNKNOWN_PIXELS: Final = 1920 * 1080

# Python, the store's client with its parts in flight, and the packager.
_BASE_MEMORY: Final = 512 * MIB
# Frames that an encoder of x264 holds (lookahead, references, threads), and bytes of each pixel.
_HELD_FRAMES: Final = 150
_PIXEL_BYTES: Final = 1.5
# All rungs of a ladder together have about as many pixels again as its highest.
_LADDER: Final = 1.9
# Bits of output a pixel and frame at most, for what scratch must hold.
_BITS: Final = 0.12
_RATE: Final = 30.0


@dataclass(frozen=True, slots=True)
class Size:
    """Thousandths of a processor, bytes of memory, bytes of scratch."""

    cpu_milli: int
    memory: int
    storage: int


PROBE_SIZE: Final = Size(cpu_milli=500, memory=_BASE_MEMORY, storage=1024 * MIB)


def of_task(recipe: Recipe, probe: Probe | None, size: int, retries: Mapping[str, int]) -> Size:
    """What one encode of a whole source needs; twice as much after each end for want of it."""
    pixels = _pixels(probe)
    encodes = _encodes(recipe)
    memory = _BASE_MEMORY
    if encodes:
        ladder = _LADDER if recipe.ladder else 1.0
        memory += int(_HELD_FRAMES * _PIXEL_BYTES * min(pixels, _highest(recipe)) * ladder)
    cpu = (4000 if pixels > _UNKNOWN_PIXELS * 1.1 else 2000) if encodes else 500
    return Size(
        cpu_milli=cpu,
        memory=_rounded(memory) << retries.get(FailureClass.OOM, 0),
        storage=_rounded(_storage(recipe, probe, size)) << retries.get(FailureClass.DISK, 0),
    )


def _storage(recipe: Recipe, probe: Probe | None, size: int) -> int:
    """The source, and what is made of it twice: encoded, and cut into segments."""
    source = size or _UNKNOWN_BYTES
    if not _encodes(recipe):
        return 256 * MIB + source * (1 + max(1, len(recipe.clips)))
    seconds = (probe.duration if probe else None) or _UNKNOWN_SECONDS
    rate = min(_pixels(probe), _highest(recipe)) * _RATE * _BITS / 8
    return 256 * MIB + source + int(2 * seconds * max(rate, 64_000.0))


def _pixels(probe: Probe | None) -> int:
    if probe is None:
        return _UNKNOWN_PIXELS
    video = probe.video
    return (video.width or 0) * (video.height or 0) if video else 0


def _highest(recipe: Recipe) -> int:
    """Pixels of the largest picture that is encoded, at 16:9; clips are cut at full size."""
    if any(clip.mode is ClipMode.EXACT for clip in recipe.clips):
        return 8192 * 4320
    heights = [rung.height for rung in recipe.ladder.rungs] if recipe.ladder else []
    if recipe.ladder and not heights:
        heights.append(1080)
    if recipe.mp4:
        heights.append(recipe.mp4.max_height)
    top = max(heights, default=720)
    return top * top * 16 // 9


def _encodes(recipe: Recipe) -> bool:
    return bool(recipe.ladder or recipe.mp4) or any(
        clip.mode is ClipMode.EXACT for clip in recipe.clips
    )


def _rounded(value: int) -> int:
    return -(-value // _STEP) * _STEP
