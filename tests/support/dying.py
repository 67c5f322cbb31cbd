"""A runner that dies at a named moment: `python -m tests.support.dying MOMENT MARKER [VICTIM]`.

Before and after each phase of the pipeline, around the claim and around the last report. Only the
first runner that gets there dies, or kills the processes of VICTIM. `lost-*` lets the API have the
call and loses its answer, as a network does, and the runner lives on. `small-disk` lets no file
grow beyond 64 KiB, in any runner.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from runner import __main__ as program
from runner import report
from runner.library import Reader
from runner.pipeline import Pipeline
from tests.support.once import first, reach

PHASES = ("fetch", "examine", "encode", "verify", "publish")
MOMENTS = (
    "before-claim",
    "after-claim",
    *(f"{when}-{phase}" for phase in PHASES for when in ("in", "after")),
    "before-complete",
    "after-complete",
    "lost-claim",
    "lost-complete",
    "lost-progress",
)
# Of a runner that reads headers for the library; the others are moments of a job's runner.
BATCH_MOMENTS = ("in-batch", "lost-probed")
_Work = Callable[..., Awaitable[Any]]


def _deadly(original: _Work, kill: Callable[[], None], *, before: bool) -> _Work:
    async def work(*arguments: Any, **named: Any) -> Any:
        if before:
            kill()
        done = await original(*arguments, **named)
        if not before:
            kill()
        return done

    return work


def _losing(original: _Work, verb: str, marker: Path) -> _Work:
    async def post(http: Any, path: str, *rest: Any) -> Any:
        answer = await original(http, path, *rest)
        if path.endswith(verb) and first(marker):
            raise report._AwayError("the answer was lost")
        return answer

    return post


def main() -> int:
    moment, marker = sys.argv[1], Path(sys.argv[2])
    victim = int(sys.argv[3]) if sys.argv[3:] and sys.argv[3] else None
    when, _, what = moment.partition("-")
    if (os.environ["REELMILL_TASK"] == "probe") != (moment in BATCH_MOMENTS):
        return program.main()

    def kill() -> None:
        reach(marker, victim)

    if when == "lost":
        report._post = _losing(report._post, what, marker)  # type: ignore[assignment]
    elif what == "batch":
        Reader._look = _deadly(Reader._look, kill, before=True)  # type: ignore[method-assign]
    elif what == "claim":
        report.claim_task = _deadly(report.claim_task, kill, before=when == "before")  # type: ignore[assignment]
    elif what == "complete":
        done = report.Reporter.done
        report.Reporter.done = _deadly(done, kill, before=when == "before")  # type: ignore[method-assign]
    elif when == "in":
        _die_inside(what, kill)
    elif when == "small":
        resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, 65_536))
        first(marker)
    else:
        name = f"_{what}"
        setattr(Pipeline, name, _deadly(getattr(Pipeline, name), kill, before=False))
    return program.main()


def _die_inside(phase: str, kill: Callable[[], None]) -> None:
    """At the second report of a phase, when it has begun to work."""
    words = {"fetch": "FETCHING", "examine": "PROBING", "encode": "ENCODING"}
    words |= {"verify": "VERIFYING", "publish": "PUBLISHING"}
    original = Pipeline._report
    seen: list[float] = []

    def noted(self: Pipeline, now: Any, part: float, *rest: Any) -> None:
        original(self, now, part, *rest)
        if now.value == words[phase]:
            seen.append(part)
            if len(seen) > 1 or phase == "examine":  # which reports once only
                kill()

    Pipeline._report = noted  # type: ignore[method-assign]


if __name__ == "__main__":
    raise SystemExit(main())
