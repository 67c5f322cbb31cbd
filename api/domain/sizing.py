"""What a runner will need, from what is known of its source and its recipe. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from schema.codecs import AudioCodec, AudioTracks, Channels, VideoCodec
from schema.job import FailureClass
from schema.probe import Probe, StreamKind
from schema.recipe import ClipMode, Recipe, TranscriptEngine

MIB: Final = 1024**2
_STEP: Final = 64 * MIB
_STORAGE: Final = "ephemeral-storage"
_QUANTITY: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)(?:[eE]([0-9]{1,2})|([mkMGTP]|[KMGTP]i))?")
_SUFFIXES: Final = {"": Fraction(1), "m": Fraction(1, 1000)} | {
    name: Fraction(base**power)
    for base, names in ((1000, "k M G T P"), (1024, "Ki Mi Gi Ti Pi"))
    for power, name in enumerate(names.split(), start=1)
}

# Where nobody has read the source: its size, if that is known, and these.
_UNKNOWN_BYTES: Final = 2 * 1024**3
_UNKNOWN_SECONDS: Final = 15 * 60.0
_UNKNOWN_PIXELS: Final = 1920 * 1080

# Python, the store's client with its parts in flight, and the packager.
_BASE_MEMORY: Final = 512 * MIB
# Frames that an encoder of x264 holds (lookahead, references, threads), and bytes of each pixel.
_HELD_FRAMES: Final = 150
_PIXEL_BYTES: Final = 1.5
# Bytes of each pixel that VMAF holds in four threads: measured at 1080 lines, where it stops.
_COMPARED_BYTES: Final = 300
# Other encoders hold more: measured on 1080p with two to eight threads, against x264.
_CODECS: Final = {VideoCodec.HEVC: 1.7, VideoCodec.AV1: 2.5, VideoCodec.VP9: 1.5}
# All rungs of a ladder together have about as many pixels again as its highest.
_LADDER: Final = 1.9
# Bits of output a pixel and frame at most, for what scratch must hold.
_BITS: Final = 0.12
# Whisper's model and ten minutes of sound: of `tiny` to `small`; bigger ones need more, which is
# for the operator to say. Its sound is 16,000 samples of two bytes a second.
_WHISPER: Final = 1024 * MIB
_SPEECH: Final = 32_000
# The same of films that are joined, which are kept nearly without loss; with 24 bits of sound.
_JOINED_BITS: Final = 1.0
_JOINED_SOUND: Final = 48_000 * 3 * 6
_RATE: Final = 30.0
# Sound: bytes a second of one channel without loss, and bit/s where nobody says.
_SAMPLE_BYTES: Final = 48_000 * 3
_SOUND_BITS: Final = 512_000
# Raw frames of a preview: bytes of a pixel, and how many times as high as wide they are at most.
_RAW_BYTES: Final = 1.5
_TOWER: Final = 3
# A point of a waveform, as FFmpeg lists it and as it is published.
_POINT_BYTES: Final = 150


@dataclass(frozen=True, slots=True)
class Size:
    """Thousandths of a processor, bytes of memory, bytes of scratch."""

    cpu_milli: int
    memory: int
    storage: int


@dataclass(frozen=True, slots=True)
class Lack:
    """Bytes that an earlier attempt had and that were too few; 0 where nothing was missing."""

    memory: int = 0
    storage: int = 0


PROBE_SIZE: Final = Size(cpu_milli=500, memory=_BASE_MEMORY, storage=1024 * MIB)


@dataclass(frozen=True, slots=True)
class Rules:
    """What an installation says beside the computation.

    `own` are quantities as Kubernetes writes them, for the name of a preset and of a resource;
    `most_memory` in bytes is more than a runner ever gets, whatever it has died of.
    """

    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    most_memory: int | None = None

    def sized(
        self, size: Size, preset: str | None, retries: Mapping[str, int], lack: Lack | None = None
    ) -> Size:
        """What the preset names in place of what was computed; then twice as much after each end
        for want of it, and never less than twice what was too little: an attempt may have been
        sized before its film was probed."""
        lack = lack or Lack()
        own = self.own.get(preset or "", {})
        memory = quantity(own["memory"]) if "memory" in own else size.memory
        storage = quantity(own[_STORAGE]) if _STORAGE in own else size.storage
        memory = max(memory << retries.get(FailureClass.OOM, 0), 2 * lack.memory)
        storage = max(storage << retries.get(FailureClass.DISK, 0), 2 * lack.storage)
        return Size(
            cpu_milli=quantity(own["cpu"], 1000) if "cpu" in own else size.cpu_milli,
            memory=min(memory, self.most_memory) if self.most_memory else memory,
            storage=storage,
        )


def of_task(recipe: Recipe, probe: Probe | None, size: int) -> Size:
    """What one encode of a whole source needs."""
    pixels = _pixels(probe)
    encodes = _encodes(recipe)
    memory = _BASE_MEMORY
    if encodes:
        ladder = _LADDER if recipe.ladder else 1.0
        held = _HELD_FRAMES * _PIXEL_BYTES * min(pixels, _highest(recipe)) * ladder
        held *= _codec(recipe)
        if recipe.verify and recipe.verify.measures_vmaf:
            # Behind the encoders, and of the source's size whatever is made of it.
            held = max(held, _COMPARED_BYTES * min(pixels, _UNKNOWN_PIXELS))
        memory += int(held)
    if recipe.transcript and recipe.transcript.engine is TranscriptEngine.WHISPER:
        memory += _WHISPER
    alone = 1000 if recipe.audio or recipe.waveform else 500
    cpu = (4000 if pixels > _UNKNOWN_PIXELS * 1.1 else 2000) if encodes else alone
    return Size(
        cpu_milli=cpu,
        memory=_rounded(memory),
        storage=_rounded(_storage(recipe, probe, size)),
    )


def quantity(text: str, times: int = 1) -> int:
    """A number as Kubernetes writes it (8Gi, 500m, 2e9), in whole units of one `times`-th.

    Raises ValueError.
    """
    if (found := _QUANTITY.fullmatch(text.strip())) is None:
        raise ValueError(f"{text!r} is no quantity such as 8Gi, 500M or 2")
    number, power, suffix = found.groups()
    factor = Fraction(10) ** int(power or 0) * _SUFFIXES[suffix or ""]
    return max(1, math.ceil(Fraction(number) * factor * times))


def _codec(recipe: Recipe) -> float:
    """Memory against 8 bits of H.264."""
    asked = [part for part in (recipe.ladder, recipe.mp4) if part]
    return max(
        (_CODECS.get(part.codec, 1.0) * (2 if part.bit_depth == 10 else 1) for part in asked),
        default=1.0,
    )


def _storage(recipe: Recipe, probe: Probe | None, size: int) -> int:
    """The source, and what is made of it twice: encoded, and cut into segments.

    Films that are joined with it are taken to be like it; they are there in pieces and as a whole.
    """
    films = 1 + len(recipe.join.films) if recipe.join else 1
    source = films * (size or _UNKNOWN_BYTES)
    seconds = films * ((probe.duration if probe else None) or _UNKNOWN_SECONDS)
    if recipe.join:
        rate = _pixels(probe) * _RATE * _JOINED_BITS / 8 + _JOINED_SOUND
        source += int(2 * seconds * rate)
    beside = int(seconds * _sound_rate(recipe, probe)) + _preview(recipe)
    if not _encodes(recipe):
        return 256 * MIB + source * (1 + max(1, len(recipe.clips))) + beside
    rate = min(_pixels(probe), _highest(recipe)) * _RATE * _BITS / 8
    if recipe.transcript:
        beside += int(seconds * _SPEECH)
    # A smart cut is as large as its part of the source, and while it is joined there are two of it.
    smart = sum(clip.mode is ClipMode.SMART for clip in recipe.clips)
    source += source * (smart + 1) if smart else 0
    return 256 * MIB + source + beside + int(2 * seconds * max(rate, 64_000.0))


def _preview(recipe: Recipe) -> int:
    """Its frames, before they are encoded: in pieces and joined."""
    if (wish := recipe.preview) is None:
        return 0
    frame = _RAW_BYTES * _TOWER * wish.width**2
    return math.ceil(2 * frame * wish.frame_rate * wish.duration)


def _sound_rate(recipe: Recipe, probe: Probe | None) -> float:
    """Bytes a second of all files that are sound alone. Without loss, as if nothing were packed."""
    surround = Channels.SURROUND
    files = sum(
        _SAMPLE_BYTES * (6 if audio.channels is surround else 2)
        if audio.codec is AudioCodec.FLAC
        else (audio.bitrate or _SOUND_BITS) / 8
        for audio in recipe.audio
    )
    files += _others(recipe, probe) * _SOUND_BITS / 8
    return files + _POINT_BYTES * (recipe.waveform.points if recipe.waveform else 0)


def _others(recipe: Recipe, probe: Probe | None) -> int:
    """Sounds beside the default one, twice where they are cut into segments."""
    heard = [s for s in probe.streams if s.kind is StreamKind.AUDIO] if probe else []
    kept = AudioTracks.ALL
    ladder = recipe.ladder is not None and recipe.ladder.audio_tracks is kept
    mp4 = recipe.mp4 is not None and recipe.mp4.audio_tracks is kept
    return max(0, len(heard) - 1) * (2 * ladder + mp4)


def _pixels(probe: Probe | None) -> int:
    if probe is None:
        return _UNKNOWN_PIXELS
    video = probe.video
    return (video.width or 0) * (video.height or 0) if video else 0


def _highest(recipe: Recipe) -> int:
    """Pixels of the largest picture that is encoded, at 16:9; clips are cut at full size."""
    if any(clip.mode is not ClipMode.COPY for clip in recipe.clips):
        return 8192 * 4320
    heights = [rung.height for rung in recipe.ladder.rungs] if recipe.ladder else []
    if recipe.ladder and not heights:
        heights.append(1080)
    if recipe.mp4:
        heights.append(recipe.mp4.max_height)
    top = max(heights, default=720)
    return top * top * 16 // 9


def _encodes(recipe: Recipe) -> bool:
    # A sprite is no encode to speak of, but the whole film is decoded for it; and a transcript
    # takes a processor for as long.
    whole = (recipe.join, recipe.ladder, recipe.mp4, recipe.sprite, recipe.transcript)
    return any(whole) or any(clip.mode is not ClipMode.COPY for clip in recipe.clips)


def _rounded(value: int) -> int:
    return -(-value // _STEP) * _STEP
