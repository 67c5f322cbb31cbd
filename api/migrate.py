"""`python -m api.migrate`: roles, schema, the default project and the first key.

    python -m api.migrate [--wait SECONDS] [pre] [post]
    python -m api.migrate [--wait SECONDS] --check

Without a phase, all of them. Prints one line of JSON: the project's id, and the first key if this
run made it. The key is shown once; only its hash is stored. In Kubernetes it goes into the Secret
that REELMILL_FIRST_KEY_SECRET names, and is not printed. `--check` changes nothing and ends well
when the schema is what this version needs. `--wait`: how long to wait for the database, or for
that schema.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from api.adapters.postgres import keys, migrate, pool
from api.config import required_environment
from api.errors import BadConfiguration, DatabaseUnavailable, Refusal
from api.first_key import FirstKey, Keeper

_PHASES: tuple[migrate.Phase, ...] = ("pre", "post")
T = TypeVar("T")


async def run(
    *,
    owner_url: str,
    api_url: str,
    system_url: str,
    phases: set[migrate.Phase],
    keeper: Keeper | None = None,
    brought: str | None = None,
) -> str:
    """Bring the database up to date. Returns the line to print.

    `brought`: a key that the operator wants as the first; `keeper`: where else it is kept.
    """
    connection = await pool.connect(owner_url)
    try:
        await migrate.ensure_role(connection, api_url, "rm_api")
        await migrate.ensure_role(connection, system_url, "rm_system")
        await migrate.apply(connection, phases)
    finally:
        await connection.close()
    first = await FirstKey.choose(keeper, brought)
    system = await pool.connect(system_url)
    try:
        project, made = await keys.bootstrap(system, first.key)
    finally:
        await system.close()
    shown = await first.settle(made=made)
    return json.dumps({"project": str(project), "key": shown})


async def check(system_url: str) -> str:
    """See that every migration this version needs before its start was applied."""
    system = await pool.connect(system_url)
    try:
        await migrate.require_schema(system)
    finally:
        await system.close()
    return json.dumps({"schema": "ready"})


async def patiently(
    seconds: float, work: Callable[[], Awaitable[T]], *, over: tuple[type[Refusal], ...]
) -> T:
    """The result of `work`, tried again for `seconds` while it raises one of `over`."""
    until = time.monotonic() + seconds
    while True:
        try:
            return await work()
        except over as refusal:
            if time.monotonic() >= until:
                raise
            print(f"waiting: {refusal.message}", file=sys.stderr)
        await asyncio.sleep(1)


async def _main(given: argparse.Namespace) -> str:
    system_url = required_environment("REELMILL_SYSTEM_DATABASE_URL")
    if given.check:
        # The schema is the work of another process: it may yet come.
        over = (DatabaseUnavailable, BadConfiguration)
        return await patiently(given.wait, lambda: check(system_url), over=over)
    owner_url = required_environment("REELMILL_OWNER_DATABASE_URL")
    api_url = required_environment("REELMILL_DATABASE_URL")
    phases = set(given.phases or _PHASES)

    async def migration() -> str:
        async with _keeper() as keeper:
            return await run(
                owner_url=owner_url,
                api_url=api_url,
                system_url=system_url,
                phases=phases,
                keeper=keeper,
                brought=os.environ.get("REELMILL_FIRST_KEY"),
            )

    return await patiently(given.wait, migration, over=(DatabaseUnavailable,))


@asynccontextmanager
async def _keeper() -> AsyncIterator[Keeper | None]:
    name = os.environ.get("REELMILL_FIRST_KEY_SECRET")
    if not name:
        yield None
        return
    # The client of Kubernetes takes a second to import.
    from api.adapters.kubernetes import first_key  # noqa: PLC0415

    async with first_key.opened_secret(name) as keeper:
        yield keeper


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m api.migrate")
    parser.add_argument("phases", nargs="*", choices=[*_PHASES, []], metavar="pre | post")
    parser.add_argument("--wait", type=float, default=0, metavar="SECONDS")
    parser.add_argument("--check", action="store_true")
    return parser.parse_args()


def main() -> int:
    """Read the environment and run every phase, or those named as arguments (pre, post)."""
    given = _arguments()
    try:
        line = asyncio.run(_main(given))
    except Refusal as refusal:
        print(f"{refusal.code}: {refusal.message}", file=sys.stderr)
        return 2
    print(line)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
