"""`python -m runner.check`: what this installation or image would encode with, as one line of JSON.

Exit code 0 when every program is there, runs in the jail and may be trusted with uploads; 1 with
one sentence when not. Image builds run it, so that a bad image is never made.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path

from runner.deadline import Deadline
from runner.errors import RunnerError
from runner.ffmpeg import ChildFailedError, Watch, run, version
from runner.settings import usable_threads
from runner.storage import warm_up
from runner.tools import Tools, require_recent, tools_named

_SECONDS = 60


def main() -> int:
    """Load the store's library, then look at the three programs, each inside the jail."""
    try:
        warm_up()
        with tempfile.TemporaryDirectory(prefix="rm-check.") as folder:
            found = asyncio.run(_look(tools_named(os.environ), Path(folder)))
    except (RunnerError, ChildFailedError) as error:
        print(f"this runner cannot encode: {error}", file=sys.stderr)
        if isinstance(error, RunnerError) and error.log:
            print(error.log, file=sys.stderr)
        return 1
    print(json.dumps(found))
    return 0


async def _look(tools: Tools, folder: Path) -> dict[str, str | int]:
    engine = await version(tools.ffmpeg, folder)
    require_recent(engine)
    prober = await version(tools.ffprobe, folder)
    watch = Watch(Deadline.after(_SECONDS))
    packager = await run([tools.packager, "--version"], cwd=folder, watch=watch)
    return {
        "ffmpeg": engine,
        "ffprobe": prober,
        "packager": packager.stdout.decode("utf-8", "replace").strip(),
        "threads": usable_threads(),
    }


if __name__ == "__main__":
    sys.exit(main())
