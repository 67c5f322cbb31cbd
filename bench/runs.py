"""A runner's task as a process of its own, with what it has used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schema.job import Target, TaskSpec
from schema.recipe import Recipe
from schema.source import SourceRef


@dataclass(frozen=True, slots=True)
class Used:
    """Seconds of processors and of the clock."""

    cpu: float
    wall: float


def spec(source: Path, recipe: Mapping[str, Any], prefix: str, **more: Any) -> TaskSpec:
    """A task over a file in the bench's folder."""
    return TaskSpec(
        job_id="bench",
        attempt=1,
        title="Film",
        source=SourceRef(bucket="in", key=source.name, etag=None, size=source.stat().st_size),
        recipe=Recipe.model_validate(recipe),
        target=Target(bucket="out", prefix=prefix),
        **more,
    )


def task(
    place: Path, name: str, wanted: TaskSpec, story: str = "bench.story", *more: Path
) -> tuple[Used, dict[str, Any]]:
    """Run a task; what it has used, and what it has made. `name` keeps two at once apart, `story`
    is the module that runs, `more` are for it."""
    given = place / f"{name}.json"
    given.write_text(wanted.model_dump_json())
    report = place / f"{name}-made.json"
    words = [sys.executable, "-m", story, str(place), str(given), *map(str, more)]
    used = program(words, report)
    made: dict[str, Any] = json.loads(report.read_bytes())
    return used, made


def program(words: Sequence[str], output: Path, **more: Any) -> Used:
    """Run a program with all its children. Raises CalledProcessError."""
    began = time.perf_counter()
    with output.open("wb") as stdout:
        child = subprocess.Popen(words, stdout=stdout, **more)
    # With all that it has waited for itself; `os.times` would mix those that run side by side.
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise subprocess.CalledProcessError(child.returncode, words)
    return Used(used.ru_utime + used.ru_stime, time.perf_counter() - began)
