"""The HTTP side assembled as the composition root does it, over a real database and store."""

from __future__ import annotations

import asyncio
import socket
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from api import migrate
from api.adapters.postgres.pool import Database
from api.adapters.s3 import Storage
from api.config import PlayMode, Settings
from api.domain import ids
from api.domain.models import Output
from api.http import front, health, sessions, web
from api.http import playback as play
from api.http.cors import Origins
from api.http.headers import store_origins
from api.services.auth import Auth
from api.services.playback import Playback
from tests.api.http import routes as test_routes
from tests.support.live import bucket_client, role_url
from tests.support.stack_fixtures import S3Settings

PUBLIC = "https://media.example.org"
STUDIO = "https://studio.example.org"
MASTER = b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n720/list.m3u8\n"
SEGMENT = bytes(range(256)) * 40


@dataclass(frozen=True)
class Published:
    """A job that succeeded: the row of its output, and a hand that puts files beside it."""

    bed: Bed
    prefix: str
    output: Output

    async def put(self, path: str, body: bytes) -> None:
        """Store an object below the job's prefix."""
        bucket = self.bed.settings.bucket_out
        await asyncio.to_thread(
            self.bed.client.put_object, Bucket=bucket, Key=self.prefix + path, Body=body
        )


@dataclass(frozen=True)
class Bed:
    """A migrated database, two buckets, and what stands on them."""

    settings: Settings
    key: str
    database: Database
    storage: Storage
    auth: Auth
    client: Any

    @classmethod
    async def open(
        cls, stack: AsyncExitStack, owner_url: str, s3: S3Settings, web_dir: Path
    ) -> Bed:
        """Migrate the database, connect, and know the first key."""
        settings = _settings(owner_url, s3, web_dir)
        url = settings.database_url.get_secret_value()
        system_url = settings.system_database_url.get_secret_value()
        line = await migrate.run(
            owner_url=owner_url, api_url=url, system_url=system_url, phases={"pre", "post"}
        )
        database = await Database.open(url=url, system_url=system_url, size=4)
        stack.push_async_callback(database.close)
        return cls(
            settings=settings,
            key=orjson.loads(line)["key"],
            database=database,
            storage=await Storage.open(settings, stack),
            auth=Auth(database, signing_key=settings.signing_key, session_seconds=600),
            client=bucket_client(s3),
        )

    def playback(self) -> Playback:
        """A service with empty caches."""
        return Playback(
            database=self.database,
            storage=self.storage,
            signing_key=self.settings.signing_key,
            public_url=self.settings.public_url,
            link_seconds=self.settings.link_seconds,
        )

    async def application(
        self, *, mode: PlayMode = PlayMode.REDIRECT, public_url: str = PUBLIC
    ) -> Starlette:
        """The application with empty caches, and routes for tests beside the real ones."""
        origins = Origins(public_url, self.settings.allowed_origins)
        buckets = (self.settings.bucket_in, self.settings.bucket_out)
        app = Starlette(
            routes=self._routes(origins, mode),
            middleware=front.middleware(
                origins=origins, store_origins=await store_origins(self.storage, buckets)
            ),
            exception_handlers=front.EXCEPTION_HANDLERS,
        )
        app.router.redirect_slashes = False
        return app

    def _routes(self, origins: Origins, mode: PlayMode) -> list[BaseRoute]:
        web_app = web.WebApp(self.settings.web_dir)
        return [
            *health.routes(checks={"database": self.database.ping, "storage": self.storage.ping}),
            *sessions.routes(auth=self.auth, origins=origins, failure_seconds=0.05),
            *play.routes(playback=self.playback(), storage=self.storage, mode=mode),
            *test_routes.routes(web_app),
            *web.routes(app=web_app),
        ]

    async def publish(self) -> Published:
        """A job of the default project with one HLS output; nothing is stored yet."""
        job, asset, blob, output = (ids.new() for _ in range(4))
        bucket = self.settings.bucket_out
        prefix = f"{job.hex}/1/encode/0/1/"
        async with self.database.system() as db:
            project: uuid.UUID = await db.fetchval("select id from project where name = 'default'")
            await db.execute(
                "insert into asset (id, project_id, bucket, key, size, title)"
                " values ($1, $2, $3, $4, 1, 'film')",
                *(asset, project, bucket, f"{asset.hex}.mp4"),
            )
            await db.execute(
                "insert into job (id, project_id, asset_id, recipe, title, output_prefix, status)"
                " values ($1, $2, $3, '{}', 'film', $4, 'SUCCEEDED')",
                *(job, project, asset, f"{job.hex}/"),
            )
            await db.execute(
                "insert into blob (id, project_id, bucket, prefix) values ($1, $2, $3, $4)",
                *(blob, project, bucket, prefix),
            )
            row = await db.fetchrow(
                "insert into output"
                " (id, project_id, job_id, asset_id, blob_id, position, kind, bucket,"
                " key, content_type, size, files, sha256, facts)"
                " values ($1, $2, $3, $4, $5, 0, 'HLS', $6,"
                " $7, 'application/vnd.apple.mpegurl', 3, 2, $8, '{}') returning id, project_id,"
                " job_id, asset_id, blob_id, reused, kind, bucket, key, content_type, size, files,"
                " sha256, facts, created_at",
                *(output, project, job, asset, blob, bucket, f"{prefix}hls/master.m3u8", "0" * 64),
            )
        assert row is not None
        return Published(self, prefix, Output(**dict(row)))


def _settings(owner_url: str, s3: S3Settings, web_dir: Path) -> Settings:
    return Settings(
        database_url=role_url(owner_url, "rm_api"),
        system_database_url=role_url(owner_url, "rm_system"),
        secret_key="MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        public_url=PUBLIC,
        web_dir=web_dir,
        allowed_origins=(STUDIO,),
        s3_endpoint=s3.endpoint,
        bucket_in=s3.bucket_in,
        bucket_out=s3.bucket_out,
        access_key_id=s3.access_key,
        secret_access_key=s3.secret_key,
    )


async def ask_raw(app: Starlette, path: str) -> tuple[int, bytes]:
    """GET a path as a server hands it over, decoded once: a client would tidy it up first."""
    sent: list[Any] = []
    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}

    async def receive() -> Any:
        return await asyncio.Future()

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"], b"".join(m.get("body", b"") for m in sent[1:])


class _Server(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


@asynccontextmanager
async def serve(app: Starlette) -> AsyncIterator[str]:
    """The application behind a real server; yields its base URL."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
        server = _Server(config)
        running = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            await server.up.wait()
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running
