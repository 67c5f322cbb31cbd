"""How near an encode comes to its source, by VMAF: libvmaf in FFmpeg, with its built-in model."""

from __future__ import annotations

import json
import statistics
from dataclasses import dataclass, replace
from typing import Any

from runner import ass, curves, stamp, tracks
from runner.command import GLOBAL, Command, Writer
from runner.graph import Graph
from runner.outputs import VideoTrack
from schema.report import Vmaf

LOG = "vmaf.json"
# The model was trained on 1080 lines seen from three times their height.
LINES = 1080
# Longer films are looked at in every fifth frame: the mean hardly moves, the time falls to a third.
ALL_FRAMES_UNTIL = 60.0
EVERY = 5
# Each thread holds frames of its own: eight of them take a gigabyte at 1080 lines.
MOST_THREADS = 4


@dataclass(frozen=True)
class VmafWriter(Writer):
    """Writes the command that compares a file of ours with the source."""

    def compare(self, name: str, track: VideoTrack) -> Command:
        """Decode both, bring them to one size, and write scores into LOG.

        The source goes the way that it goes to the encoder, tone mapping and all, but is scaled
        only where it has more than 1080 lines; what was made is scaled to that, as on a screen.
        """
        picture = self.plan.picture
        assert picture is not None  # noqa: S101 - there is a track of it
        width, height = tracks.fit(picture, LINES)
        burn = ass.WHOLE if self.plan.burn else None
        graph = Graph(picture, watermark=self.plan.watermark, burn=burn)
        graph.add_video("reference", replace(track, width=width, height=height))
        compiled = graph.compile()
        pixels = "yuv420p10le" if track.depth == 10 else "yuv420p"
        every = 1 if self.plan.duration <= ALL_FRAMES_UNTIL else EVERY
        threads = min(self.threads, MOST_THREADS)
        options = f"n_threads={threads}:n_subsample={every}:log_fmt=json:log_path={LOG}"
        made = 2 if compiled.stamped else 1
        text = (
            f"{compiled.texts[0]};"
            f"[{made}:v:0]scale={width}:{height}:flags=bicubic,format={pixels}[made];"
            # Times were rounded differently, so the nearest frame is the same one.
            f"[made]{compiled.labels['reference']}libvmaf={options}:ts_sync_mode=nearest[compared]"
        )
        arguments = (
            *GLOBAL,
            *self.opened(),
            *(stamp.options() if compiled.stamped else ()),
            *("-protocol_whitelist", "file", "-f", "mov", "-i", f"file:{name}"),
            *("-filter_complex_threads", str(self.threads), "-filter_complex", text),
            *("-map", "[compared]", "-fps_mode", "passthrough", "-enc_time_base", "filter"),
            *("-f", "null", "-"),
        )
        return Command(arguments, self.plan.duration)


def read(text: str, frame_rate: float) -> Vmaf:
    """Pure: libvmaf's log -> the mean, and the worst second. Raises ValueError without frames."""
    found: dict[str, Any] = json.loads(text)
    samples = [
        (frame["frameNum"] / frame_rate, float(frame["metrics"]["vmaf"]))
        for frame in found["frames"]
    ]
    curve = curves.of_samples(samples, statistics.fmean)
    if curve is None:
        raise ValueError("no frame was compared")
    seconds: dict[int, list[float]] = {}
    for at, score in samples:
        seconds.setdefault(int(at), []).append(score)
    means = {second: statistics.fmean(values) for second, values in seconds.items()}
    worst = min(means, key=lambda second: means[second])
    return Vmaf(
        mean=round(statistics.fmean(score for _, score in samples), 2),
        lowest=round(means[worst], 2),
        lowest_at=float(worst),
        step=curve.step,
        curve=curve.values,
    )
