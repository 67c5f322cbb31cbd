"""Uploads over a real database and store, with a hand on every call to the store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from api.domain.models import Principal, Upload
from api.domain.scopes import Scope
from api.services.checksums import Verifier
from api.services.options import Options
from api.services.transcodes import Transcodes
from api.services.upload_checks import StartUpload
from api.services.upload_completion import Completed, UploadCompletion
from api.services.upload_links import UploadLinks
from api.services.upload_sweep import UploadSweep
from api.services.uploads import Uploads
from tests.api.services.conftest import Bench

MIB = 1024 * 1024


class Killed(BaseException):
    """The process is gone at this point: nothing of ours may catch it."""


@dataclass
class Hand:
    """The real storage; `before` and `after` run around a call of the given name."""

    storage: Any
    before: dict[str, Callable[..., Awaitable[None]]] = field(default_factory=dict)
    after: dict[str, Callable[..., Awaitable[None]]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        real = getattr(self.storage, name)
        if not callable(real):
            return real

        async def call(*args: Any, **kwargs: Any) -> Any:
            self.calls.append(name)
            if name in self.before:
                await self.before[name](*args)
            answer = await real(*args, **kwargs)
            if name in self.after:
                await self.after[name](*args)
            return answer

        return call

    def kill_after(self, name: str) -> None:
        async def die(*_: Any) -> None:
            del self.after[name]
            raise Killed

        self.after[name] = die


@dataclass
class Process:
    """The upload services of one API process."""

    bench: Bench
    limit: int = 1024 * MIB

    def __post_init__(self) -> None:
        bench, self.hand = self.bench, Hand(self.bench.storage)
        storage: Any = self.hand
        self.sweep = UploadSweep(bench.database, storage)
        transcodes = Transcodes(
            bench.database, storage, bench.runs._hub, bench.settings, lambda: None
        )
        self.completion = UploadCompletion(
            bench.database, storage, transcodes, Verifier(storage, self.limit), self.sweep
        )
        self.uploads = Uploads(
            bench.database,
            storage,
            links=UploadLinks(bench.database, storage),
            completion=self.completion,
            sweep=self.sweep,
            options=Options(bench.database, transcodes.finder),
            settings=bench.settings,
        )

    @property
    def who(self) -> Principal:
        return Principal(self.bench.project, "default", "", "k", "k", (Scope.WRITE,))

    async def send(self, body: bytes | None, **wanted: Any) -> Upload:
        """An upload whose bytes are at the store; by one PUT, or in parts of 5 MiB."""
        size = None if body is None else len(body)
        wanted = {
            "filename": "a.mp4",
            "size": size,
            "part_size": 5 * MIB,
            "sign_parts": 9,
            **wanted,
        }
        upload, links = await self.uploads.start(self.who, StartUpload(**wanted))
        async with httpx.AsyncClient() as client:
            for link in links if body is not None else ():
                part = body[(link.number - 1) * 5 * MIB : link.number * 5 * MIB]
                headers = dict(link.request.headers)
                answer = await client.put(link.request.url, content=part, headers=headers)
                assert answer.status_code == 200, answer.text
        return await self.uploads.get(self.who, upload.id)

    async def complete(self, upload: Upload) -> Completed:
        return await self.uploads.complete(self.who, upload.id, None)

    async def dies(self, upload: Upload) -> None:
        """A completion in which this process is killed."""
        with suppress(Killed):
            await self.complete(upload)
            raise AssertionError("it lives")

    async def fetch(self, statement: str, *args: Any) -> list[Any]:
        async with self.bench.database.system() as connection:
            rows: list[Any] = await connection.fetch(statement, *args)
            return rows

    async def events(self, upload: Upload) -> list[str]:
        rows = await self.fetch(
            "select type from event where entity_id = $1 order by seq", upload.id
        )
        return [row["type"] for row in rows]

    def held(self, upload: Upload) -> tuple[int, int]:
        """How many objects and unfinished uploads the store has of this one."""
        where = {"Bucket": upload.bucket, "Prefix": upload.key}
        bucket = self.bench.bucket
        return (
            len(bucket.list_objects_v2(**where).get("Contents", [])),
            len(bucket.list_multipart_uploads(**where).get("Uploads", [])),
        )
