"""Pure but for the files: the outline of a sound, as numbers and as a picture.

FFmpeg says the lowest and the highest sample of each stretch; the picture is painted from these
numbers, because FFmpeg's own painter keeps the whole sound in memory.
"""

from __future__ import annotations

import json
import struct
import zlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from runner.errors import Code, RunnerError
from runner.outputs import WaveformPlan

LISTING = "peaks.txt"  # what FFmpeg writes
PEAKS = "waveform.json"
PICTURE = "waveform.png"
FILES = (PEAKS, PICTURE)
_KEY = "lavfi.astats.Overall."


@dataclass(frozen=True)
class Outline:
    """For each stretch the lowest and the highest sample, in turn, from -128 to 127."""

    data: Sequence[int]

    @property
    def length(self) -> int:
        """How many stretches there are."""
        return len(self.data) // 2


def write(folder: Path, plan: WaveformPlan) -> float:
    """Make both files of FFmpeg's listing. Returns about how long the sound is, in seconds."""
    with (folder / LISTING).open(encoding="ascii") as lines:
        outline = read(lines)
    if not outline.length:
        raise RunnerError(Code.ENCODE_FAILED, "the sound has no samples to draw")
    (folder / PEAKS).write_text(as_json(outline, plan), "ascii")
    (folder / PICTURE).write_bytes(picture(outline, plan))
    return outline.length * plan.samples / plan.track.sample_rate


def read(lines: Iterable[str]) -> Outline:
    """FFmpeg's listing: after each frame's own line one with the lowest and one with the highest
    sample, from -1 to 1."""
    data = array("b")
    for line in lines:
        name, _, value = line.removeprefix(_KEY).strip().partition("=")
        if name in {"Min_level", "Max_level"}:
            data.append(max(-128, min(127, round(float(value) * 128))))
    if len(data) % 2:
        raise RunnerError(Code.ENCODE_FAILED, "the outline of the sound ends in the middle")
    return Outline(data)


def as_json(outline: Outline, plan: WaveformPlan) -> str:
    """The data format of `audiowaveform`, version 2, which players with a waveform read."""
    shape = {
        "version": 2,
        "channels": 1,
        "sample_rate": plan.track.sample_rate,
        "samples_per_pixel": plan.samples,
        "bits": 8,
        "length": outline.length,
        "data": list(outline.data),
    }
    return json.dumps(shape, separators=(",", ":"))


def picture(outline: Outline, plan: WaveformPlan) -> bytes:
    """A PNG of two colours, one of them transparent. The time runs from left to right."""
    spans = [_span(outline, plan, column) for column in range(plan.width)]
    rows = bytearray()
    for row in range(plan.height):
        rows.append(0)  # no filter
        rows += bytes(top <= row <= bottom for top, bottom in spans)
    header = struct.pack(">IIBBBBB", plan.width, plan.height, 8, 3, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [
            _chunk(b"IHDR", header),
            _chunk(b"PLTE", bytes(3) + bytes.fromhex(plan.color)),
            _chunk(b"tRNS", b"\x00\xff"),
            _chunk(b"IDAT", zlib.compress(bytes(rows), 9)),
            _chunk(b"IEND", b""),
        ]
    )


def _span(outline: Outline, plan: WaveformPlan, column: int) -> tuple[int, int]:
    """The first and the last row of a column that are painted; silence is a line."""
    first = column * outline.length // plan.width
    last = max(first + 1, -(-(column + 1) * outline.length // plan.width))
    stretch = outline.data[2 * first : 2 * last]
    middle, scale = (plan.height - 1) / 2, (plan.height - 1) / 256
    return round(middle - max(stretch) * scale), round(middle - min(stretch) * scale)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def check(folder: Path, plan: WaveformPlan) -> None:
    """Refuse numbers that are not those of the plan. Raises ValueError, KeyError or OSError."""
    found = json.loads((folder / PEAKS).read_text("ascii"))
    said = (found["version"], found["sample_rate"], found["samples_per_pixel"])
    if said != (2, plan.track.sample_rate, plan.samples):
        raise ValueError(f"it is said to be {said}")
    if found["length"] < 1 or len(found["data"]) != 2 * found["length"]:
        raise ValueError("its length is not that of its data")
    if any(low > high for low, high in zip(found["data"][::2], found["data"][1::2], strict=True)):
        raise ValueError("its lowest samples lie above its highest")
