"""How near a picture is to its source."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from runner.tools import Tools


def vmaf(tools: Tools, made: Path, source: Path) -> float:
    """The mean VMAF of every fifth frame; both pictures are of one size."""
    words = [tools.ffmpeg, "-nostdin", "-hide_banner", "-v", "info", "-nostats"]
    words += ["-i", str(made), "-i", str(source)]
    words += ["-lavfi", "[0:v][1:v]libvmaf=n_subsample=5:n_threads=2", "-f", "null", "-"]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    found = re.search(r"VMAF score: ([\d.]+)", done.stderr)
    if found is None:
        raise RuntimeError(f"no VMAF score in {done.stderr[-500:]}")
    return float(found[1])
