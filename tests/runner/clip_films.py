"""Films of many kinds out of which clips are copied: long enough that some bytes are not needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.runner import media

X264 = ("-g", "20", "-bf", "3", "-preset", "veryfast")
SECONDS = 24.0


def film(path: Path, *options: str, **more: Any) -> Path:
    """H.264 with B-frames, the index at the end."""
    given = {"size": "160x120", "rate": "25", "seconds": SECONDS} | more
    return media.make(path, *X264, *options, **given)


def again(path: Path, *options: str, before: tuple[str, ...] = ()) -> Path:
    """The same film, written anew by copying."""
    plain = film(path.with_name("plain.mp4"))
    media.ffmpeg(*before, "-i", str(plain), *options, "-c", "copy", str(path))
    return path


def edited(path: Path) -> Path:
    """Begins behind a keyframe, by an edit list, and its sound a little later."""
    plain = film(path.with_name("plain.mp4"))
    late = ("-itsoffset", "0.4", "-i", str(plain), "-map", "0:v", "-map", "1:a")
    media.ffmpeg("-ss", "1.3", "-i", str(plain), *late, "-c", "copy", str(path))
    return path


def tracks(path: Path) -> Path:
    """Three sounds, of which the second one is the default."""
    plain = film(path.with_name("plain.mp4"))
    tone = ("-f", "lavfi", "-i", f"sine=frequency=900:duration={SECONDS}")
    maps = ("-map", "0:v", "-map", "1", "-map", "0:a", "-map", "2")
    default = ("-disposition:a:0", "0", "-disposition:a:1", "default")
    media.ffmpeg("-i", str(plain), *tone, *tone, *maps, "-c:v", "copy", *default, str(path))
    return path


def _small(path: Path, *options: str) -> Path:
    return media.make(path, *options, size="96x64", seconds=16)


def _late(path: Path) -> Path:
    plain = film(path.with_name("plain.mp4"))
    late = ("-itsoffset", "9", "-i", str(plain), "-map", "0:v", "-map", "1:a")
    media.ffmpeg("-i", str(plain), *late, "-c", "copy", str(path))
    return path


def _torn(path: Path) -> Path:
    with path.open("ab") as file:
        file.write(b"\0\0\0\4torn" * 100)
    return path


FILMS: dict[str, Callable[[Path], Path]] = {
    "index at the front": lambda path: film(path, "-movflags", "+faststart"),
    "index at the end": film,
    "mov": lambda path: film(path.with_suffix(".mov")),
    "long groups": lambda path: film(path, "-g", "130", "-sc_threshold", "0"),
    "edit lists": edited,
    "irregular": lambda path: film(
        path, "-vf", "select='not(between(mod(n,17),3,9))'", "-fps_mode", "vfr"
    ),
    "few frames": lambda path: film(path, "-g", "24", rate="12", seconds=40),
    "three sounds": tracks,
    "mp3": lambda path: film(path, "-c:a", "libmp3lame"),
    "vp9 and opus": lambda path: _small(
        path,
        *("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-g", "50"),
        *("-auto-alt-ref", "1", "-c:a", "libopus"),
    ),
    "hevc": lambda path: _small(
        path,
        *("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error:keyint=50"),
    ),
    "no sound": lambda path: film(path, audio=None),
    "sound alone": lambda path: media.make(
        path.with_suffix(".m4a"), "-vn", video=False, seconds=SECONDS
    ),
    "an odd name": lambda path: film(path.with_name("-rf %d ü.mp4")),
    # Its index was written last; the fragments are hidden inside its media data.
    "hybrid fragments": lambda path: again(path, "-movflags", "+hybrid_fragmented"),
    "a clock": lambda path: again(path.with_suffix(".mov"), "-timecode", "10:00:00:00"),
}

# These are fetched whole.
OTHERS: dict[str, Callable[[Path], Path]] = {
    "fragments": lambda path: again(path, "-movflags", "+frag_keyframe+empty_moov"),
    "matroska": lambda path: again(path.with_suffix(".mkv")),
    "sound that comes late": _late,
    "boxes that end early": lambda path: _torn(film(path, "-movflags", "+faststart")),
}
