"""`python -m local.trial postgres` or `s3`: one part of the stack alone, as a container's process.

For the trial image, with which a cluster needs nothing else to try Reelmill. Its secrets come
from the environment (the chart generates them once), its data stays in REELMILL_HOME, it logs
to its own output, and it ends in order on SIGTERM.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from local import buckets
from local.credentials import Credentials
from local.deadline import Deadline
from local.errors import LocalError
from local.placement import wheel_programs
from local.ports import Ports
from local.postgres import Postgres
from local.process_table import ProcessTable
from local.seaweedfs import SeaweedFS, weed_program

PORTS = Ports(
    api=8400,
    s3=8333,
    postgres=5432,
    s3_grpc=18333,
    master=9333,
    master_grpc=19333,
    volume=8080,
    volume_grpc=18080,
    filer=8888,
    filer_grpc=18888,
)
# A file, and not a port: the port answers before roles and buckets are there.
READY = Path("/tmp/ready")  # noqa: S108 - a volume of the pod's own
# A first start makes a data folder and syncs it, on whatever disk the cluster gives.
_START_SECONDS = 180
_POSTGRES = ("postgres_superuser", "postgres_owner", "postgres_api", "postgres_system")
_S3 = ("s3_access_key", "s3_secret_key", "sts_signing_key")


def variable(field: str) -> str:
    """The environment variable of one secret."""
    return f"REELMILL_TRIAL_{field.upper()}"


def credentials(environ: Mapping[str, str], needed: tuple[str, ...]) -> Credentials:
    """The secrets that a part needs, from its environment. Raises LocalError naming a lacking one.

    The rest is generated and never used.
    """
    given = {field: environ.get(variable(field), "") for field in needed}
    missing = [variable(field) for field, value in given.items() if not value]
    if missing:
        raise LocalError(f"{', '.join(missing)}: not set")
    unquotable = [variable(field) for field, value in given.items() if set(value) & set("'\\\n")]
    if unquotable:
        raise LocalError(f"{', '.join(unquotable)}: may hold no quote, backslash or line break")
    return replace(Credentials.generate(), **given)


def programs() -> tuple[Path, Path]:
    """Where PostgreSQL's programs and SeaweedFS are. Raises LocalError when one is not there."""
    return wheel_programs(), weed_program()


def postgres(home: Path, environ: Mapping[str, str]) -> Postgres:
    """The server with its roles and its database, ready to be migrated."""
    part = Postgres(
        home,
        ProcessTable(home),
        credentials(environ, _POSTGRES),
        port=PORTS.postgres,
        exposed=True,
        environ=environ,
    )
    part.start()
    part.wait(Deadline(_START_SECONDS))
    return part


def s3(home: Path, environ: Mapping[str, str]) -> SeaweedFS:
    """The store with its two buckets."""
    secrets = credentials(environ, _S3)
    part = SeaweedFS(home, ProcessTable(home), secrets, ports=PORTS, exposed=True)
    part.start()
    deadline = Deadline(_START_SECONDS)
    part.wait(deadline)
    names = (
        environ.get("REELMILL_BUCKET_IN") or buckets.BUCKET_IN,
        environ.get("REELMILL_BUCKET_OUT") or buckets.BUCKET_OUT,
    )
    asyncio.run(buckets.prepare(part.endpoint, secrets, names, deadline))
    return part


Part = Postgres | SeaweedFS
PARTS: Mapping[str, Callable[[Path, Mapping[str, str]], Part]] = {"postgres": postgres, "s3": s3}


def main() -> int:
    """Run one part until SIGTERM; 1 when it dies by itself, 2 when it cannot begin."""
    if len(sys.argv) != 2 or sys.argv[1] not in PARTS:
        print(f"usage: python -m local.trial {' | '.join(PARTS)}", file=sys.stderr)
        return 2
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    home = Path(os.environ.get("REELMILL_HOME") or "/data")
    # A container that was killed leaves it to the next one in its pod, which is not ready yet.
    READY.unlink(missing_ok=True)
    try:
        part = PARTS[sys.argv[1]](home, os.environ)
    except LocalError as error:
        print(error, file=sys.stderr)
        return 2
    READY.touch()
    try:
        while not told.wait(1.0):
            if part.child:
                part.child.require_alive()
    except LocalError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        READY.unlink(missing_ok=True)
        part.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
