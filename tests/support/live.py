"""A live API process over a real database and store, as a user's machine would run it."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg
import httpx
import websockets

from api.domain import ids, tokens
from local.ports import free_ports
from tests.support.stack_fixtures import S3Settings

ROOT = Path(__file__).resolve().parents[2]
_ROLE_PASSWORD = "a-test-password"  # roles are shared by all databases of a server
_TERMINAL = {"SUCCEEDED", "FAILED", "CANCELED"}

JOB_FIELDS = """
  id status phase progress waitingReason error { code message hint }
  attempts { number status reason }
  outputs { id kind key reused size files duration width height videoCodec audioCodec renditions
            playbackUrl url }
"""


def role_url(owner_url: str, role: str) -> str:
    """The owner's URL with another role."""
    parts = urlsplit(owner_url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{quote(_ROLE_PASSWORD)}@{host}"))


def free_port() -> int:
    """A port that nobody listens on now."""
    return free_ports(1)[0]


AWAY = {"DATABASE_UNAVAILABLE", "STORAGE_UNAVAILABLE"}


class ServiceAwayError(AssertionError):
    """The API answers that a part of it is away; whoever does not expect that has failed."""


@dataclass
class LiveApi:
    """One API process that can be killed and started again on the same data."""

    owner_url: str
    s3: S3Settings
    folder: Path
    extra: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    key: str = ""
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        passed = {k: v for k, v in os.environ.items() if not k.startswith(("REELMILL_", "AWS_"))}
        return passed | {
            "REELMILL_OWNER_DATABASE_URL": self.owner_url,
            "REELMILL_DATABASE_URL": role_url(self.owner_url, "rm_api"),
            "REELMILL_SYSTEM_DATABASE_URL": role_url(self.owner_url, "rm_system"),
            **self.s3.environment(),
            "REELMILL_SECRET_KEY": base64.b64encode(bytes(range(32))).decode(),
            "REELMILL_PORT": str(self.port),
            "REELMILL_PUBLIC_URL": self.url,
            "REELMILL_SCRATCH": str(self.folder / "scratch"),
            "REELMILL_LEASE_SECONDS": "5",
            # Runners of the library would come and go in the tests of jobs.
            "REELMILL_PROBE": "false",
            **self.extra,
        }

    def migrate(self) -> Self:
        """Schema, default project, first key."""
        done = subprocess.run(
            [sys.executable, "-m", "api.migrate"],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            timeout=60,
        )
        self.key = json.loads(done.stdout)["key"] or self.key
        return self

    def start(self, *program: str) -> Self:
        """Start and wait until it is ready. `program` is a module to run instead of `api`."""
        self.spawn(*program)
        return self.wait()

    def spawn(self, *program: str) -> None:
        """Start without waiting."""
        with (self.folder / "api.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *(program or ("api",))],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait(self) -> Self:
        """Return when it is ready."""
        assert self.process is not None
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the API ended at once:\n{self.log()[-3000:]}")
            try:
                if httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200:
                    return self
            except httpx.TransportError:
                time.sleep(0.05)
        raise TimeoutError(f"the API is not ready:\n{self.log()[-3000:]}")

    def kill(self) -> None:
        """kill -9 of the API alone: its runners live on."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(20)

    def clear_away(self) -> None:
        """Kill it and its runners, after a test that failed: the next one shares the machine."""
        if self.process is not None and self.process.poll() is None:
            self.kill()
        for pid in self.runners():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def log(self) -> str:
        return (self.folder / "api.log").read_text("utf-8", "replace")

    def forget_log(self) -> None:
        """What was said before is not this test's."""
        with (self.folder / "api.log").open("ab") as file:
            file.truncate(0)

    def runners(self) -> list[int]:
        """Process ids of the runners of this installation."""
        found = []
        wanted = f"REELMILL_SCRATCH={self.folder / 'scratch'}/".encode()
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                command = (entry / "cmdline").read_bytes().split(b"\0")
                environment = (entry / "environ").read_bytes().split(b"\0")
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
            if b"-m" in command and any(word.startswith(wanted) for word in environment):
                found.append(int(entry.name))
        return found

    async def graphql(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of an answer without errors."""
        answer = await self.post({"query": query, "variables": variables})
        body = answer.json()
        if AWAY & {error.get("extensions", {}).get("code") for error in body.get("errors", ())}:
            raise ServiceAwayError(body)
        assert answer.status_code == 200, body
        assert "errors" not in body, body
        data: dict[str, Any] = body["data"]
        return data

    async def holder(self, name: str, *, prefix: str, scopes: str = "READ,WRITE,ADMIN") -> LiveApi:
        """The same server for a new key, of a project that is made where there is none."""
        key = tokens.new_api_key()
        connection = await asyncpg.connect(role_url(self.owner_url, "rm_system"))
        try:
            await connection.execute(
                "insert into project (id, name, prefix) values ($1, $2, $3)"
                " on conflict (name) do nothing",
                ids.new(),
                name,
                prefix,
            )
            await connection.execute(
                "insert into api_key (id, project_id, name, secret_hash, scopes)"
                " select $1, id, 'test', $2, $3 from project where name = $4",
                key.id,
                tokens.digest(key.secret),
                scopes.split(","),
                name,
            )
        finally:
            await connection.close()
        return replace(self, key=key.text)

    async def post(self, body: Any, **headers: str) -> httpx.Response:
        """Any answer of the endpoint."""
        async with httpx.AsyncClient(timeout=30) as client:
            return await client.post(
                f"{self.url}/graphql",
                json=body,
                headers={"authorization": f"Bearer {self.key}", **headers},
            )

    async def transcode(self, **wanted: Any) -> dict[str, Any]:
        """The payload of startTranscode. Tests share films: what one has made is made anew for the
        next, unless it says otherwise."""
        data = await self.graphql(
            "mutation($i: StartTranscodeInput!) { startTranscode(input: $i) "
            f"{{ job {{ {JOB_FIELDS} }} userErrors {{ code message field }} }} }}",
            i={"force": True} | wanted,
        )
        payload: dict[str, Any] = data["startTranscode"]
        return payload

    async def job(self, job_id: str) -> dict[str, Any]:
        data = await self.graphql(f"query($i: ID!) {{ job(id: $i) {{ {JOB_FIELDS} }} }}", i=job_id)
        found: dict[str, Any] = data["job"]
        return found

    async def until(
        self, job_id: str, reached: Callable[[dict[str, Any]], bool], seconds: float = 60
    ) -> dict[str, Any]:
        """Poll a job until `reached`; an API that is away for a moment is waited for."""
        deadline = time.monotonic() + seconds
        job: dict[str, Any] = {}
        while time.monotonic() < deadline:
            try:
                job = await self.job(job_id)
            except (httpx.TransportError, ServiceAwayError):
                await asyncio.sleep(0.2)
                continue
            if reached(job):
                return job
            await asyncio.sleep(0.1)
        raise TimeoutError(f"job is {job}\n{self.log()[-3000:]}")

    async def ended(self, job_id: str, seconds: float = 90) -> dict[str, Any]:
        """The job in its final state."""
        return await self.until(job_id, lambda job: job["status"] in _TERMINAL, seconds)

    async def subscribe(self, query: str, **variables: Any) -> AsyncIterator[dict[str, Any]]:
        """The data of each event, by a plain client of the protocol."""
        address = f"ws://127.0.0.1:{self.port}/graphql"
        protocol = websockets.Subprotocol("graphql-transport-ws")
        async with websockets.connect(address, subprotocols=[protocol]) as socket:
            init = {"authorization": f"Bearer {self.key}"}
            await socket.send(json.dumps({"type": "connection_init", "payload": init}))
            assert json.loads(await socket.recv())["type"] == "connection_ack"
            payload = {"query": query, "variables": variables}
            await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
            while (message := json.loads(await socket.recv()))["type"] == "next":
                assert "errors" not in message["payload"], message
                yield message["payload"]["data"]
            assert message["type"] == "complete", message


@contextmanager
def running(owner_url: str, s3: S3Settings, folder: Path, **extra: str) -> Iterator[LiveApi]:
    """A migrated, started API with more settings; at the end it stops and leaves nothing behind."""
    live = LiveApi(owner_url, s3, folder, extra).migrate().start()
    try:
        yield live
    except BaseException:
        live.clear_away()
        raise
    assert live.stop() == 0, live.log()[-3000:]
    assert "Traceback" not in live.log(), live.log()[-3000:]
    assert not live.runners()


def bucket_client(s3: S3Settings) -> Any:
    """A plain S3 client, as any tool of a user's would be. Blocking; for tests only."""
    import boto3

    return boto3.client(
        "s3",
        endpoint_url=s3.endpoint,
        region_name=s3.region,
        aws_access_key_id=s3.access_key,
        aws_secret_access_key=s3.secret_key,
    )
