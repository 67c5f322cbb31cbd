"""Pure: the bytes that FFmpeg writes to `-progress` -> values; phases -> one fraction of a task."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite

from schema.job import Phase


@dataclass(frozen=True)
class Snapshot:
    """One block of FFmpeg's `-progress` output.

    `seconds` is how far the output has come, absent while FFmpeg says N/A; `speed` is media
    seconds per wall second; `finished` marks the last block.
    """

    frame: int = 0
    seconds: float | None = None
    speed: float | None = None
    bytes: int = 0
    finished: bool = False

    @property
    def position(self) -> tuple[int, float | None, int]:
        """What must change from time to time, or the process hangs."""
        return (self.frame, self.seconds, self.bytes)


@dataclass
class ProgressParser:
    """Feeds on chunks of bytes as they come from the pipe; a block ends at its `progress=` line."""

    _rest: bytes = b""
    _fields: dict[str, str] = field(default_factory=dict)

    def feed(self, chunk: bytes) -> Iterator[Snapshot]:
        """Yield a snapshot for each block that the chunk completes."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            key, separator, value = line.decode("ascii", "replace").strip().partition("=")
            if not separator:
                continue
            self._fields[key] = value.strip()
            if key == "progress":
                yield _snapshot(self._fields)
                self._fields = {}


def _snapshot(fields: Mapping[str, str]) -> Snapshot:
    microseconds = _number(fields.get("out_time_us"))
    speed = _number(fields.get("speed", "").removesuffix("x"))
    return Snapshot(
        frame=int(_number(fields.get("frame")) or 0),
        seconds=None if microseconds is None else max(0.0, microseconds / 1_000_000),
        # Before the first frame FFmpeg may say a speed below zero.
        speed=None if speed is None else max(0.0, speed),
        bytes=int(_number(fields.get("total_size")) or 0),
        finished=fields.get("progress") == "end",
    )


def _number(text: str | None) -> float | None:
    """FFmpeg writes N/A where it knows nothing."""
    try:
        number = float(text) if text else None
    except ValueError:
        return None
    return number if number is None or isfinite(number) else None


# How much of a task each phase is worth. Encoding dominates, except where packets are only copied.
ENCODE_WEIGHTS: Mapping[Phase, float] = {
    Phase.FETCHING: 0.05,
    Phase.PROBING: 0.01,
    Phase.ENCODING: 0.80,
    Phase.VERIFYING: 0.08,
    Phase.PUBLISHING: 0.06,
}
COPY_WEIGHTS: Mapping[Phase, float] = {
    Phase.FETCHING: 0.60,
    Phase.PROBING: 0.05,
    Phase.ENCODING: 0.10,
    Phase.VERIFYING: 0.10,
    Phase.PUBLISHING: 0.15,
}


@dataclass(frozen=True)
class Standing:
    """Where a task stands: what a progress report says."""

    phase: Phase = Phase.FETCHING
    fraction: float = 0.0
    speed: float | None = None
    eta_seconds: float | None = None


@dataclass
class Meter:
    """Turns "so far in this phase" into one fraction of the task that never goes back."""

    weights: Mapping[Phase, float] = field(default_factory=lambda: ENCODE_WEIGHTS)
    standing: Standing = field(default_factory=Standing)

    def move(
        self, phase: Phase, part: float, elapsed: float, speed: float | None = None
    ) -> Standing:
        """`part` is 0..1 of the phase, `elapsed` the seconds since the task began."""
        before = 0.0
        for earlier in Phase:
            if earlier is phase:
                break
            before += self.weights[earlier]
        fraction = before + self.weights[phase] * min(1.0, max(0.0, part))
        fraction = max(self.standing.fraction, min(1.0, fraction))
        # Below 3 % an estimate from the time so far is noise.
        eta = elapsed * (1 - fraction) / fraction if fraction > 0.03 else None
        self.standing = Standing(phase, fraction, speed, eta)
        return self.standing
