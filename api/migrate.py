"""`python -m api.migrate`: roles, schema, the default project and the first key.

Prints one line of JSON: the project's id, and the first key if this run made it. The key is shown
once; only its hash is stored.
"""

from __future__ import annotations

import asyncio
import json
import sys

from api.adapters.postgres import keys, migrate, pool
from api.config import required_environment
from api.domain import tokens
from api.errors import Refusal


async def run(*, owner_url: str, api_url: str, system_url: str, phases: set[migrate.Phase]) -> str:
    """Bring the database up to date. Returns the line to print."""
    connection = await pool.connect(owner_url)
    try:
        await migrate.ensure_role(connection, api_url, "rm_api")
        await migrate.ensure_role(connection, system_url, "rm_system")
        await migrate.apply(connection, phases)
    finally:
        await connection.close()
    system = await pool.connect(system_url)
    try:
        key = tokens.new_api_key()
        project, made = await keys.bootstrap(system, key)
    finally:
        await system.close()
    return json.dumps({"project": str(project), "key": key.text if made else None})


def main() -> int:
    """Read the environment and run every phase, or those named as arguments (pre, post)."""
    wanted: set[migrate.Phase] = {"pre", "post"}
    named = set(sys.argv[1:])
    if named - wanted:
        print("usage: python -m api.migrate [pre] [post]", file=sys.stderr)
        return 2
    phases = {phase for phase in wanted if not named or phase in named}
    try:
        line = asyncio.run(
            run(
                owner_url=required_environment("REELMILL_OWNER_DATABASE_URL"),
                api_url=required_environment("REELMILL_DATABASE_URL"),
                system_url=required_environment("REELMILL_SYSTEM_DATABASE_URL"),
                phases=phases,
            )
        )
    except Refusal as refusal:
        print(f"{refusal.code}: {refusal.message}", file=sys.stderr)
        return 2
    print(line)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
