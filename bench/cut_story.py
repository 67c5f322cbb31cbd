"""The cutting of a task in a process of its own: `python -m bench.cut_story FOLDER SPEC`.

No fetching and no check: both ways do as much of that. Prints the notes as JSON.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from pathlib import Path

from bench.story import settings
from runner import command
from runner.deadline import Deadline
from runner.encode import Encoder
from runner.ffmpeg import Watch
from runner.plan import make_plan
from runner.probe import examine
from runner.tools import find_tools
from schema.job import TaskSpec


async def _main(folder: Path, spec: TaskSpec) -> str:
    scratch = folder / "scratch"
    scratch.mkdir()
    tools, watch = find_tools(settings(scratch)), Watch(Deadline.after(spec.limits.wall_seconds))
    try:
        (folder / spec.source.key).rename(scratch / command.SOURCE)
        examined = await examine(tools, scratch, command.SOURCE, spec.limits.max_pixels, watch)
        plan = make_plan(spec.recipe, examined.probe, spec.limits)
        limits = (spec.limits.threads, spec.limits.max_pixels)
        encoder = Encoder(
            tools=tools,
            folder=scratch,
            plan=plan,
            container=examined.container,
            writer=command.Writer(plan, examined.container, *limits),
            watch=watch,
            on_progress=lambda *_: None,
        )
        encoded = await encoder.run()
        target = folder / spec.target.prefix
        target.mkdir(parents=True, exist_ok=True)
        shutil.move(scratch / command.clip_file(1), target / "clip.mp4")
        (scratch / command.SOURCE).rename(folder / spec.source.key)
    finally:
        shutil.rmtree(scratch)
    return json.dumps({"notes": encoded.notes})


if __name__ == "__main__":
    place, given = Path(sys.argv[1]), Path(sys.argv[2])
    sys.stdout.write(asyncio.run(_main(place, TaskSpec.model_validate_json(given.read_text()))))
