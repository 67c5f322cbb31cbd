"""The API as a part of the stack: its settings, the migration before it, its readiness."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx

from local import buckets, seaweedfs_config
from local.credentials import Credentials
from local.deadline import Deadline, wait_until
from local.errors import LocalError, ServiceFailedError
from local.files import private_folder, tail
from local.ports import LOOPBACK, Ports
from local.postgres import API_ROLE, SYSTEM_ROLE, Postgres
from local.process import Child, ProcessSpec
from local.process_table import ProcessTable

ROOT = Path(__file__).resolve().parent.parent
_PYTHON_NOISE = {"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def settings(
    home: Path,
    ports: Ports,
    credentials: Credentials,
    postgres: Postgres,
    environ: Mapping[str, str],
) -> dict[str, str]:
    """The environment of the API: what the person set (LOG_LEVEL, REELMILL_LOCAL_CONCURRENCY,
    ...), and over it what only the stack can know."""
    api = f"http://{LOOPBACK}:{ports.api}"
    s3 = f"http://{LOOPBACK}:{ports.s3}"
    known = {
        "REELMILL_DATABASE_URL": postgres.url(API_ROLE, credentials.postgres_api),
        "REELMILL_SYSTEM_DATABASE_URL": postgres.url(SYSTEM_ROLE, credentials.postgres_system),
        "REELMILL_HOST": LOOPBACK,
        "REELMILL_PORT": str(ports.api),
        "REELMILL_PUBLIC_URL": environ.get("REELMILL_PUBLIC_URL") or api,
        "REELMILL_S3_ENDPOINT": s3,
        "REELMILL_S3_PUBLIC_ENDPOINT": environ.get("REELMILL_S3_PUBLIC_ENDPOINT") or s3,
        "REELMILL_BUCKET_IN": buckets.BUCKET_IN,
        "REELMILL_BUCKET_OUT": buckets.BUCKET_OUT,
        "AWS_REGION": buckets.REGION,
        "AWS_ACCESS_KEY_ID": credentials.s3_access_key,
        "AWS_SECRET_ACCESS_KEY": credentials.s3_secret_key,
        "REELMILL_STS_ENDPOINT": s3,
        "REELMILL_STS_ROLE_ARN": seaweedfs_config.ROLE_ARN,
        "REELMILL_SECRET_KEY": credentials.secret_key,
        "REELMILL_EXECUTOR": "local",
        "REELMILL_SCRATCH": str(home / "scratch"),
        "REELMILL_WEB_DIR": environ.get("REELMILL_WEB_DIR") or str(ROOT / "web" / "dist"),
        # A proxy of the machine knows nothing of this loopback.
        "NO_PROXY": _without_proxy(environ),
        "no_proxy": _without_proxy(environ),
    }
    # A session token or a profile of the person's own AWS account would spoil these keys.
    kept = {name: value for name, value in environ.items() if not name.startswith("AWS_")}
    kept |= {name: environ[name] for name in ("AWS_CA_BUNDLE",) if name in environ}
    return {**kept, **_PYTHON_NOISE, **known}


def _without_proxy(environ: Mapping[str, str]) -> str:
    given = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    return ",".join(filter(None, [given, LOOPBACK, "localhost"]))


class ApiProcess:
    """Migration and web process, started from this repository with this Python."""

    title = "The API"

    def __init__(
        self,
        home: Path,
        processes: ProcessTable,
        credentials: Credentials,
        postgres: Postgres,
        *,
        ports: Ports,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._home = home
        self._processes = processes
        self._credentials = credentials
        self._postgres = postgres
        self._ports = ports
        self._environ = os.environ if environ is None else environ
        self._log = home / "logs" / "api.log"
        self.child: Child | None = None

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self._ports.api}"

    def migrate(self, deadline: Deadline) -> tuple[str, str | None]:
        """Brings the database up to date. Returns the project, and the key if one was made."""
        log = self._home / "logs" / "migrate.log"
        owner = {"REELMILL_OWNER_DATABASE_URL": self._postgres.owner_url}
        with log.open("ab") as errors:
            done = subprocess.run(
                [sys.executable, "-m", "api.migrate"],
                cwd=ROOT,
                env=self._env() | owner,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                timeout=max(1.0, deadline.left()),
                check=False,
            )
        if done.returncode != 0:
            raise ServiceFailedError("The migration", f"failed (exit {done.returncode})", tail(log))
        answer = json.loads(done.stdout.splitlines()[-1])
        return answer["project"], answer["key"]

    def start(self) -> None:
        private_folder(self._log.parent)
        private_folder(self._home / "scratch")
        self.child = self._processes.spawn(self._spec())

    def wait(self, deadline: Deadline) -> None:
        """Returns when /readyz says so."""
        child = self.child
        if child is None:
            raise RuntimeError("start() was not called")

        def ready() -> bool:
            child.require_alive()
            return is_ready(self.url)

        if not wait_until(ready, deadline, every=0.1):
            raise ServiceFailedError(self.title, "does not get ready", child.log_tail())

    def stop(self) -> None:
        if self.child:
            self.child.stop()
            self._processes.forget("api")
            self.child = None

    def _env(self) -> dict[str, str]:
        env = settings(self._home, self._ports, self._credentials, self._postgres, self._environ)
        return self._processes.marked(env)

    def _spec(self) -> ProcessSpec:
        return ProcessSpec(
            name="api",
            title=self.title,
            argv=[sys.executable, "-m", "api"],
            env=self._env(),
            cwd=ROOT,
            log=self._log,
            # It ends its runners first, and a runner its FFmpeg.
            stop_signals=((signal.SIGTERM, 15.0),),
        )


def is_ready(url: str) -> bool:
    """Whether an API answers there and says that it can work."""
    try:
        with httpx.Client(trust_env=False, timeout=5) as client:
            return client.get(f"{url}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def first_key_missing(home: Path) -> LocalError:
    return LocalError(
        f"The database in {home} knows an API key, but secrets.json there does not hold it. "
        "Restore secrets.json, or remove the folder to begin anew."
    )
