"""Measures how loud sounds are, and finds by how much each is raised: EBU R128 in two passes.

The first pass plays the mix into a meter. Where the wanted level would lift peaks too high they are
held down, which takes a little loudness away again: then the limited mix is measured too, and the
gain is raised by what is missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from runner import command, curves, formats
from runner.errors import Code, RunnerError
from runner.ffmpeg import ChildFailedError, Watch, run
from runner.graph import Graph
from runner.outputs import AudioTrack, Gain, Mix
from runner.tools import Tools
from schema.curve import Curve
from schema.loudness import Levelling, Levels

NEAR = 0.2  # LU: closer is not worth another pass
PASSES = 3
_VALUE = r"\s+(-?[0-9.]+|-?inf|nan) (?:LUFS|LU|dBFS)"
_READINGS = {"integrated": "I:", "range": "LRA:", "peak": "Peak:"}


@dataclass
class Leveller:
    """Finds the gains of one task's sounds. `writer` knows the source."""

    tools: Tools
    folder: Path
    writer: command.Writer
    watch: Watch
    _found: dict[tuple[Mix, tuple[float, float] | None], tuple[Gain, Levelling]] = field(
        default_factory=dict
    )

    async def level(
        self, tracks: Mapping[str, AudioTrack], span: tuple[float, float] | None = None
    ) -> tuple[dict[Mix, Gain], dict[str, Levelling]]:
        """The gain of every mix, and by the names of the tracks what is done. `span` in seconds of
        the file's times is the part of it that is encoded."""
        gains: dict[Mix, Gain] = {}
        done: dict[str, Levelling] = {}
        for name, track in tracks.items():
            if track.loudness is None:
                continue
            place = (track.mix, span)
            if place not in self._found:
                self._found[place] = await self._settle(track, span)
            gains[track.mix], done[name] = self._found[place]
        return gains, done

    async def _settle(
        self, track: AudioTrack, span: tuple[float, float] | None
    ) -> tuple[Gain, Levelling]:
        wish, source = track.loudness, await self._play(track, Gain(0.0, None), span)
        assert wish is not None  # noqa: S101 - asked before
        gain = Gain(0.0, None)
        if source.integrated is not None and source.peak is not None:
            db, ceiling = wish.target - source.integrated, wish.true_peak - track.mix.room
            if source.peak + db <= ceiling:
                gain = Gain(round(db, 2), None)
            else:
                gain = await self._limited(track, Gain(round(db, 2), ceiling), span)
        return gain, Levelling(
            target=wish.target,
            true_peak=wish.true_peak,
            source=source,
            gain=gain.db,
            limited=gain.ceiling is not None,
        )

    async def _limited(
        self, track: AudioTrack, gain: Gain, span: tuple[float, float] | None
    ) -> Gain:
        """A gain that makes up for what the limiter takes away, as far as that goes."""
        assert track.loudness is not None  # noqa: S101 - asked before
        for _ in range(PASSES):
            made = (await self._play(track, gain, span)).integrated
            missing = 0.0 if made is None else track.loudness.target - made
            if missing <= NEAR:
                break
            gain = replace(gain, db=round(gain.db + missing, 2))
        return gain

    async def _play(
        self, track: AudioTrack, gain: Gain, span: tuple[float, float] | None
    ) -> Levels:
        source = self.writer.source_options(span)
        graph = Graph(None, span=span, gains={track.mix: gain} if gain.db else {}, metered=True)
        graph.add_sound("meter", track)
        compiled = graph.compile()
        wanted = ["-filter_complex", compiled.texts[0], "-map", compiled.labels["meter"]]
        return await _measure(self.tools, self.folder, [*source, *wanted], self.watch)


async def of_file(
    tools: Tools, folder: Path, name: str, watch: Watch
) -> tuple[Levels, Curve | None]:
    """How loud a file of ours is, over all and through its length."""
    source = ["-protocol_whitelist", "file", "-f", formats.demuxer_of(name), "-i", f"file:{name}"]
    printed = folder / f"loud_{name}.txt"
    meter = (
        "ebur128=peak=true:framelog=quiet:metadata=1,"
        f"ametadata=mode=print:key=lavfi.r128.M:file={printed.name}"
    )
    try:
        levels = await _measure(tools, folder, [*source, "-map", "0:a:0", "-af", meter], watch)
        return levels, curves.of_meter(printed.read_text("ascii", "replace"))
    finally:
        printed.unlink(missing_ok=True)


async def _measure(tools: Tools, folder: Path, options: Sequence[str], watch: Watch) -> Levels:
    argv = [
        tools.ffmpeg,
        *("-nostdin", "-hide_banner", "-loglevel", "info", "-nostats"),
        *("-progress", "pipe:1", "-stats_period", "0.5"),
        *options,
        *("-f", "null", "-"),
    ]
    try:
        done = await run(argv, cwd=folder, watch=watch, on_progress=lambda _: None)
    except ChildFailedError as error:
        message = "the loudness cannot be measured"
        raise RunnerError(Code.ENCODE_FAILED, message, log=error.log) from error
    return read(done.stderr)


def read(stderr: str) -> Levels:
    """Pure: the last words of the meter. Raises RunnerError where it has said none.

    Only what stands behind the last summary counts: a file's tags may hold any text.
    """
    found = re.split(r"(?m)^\[[^\]\n]*ebur128[^\]\n]*\] Summary:$", stderr)
    if len(found) < 2:
        raise RunnerError(Code.ENCODE_FAILED, "the meter has shown nothing", log=stderr)
    values = {name: _reading(label, found[-1]) for name, label in _READINGS.items()}
    if values["integrated"] is not None and values["integrated"] <= curves.SILENCE:
        return Levels(peak=values["peak"])
    return Levels.model_validate(values)


def _reading(label: str, text: str) -> float | None:
    value = re.search(rf"(?m)^\s+{label}{_VALUE}$", text)
    if value is None or value[1].strip("-") in {"inf", "nan"}:
        return None
    return float(value[1])
