"""Whether frames come regularly, where the container claims a rate that they need not keep.

Matroska and WebM write one duration for all frames of a track into its header, and FFprobe takes it
for the rate. Phones and recorders write it too, though their frames come when they come. Rounded to
that rate frames would move, and those that meet would be lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from runner import formats
from runner.command import input_options
from runner.ffmpeg import ChildFailedError, Watch, run
from runner.tools import Tools
from schema.probe import Probe

CLAIMING = frozenset({"matroska"})
LOOK_AT = 60  # seconds of film
OFF = 0.002  # seconds: times in the file are rounded to milliseconds
MOST_OFF = 2  # frames: the first ones of a cut often stand elsewhere


async def check(
    tools: Tools, path: Path, container: formats.Container, probe: Probe, watch: Watch
) -> Probe:
    """The probe of the file, with what the times of its first packets say of the rate."""
    video = probe.video
    if container.demuxer not in CLAIMING or video is None or video.variable_frame_rate:
        return probe
    argv = [
        tools.ffprobe,
        *("-hide_banner", "-loglevel", "error", *input_options(container, max_pixels=None)),
        *("-select_streams", str(video.index), "-read_intervals", f"%+{LOOK_AT}"),
        *("-show_entries", "packet=pts_time", "-of", "csv=print_section=0", f"file:{path.name}"),
    ]
    try:
        done = await run(argv, cwd=path.parent, watch=watch)
    except ChildFailedError:
        return probe  # whoever decodes it says better what is wrong
    if not irregular(read(done.stdout), video.frame_rate or 25.0):
        return probe
    streams = tuple(
        stream.model_copy(update={"variable_frame_rate": True}) if stream is video else stream
        for stream in probe.streams
    )
    return probe.model_copy(update={"streams": streams})


def read(listing: bytes) -> list[float]:
    """Pure: FFprobe's times, one a line; packets without one are left out."""
    times = []
    for line in listing.decode("ascii", "replace").splitlines():
        try:
            times.append(float(line.strip(",")))
        except ValueError:
            continue
    return sorted(times)


def irregular(times: Sequence[float], rate: float) -> bool:
    """Pure: whether more than a few frames stand beside the grid of a rate. Times in seconds."""
    if not times:
        return False
    places = [(time - times[0]) * rate for time in times]
    off = sum(abs(place - round(place)) / rate > OFF for place in places)
    return off > MOST_OFF or len({round(place) for place in places}) < len(places) - MOST_OFF
