"""One film in pieces against the same film whole: processor time, likeness, and N workers.

Every task is a process with one thread, so its processor time is what a worker with one processor
would need, however busy the machine is. Both films are made at the same time, task by task the one
and in one task the other, so that what a processor does in a second is the same for both. N workers
are simulated from what each task has taken: the plan, then the chunks in the order in which the
API hands them out, each to the worker that is free first, then the assembly.
"""

from __future__ import annotations

import heapq
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import runs
from bench.jobs import synthesise
from bench.place import folder
from bench.rounds import Measured
from bench.rows import Row, at_least, at_most
from bench.sizes import Sizes
from bench.story import settings
from bench.vmaf import vmaf
from runner.tools import Tools, find_tools
from schema.job import Limits, TaskKind
from schema.split import SplitPlan, Splitting, StoredChunk

MOST_CPU = 1.08
MOST_VMAF = 0.5
WORKERS = 4
LEAST_GAIN = 0.8
RECIPE = {"ladder": {"segment_seconds": 4}, "poster": {}}


@dataclass
class _Film:
    """One film, made both ways in a folder. Processor seconds of each task of the last round."""

    place: Path
    sizes: Sizes
    chunks: list[float] = field(default_factory=list)
    ends: float = 0.0
    whole_seconds: float = 0.0

    def whole(self) -> float:
        """Processor seconds of one runner."""
        self.whole_seconds, _ = self._task(TaskKind.ENCODE, 0)
        return self.whole_seconds

    def split(self) -> float:
        """Processor seconds of all tasks together."""
        splitting = Splitting(from_seconds=0.1, chunk_seconds=self.sizes.split_chunk_seconds)
        planning, made = self._task(TaskKind.PLAN, 0, splitting=splitting)
        if "plan" not in made:
            raise RuntimeError("the film was not split")
        plan = SplitPlan.model_validate(made["plan"])
        self.chunks, stored = [], []
        for index in range(plan.chunks):
            seconds, made = self._task(TaskKind.CHUNK, index, plan=plan)
            self.chunks.append(seconds)
            prefix = _prefix(TaskKind.CHUNK, index)
            stored.append(StoredChunk.model_validate(made | {"prefix": prefix}))
        joining, _ = self._task(TaskKind.ASSEMBLE, 0, plan=plan, chunks=tuple(stored))
        self.ends = planning + joining
        print(f"  plan {planning:.2f} s, assembly {joining:.2f} s, {plan.chunks} chunks")
        return self.ends + sum(self.chunks)

    def gain(self) -> float:
        """How many times faster N workers are, by what the last round of both has shown."""
        free = [0.0] * WORKERS
        for seconds in reversed(self.chunks):  # sound and poster first: see pieces.sql
            heapq.heappush(free, heapq.heappop(free) + seconds)
        return self.whole_seconds / (self.ends + max(free))

    def _task(self, kind: TaskKind, index: int, **more: Any) -> tuple[float, dict[str, Any]]:
        limits = Limits(threads=1)
        wanted = runs.spec(
            self.place / "film.mp4",
            RECIPE,
            _prefix(kind, index),
            task=kind,
            index=index,
            limits=limits,
            **more,
        )
        used, made = runs.task(self.place, kind, wanted)
        return used.cpu, made


def run(sizes: Sizes) -> list[Row]:
    """Both ways in turns, over one source."""
    with folder("split") as place:
        tools = find_tools(settings(place))
        synthesise(tools, place / "film.mp4", sizes.split_seconds, sizes.split_height)
        film = _Film(place, sizes)
        measured = Measured({"split": [], "whole": []})
        for _ in range(sizes.split_rounds):
            _both(film, measured)
        gain = film.gain()
        likeness = {
            name: _vmaf(tools, place, name) for name in (TaskKind.ASSEMBLE, TaskKind.ENCODE)
        }
    print(f"  ratio {measured.spread('split', 'whole')}")
    split, whole = measured.middle("split"), measured.middle("whole")
    ours, theirs = likeness[TaskKind.ASSEMBLE], likeness[TaskKind.ENCODE]
    what = f"{sizes.split_seconds} s, {sizes.split_height}p in pieces"
    return [
        at_most(
            f"{what}: CPU",
            f"{split:.1f} s",
            f"whole {whole:.1f} s",
            measured.ratio("split", "whole"),
            MOST_CPU,
        ),
        at_most(
            f"{what}: VMAF", f"{ours:.2f}", f"whole {theirs:.2f}", abs(ours - theirs), MOST_VMAF
        ),
        at_least(
            f"{what}: {WORKERS} workers",
            f"{whole / gain:.1f} s",
            f"whole {whole:.1f} s",
            gain,
            LEAST_GAIN * WORKERS,
        ),
    ]


def _both(film: _Film, measured: Measured) -> None:
    with ThreadPoolExecutor(2) as pool:
        arms = {"split": pool.submit(film.split), "whole": pool.submit(film.whole)}
        for name, arm in arms.items():
            measured.values[name].append(arm.result())
            print(
                f"  {name}: {arm.result():.1f} CPU s  (load {os.getloadavg()[0]:.1f})", flush=True
            )


def _prefix(kind: TaskKind, index: int) -> str:
    return f"out/{kind}/{index}/"


def _vmaf(tools: Tools, place: Path, kind: TaskKind) -> float:
    """The mean of the top rung against the source."""
    root = place / _prefix(kind, 0)
    height = max(int(path.name.split("_")[1]) for path in root.glob("video_*"))
    track = root / f"video_{height}"
    joined = place / f"{kind}.mp4"
    names = ["init.mp4", *sorted(path.name for path in track.glob("*.m4s"))]
    joined.write_bytes(b"".join((track / name).read_bytes() for name in names))
    return vmaf(tools, joined, place / "film.mp4")
