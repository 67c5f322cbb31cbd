"""Pure: what was made against what was planned, and what was planned against the source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runner import encoders, sound_encoders
from runner.errors import Code, RunnerError
from runner.measure import Measured
from runner.outputs import AudioTrack, VideoTrack
from schema.loudness import Levelling, Levels

LOUDER, SOFTER = 1.0, 2.0  # LU
# How much shorter than promised a film may end: containers round, and some count a frame twice.
MISSING_SECONDS, MISSING_PART = 1.0, 0.02


@dataclass(frozen=True)
class Decoded:
    """What decoding a file to its end showed. `seconds` is where its last frame or sample ends."""

    frames: int
    seconds: float


def check_streams(
    name: str, made: Measured, video: VideoTrack | None, sounds: Sequence[AudioTrack]
) -> None:
    """Refuse a file whose streams are not those that were planned."""
    planned = _planned(sounds)
    if video:
        planned.insert(0, ("video", encoders.NAMES[video.codec], video.width, video.height))
    if list(made.streams) != planned:
        raise failed(f"{name} has the streams {made.streams} instead of {planned}")


def check_joined(name: str, made: Measured, sounds: Sequence[AudioTrack]) -> None:
    """Refuse a smart cut without its picture, which is as large as it ever was, or its sounds."""
    picture, *others = made.streams or (("", "", None, None),)
    if picture[:2] != ("video", "h264") or others != _planned(sounds):
        raise failed(f"{name} has the streams {made.streams}")


def _planned(sounds: Sequence[AudioTrack]) -> list[tuple[str, str, int | None, int | None]]:
    return [
        ("audio", sound_encoders.NAMES[audio.codec], audio.channels, audio.sample_rate)
        for audio in sounds
    ]


def check_duration(what: str, seconds: float, wanted: float, tolerance: float) -> None:
    """Refuse a duration that is further away from what was wanted than a frame or 50 ms."""
    if abs(seconds - wanted) > tolerance:
        raise failed(f"{what} lasts {seconds:.3f} s instead of {wanted:.3f} s")


def check_complete(seconds: float, promised: float) -> None:
    """Refuse a film that ends long before its container said that it would."""
    if promised - seconds > max(MISSING_SECONDS, MISSING_PART * promised):
        message = f"the film should last {promised:.1f} s but ends at {seconds:.1f} s"
        raise RunnerError(Code.SOURCE_TRUNCATED, message)


def check_copy(what: str, seconds: float, wanted: float) -> None:
    """Sound may begin or end a packet away from the picture, and those of some codecs are long."""
    if not wanted - 0.15 <= seconds <= wanted + 0.25:
        raise failed(f"{what} lasts {seconds:.3f} s instead of {wanted:.3f} s")


def check_loudness(what: str, made: Levels, done: Levelling) -> None:
    """Refuse a sound that is louder than was asked, or softer with no peaks in its way.

    An encoder that leaves the highest tones out takes some loudness with them.
    """
    if done.source.integrated is None:
        return
    off = (-70.0 if made.integrated is None else made.integrated) - done.target
    if off > LOUDER or (off < -SOFTER and not done.limited):
        raise failed(f"{what} has {made.integrated} LUFS instead of {done.target} LUFS")


def failed(message: str, log: str = "") -> RunnerError:
    """The check is not passed."""
    return RunnerError(Code.VERIFY_FAILED, message, log=log)
