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
    # Of a picture with tags and one without, FFmpeg would convert one to the other's colours.
    alike = "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=limited"
    compared = f"[0:v]{alike}[a];[1:v]{alike}[b];[a][b]libvmaf=n_subsample=5:n_threads=2"
    words += ["-lavfi", compared, "-f", "null", "-"]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    found = re.search(r"VMAF score: ([\d.]+)", done.stderr)
    if found is None:
        raise RuntimeError(f"no VMAF score in {done.stderr[-500:]}")
    return float(found[1])
