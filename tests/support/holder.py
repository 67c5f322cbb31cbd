"""One server for a whole test session: `python -m tests.support.holder postgres FOLDER PID`.

It outlives the xdist worker that asked first and ends with the process PID, which is pytest
itself, however that ends. Ready when FOLDER/<service>.json exists.
"""

from __future__ import annotations

import os
import select
import shutil
import sys
from pathlib import Path

from local.deadline import Deadline
from local.files import write_private_json
from local.interrupts import Interrupts, StopRequested
from local.ports import LOOPBACK, any_free
from local.postgres import API_ROLE, DATABASE, OWNER, SYSTEM_ROLE
from local.seaweedfs_config import ROLE_ARN
from local.stack import Stack

_START = 90.0


def main() -> int:
    service, folder, watched = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    stack = Stack(folder / service, ports=any_free(), durable=False)
    outside: Path | None = None
    with Interrupts() as interrupts:
        try:
            pidfd = os.pidfd_open(watched)
            stack.prepare()
            facts = _postgres(stack) if service == "postgres" else _s3(stack)
            outside = stack.postgres.data_folder.parent if service == "postgres" else None
            write_private_json(folder / f"{service}.json", facts | {"holder": os.getpid()})
            select.select([pidfd], [], [])
        except (StopRequested, ProcessLookupError):
            pass
        finally:
            interrupts.shield()
            stack.stop()
            if outside:
                shutil.rmtree(outside, ignore_errors=True)
            shutil.rmtree(stack.home, ignore_errors=True)
    return 0


def _postgres(stack: Stack) -> dict[str, str]:
    """Started, and its address without a database."""
    server = stack.postgres
    server.start()
    open_roles(stack)
    return {"owner_url": server.owner_url.removesuffix(f"/{DATABASE}")}


def open_roles(stack: Stack) -> None:
    """Wait for a server that was just started, and let the API's roles in."""
    server = stack.postgres
    deadline = Deadline(_START)
    server.wait(deadline)
    # Tests make databases of their own. And several of them migrate, each with passwords of its
    # own for the API's two roles; roles belong to the whole server, so here those two are let in
    # with any password. tests/local shows that the real stack refuses a wrong one.
    rules = [
        f"host all {API_ROLE},{SYSTEM_ROLE} {LOOPBACK}/32 trust",
        f"host all all {LOOPBACK}/32 scram-sha-256",
    ]
    (server.data_folder / "pg_hba.conf").write_text("\n".join(rules) + "\n")
    server.sql(f"ALTER ROLE {OWNER} CREATEDB; SELECT pg_reload_conf();", deadline=deadline)


def _s3(stack: Stack) -> dict[str, str]:
    stack.s3.start()
    stack.s3.wait(Deadline(_START))
    return {
        "endpoint": stack.s3.endpoint,
        "access_key": stack.credentials.s3_access_key,
        "secret_key": stack.credentials.s3_secret_key,
        "role_arn": ROLE_ARN,
    }


if __name__ == "__main__":
    sys.exit(main())
