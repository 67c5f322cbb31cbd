"""An API that dies at a named moment: `python -m tests.support.crashing [--at POINT] ...`.

POINT is `<commit>:<moment>`: a commit of `tests/support/commits.py` and `begin` (before its first
statement), `commit` (before COMMIT) or `done` (after it); or `runner:<moment>`, one of
`tests/support/dying.py`. The first process that gets there makes MARKER and kills: itself, or the
processes of VICTIM, which is PostgreSQL's postmaster. Without `--at`, an ordinary API whose
janitor does not dawdle.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from api import __main__ as program
from api.adapters.local import executor
from api.adapters.postgres.pool import Database
from api.services import janitor
from tests.support.commits import commits
from tests.support.once import reach

MOMENTS = ("begin", "commit", "done")


def _break_commits(name: str, moment: str, marker: Path, victim: int | None) -> None:
    places = [(str(c.file), c.first, c.last) for c in commits() if c.name == name]
    assert places, f"there is no commit {name}"
    ((file, first, last),) = places

    def wrapped(original: Any) -> Any:
        @asynccontextmanager
        async def deadly(inner: Any) -> AsyncIterator[Any]:
            async with inner as connection:
                if moment == "begin":
                    reach(marker, victim)
                yield connection
                if moment == "commit":
                    reach(marker, victim)
            if moment == "done":
                reach(marker, victim)

        def transaction(self: Database, *arguments: Any) -> Any:
            caller = sys._getframe(1)
            inner = original(self, *arguments)
            here = caller.f_code.co_filename == file and first <= caller.f_lineno <= last
            return deadly(inner) if here else inner

        return transaction

    Database.tenant = wrapped(Database.tenant)  # type: ignore[method-assign]
    Database.system = wrapped(Database.system)  # type: ignore[method-assign]


def _break_runners(moment: str, marker: Path, victim: int | None) -> None:
    original = asyncio.create_subprocess_exec

    async def start(*words: str, **options: Any) -> Any:
        if words[1:] == ("-m", "runner"):
            words = (words[0], "-m", "tests.support.dying", moment, str(marker), str(victim or ""))
        return await original(*words, **options)

    executor.asyncio.create_subprocess_exec = start  # type: ignore[assignment]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--at", default="")
    parser.add_argument("--marker", type=Path)
    parser.add_argument("--victim", type=int)
    options = parser.parse_args()
    janitor._IDLE_SECONDS = 0.3  # type: ignore[misc]
    name, _, moment = options.at.partition(":")
    if name == "runner":
        _break_runners(moment, options.marker, options.victim)
    elif name:
        _break_commits(name, moment, options.marker, options.victim)
    sys.argv = ["api"]
    return program.main()


if __name__ == "__main__":
    raise SystemExit(main())
