"""A smart cut of ten minutes against an exact one: processor time, and the very same frames.

The cutting is measured, and not what runners do besides: fetching, and the check that decodes every
frame. It has one thread, so that its processor time is what a worker with one processor would need.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from bench import runs
from bench.jobs import synthesise
from bench.place import folder
from bench.rounds import interleave
from bench.rows import Row, at_least
from bench.sizes import Sizes
from bench.story import settings
from runner.tools import Tools, find_tools
from schema.job import Limits, TaskKind
from schema.recipe import ClipMode

FASTER = 5.0
START = 3.14  # between two keyframes, as is the end


def run(sizes: Sizes) -> list[Row]:
    """Both ways in turns, over one source."""
    with folder("cut") as place:
        tools = find_tools(settings(place))
        _film(tools, place, sizes)
        modes = (ClipMode.SMART, ClipMode.EXACT)
        arms = {mode.value: lambda mode=mode: _cut(place, mode, sizes) for mode in modes}
        measured = interleave(arms, rounds=sizes.cut_rounds, unit="CPU s")
        asked = _asked(tools, place / "film.mp4", sizes)
        smart, exact = (_frames(tools, place / _prefix(mode) / "clip.mp4") for mode in modes)
    ours, theirs = measured.middle("SMART"), measured.middle("EXACT")
    what = f"smart cut, {sizes.cut_seconds} s of {sizes.cut_height}p"
    same = smart == exact == asked
    times = measured.ratio("EXACT", "SMART")
    return [
        at_least(f"{what}: CPU", f"{ours:.1f} s", f"exact {theirs:.1f} s", times, FASTER),
        Row(f"{what}: frames", f"{len(smart)}", f"exact {len(exact)}", None, f"{len(asked)}", same),
    ]


def _film(tools: Tools, place: Path, sizes: Sizes) -> None:
    """Some seconds again and again: what a cut costs does not depend on what is seen."""
    seconds = min(30, sizes.cut_seconds)
    synthesise(tools, place / "short.mp4", seconds, sizes.cut_height)
    words = [tools.ffmpeg, "-nostdin", "-v", "error"]
    # The picture alone: with sound, which ends a little later, each turn would begin late.
    alone = ["-i", str(place / "short.mp4"), "-map", "0:v", "-c", "copy", str(place / "loop.mp4")]
    subprocess.run([*words, *alone], check=True)
    sound = ["-f", "lavfi", "-i", "anoisesrc=color=pink:amplitude=0.2:sample_rate=48000"]
    both = ["-stream_loop", "-1", "-i", str(place / "loop.mp4"), *sound, "-c:v", "copy"]
    length = ["-t", str(sizes.cut_seconds + 10), str(place / "film.mp4")]
    subprocess.run([*words, *both, *length], check=True)


def _cut(place: Path, mode: ClipMode, sizes: Sizes) -> float:
    clip = {"start": START, "end": START + sizes.cut_seconds, "mode": mode.value}
    more: dict[str, Any] = {"task": TaskKind.ENCODE, "index": 0, "limits": Limits(threads=1)}
    wanted = runs.spec(place / "film.mp4", {"clips": [clip]}, _prefix(mode), **more)
    used, made = runs.task(place, mode.value, wanted, "bench.cut_story")
    if made["notes"]:
        raise RuntimeError(f"it was not cut as asked: {made['notes']}")
    return used.cpu


def _prefix(mode: ClipMode) -> str:
    return f"out/{mode.value}/"


def _asked(tools: Tools, path: Path, sizes: Sizes) -> list[int]:
    """When each frame of the clip should be shown, in milliseconds, by the packets of the film."""
    words = [tools.ffprobe, "-v", "error", "-select_streams", "v:0", "-of", "csv=p=0"]
    words += ["-show_entries", "packet=pts_time", str(path)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    times = sorted(float(line.rstrip(",")) for line in done.stdout.split())
    inside = [time for time in times if START <= time < START + sizes.cut_seconds]
    return [round(1000 * (time - inside[0])) for time in inside]


def _frames(tools: Tools, path: Path) -> list[int]:
    """When each decoded frame is shown, in milliseconds."""
    words = [tools.ffmpeg, "-nostdin", "-v", "error", "-xerror", "-i", str(path), "-map", "0:v:0"]
    words += ["-fps_mode", "passthrough", "-enc_time_base", "1/1000", "-f", "framecrc", "-"]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if not line.startswith("#")]
    return [int(line.split(",")[2]) for line in lines]
