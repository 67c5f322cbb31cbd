"""The whole embedded stack: parts, order, addresses. What keeps watch over it is `supervisor`."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from local import buckets, credentials, ports
from local.api_process import ApiProcess, first_key_missing
from local.deadline import Deadline
from local.files import private_folder, write_private_json
from local.home import HomeLock, open_home
from local.ports import Ports
from local.postgres import Postgres
from local.process_table import ProcessTable
from local.seaweedfs import SeaweedFS, remove_inner_sockets

_LOGS = ("postgres", "seaweedfs", "api", "migrate")


class Stack:
    """PostgreSQL, SeaweedFS and the API of one home.

    Start it from a thread that lives as long as the stack: when that thread ends, the kernel
    ends the children. As a context manager it starts and stops everything; its parts
    (`postgres`, `s3`, `api`) can also be started one by one after `prepare()`.

    `ports`: None takes those of the environment, of the last start, or free ones.
    `flexible`: see `ports.allocate`.
    """

    def __init__(
        self,
        home: Path,
        *,
        ports: Ports | None = None,
        flexible: bool = False,
        durable: bool = True,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.home = home.resolve()
        self._wanted = ports
        self._flexible = flexible
        self._durable = durable
        self._environ = os.environ if environ is None else environ
        self._lock = HomeLock(self.home)
        self._prepared = False

    def prepare(self) -> list[str]:
        """Locks the home, ends what a killed supervisor left there, reads or makes secrets and
        ports. Returns the names of what was ended."""
        open_home(self.home)
        self._lock.acquire()
        try:
            return self._prepare()
        except BaseException:
            self._lock.release()
            raise

    def _prepare(self) -> list[str]:
        self.processes = ProcessTable(self.home)
        ended = self.processes.sweep_leftovers()
        remembered = ports.load(self.home / "ports.json")
        remove_inner_sockets(remembered)
        _turn_logs(self.home)
        self.credentials = credentials.load_or_create(self.home / "secrets.json")
        self.ports = self._wanted or ports.allocate(
            ports.chosen_ports(self._environ), remembered, flexible=self._flexible
        )
        ports.save(self.home / "ports.json", self.ports)
        self._build()
        self._prepared = True
        return ended

    def _build(self) -> None:
        common = (self.home, self.processes, self.credentials)
        self.postgres = Postgres(
            *common, port=self.ports.postgres, durable=self._durable, environ=self._environ
        )
        self.s3 = SeaweedFS(*common, ports=self.ports)
        self.api = ApiProcess(*common, self.postgres, ports=self.ports, environ=self._environ)

    def start(self, deadline: Deadline | None = None) -> None:
        """Everything, in the order of need. SeaweedFS takes longest and so starts first."""
        deadline = deadline or Deadline(120)
        if not self._prepared:
            self.prepare()
        self.s3.start()
        self.postgres.start()
        self.postgres.wait(deadline)
        self._migrate(deadline)
        self.s3.wait(deadline)
        names = (buckets.BUCKET_IN, buckets.BUCKET_OUT)
        asyncio.run(buckets.prepare(self.s3.endpoint, self.credentials, names, deadline))
        self.api.start()
        self.api.wait(deadline)
        write_private_json(self.home / "connection.json", self.connection())

    def _migrate(self, deadline: Deadline) -> None:
        project, key = self.api.migrate(deadline)
        if key:
            self.credentials = self.credentials.with_first_key(project, key)
            credentials.save(self.home / "secrets.json", self.credentials)
        if not self.credentials.api_key:
            raise first_key_missing(self.home)

    def connection(self) -> dict[str, str]:
        """How a client reaches this stack: the content of connection.json."""
        api = self.api.url
        return {
            "api": api,
            "graphql": f"{api}/graphql",
            "ws": f"{api.replace('http', 'ws', 1)}/graphql",
            "s3": self.s3.endpoint,
            "project": self.credentials.project,
            "key": self.credentials.api_key,
        }

    def require_alive(self) -> None:
        """Raises ServiceFailedError when a part died."""
        for part in (self.postgres, self.s3, self.api):
            if part.child:
                part.child.require_alive()

    def stop(self) -> None:
        """API, then S3, then PostgreSQL; each is asked, waited for, and in the end killed."""
        if not self._prepared:
            return
        try:
            for part in (self.api, self.s3, self.postgres):
                part.stop()
            self.processes.sweep_leftovers()
        finally:
            self._lock.release()
            self._prepared = False

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _turn_logs(home: Path) -> None:
    """Each start begins new logs and keeps those of the one before."""
    folder = private_folder(home / "logs")
    for name in _LOGS:
        log = folder / f"{name}.log"
        if log.exists():
            log.replace(folder / f"{name}.1.log")
