"""`reelmill outputs download`."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from reelmill.cli import exits
from reelmill.cli import format as fmt
from reelmill.cli.options import Flags
from reelmill.cli.run import Session, run
from reelmill.cli.screen import open_display


def download(flags: Flags, job_id: str, folder: str | None, kinds: Sequence[str]) -> NoReturn:
    """Get a job's outputs."""

    async def story(session: Session) -> int:
        output = session.output
        target = Path(folder if folder is not None else job_id)
        began = time.monotonic()
        with open_display(output) as display:
            row = display.download(str(target))
            paths = await session.client.download(job_id, target, kinds=kinds, on_progress=row)
        size = sum(os.stat(path).st_size for path in paths)  # noqa: PTH116 - local
        if output.as_json:
            output.document({"job": job_id, "files": [str(path) for path in paths], "size": size})
            return exits.OK
        for path in paths:
            if path.suffix != ".m4s":  # segments are many, and nobody opens one
                output.line(fmt.safe(str(path)))
        took = time.monotonic() - began
        output.say(f"{fmt.several(len(paths), 'file')}, {fmt.size(size)} in {fmt.took(took)}.")
        return exits.OK

    run(flags, story)
