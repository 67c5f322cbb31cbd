"""The client: one typed method for each thing that the API does."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import ExitStack, aclosing
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx
from pydantic import ValidationError

from reelmill import connection as connections
from reelmill import documents
from reelmill.connection import Connection
from reelmill.errors import InvalidInputError, NotFoundError, ProtocolError
from reelmill.files import SourceFile
from reelmill.ledger import Ledger
from reelmill.models import (
    Asset,
    AssetStatus,
    Job,
    JobStatus,
    Page,
    Preset,
    Scan,
    Upload,
    UploadStatus,
    Viewer,
)
from reelmill.models import Model as Base
from reelmill.recipes import Recipe
from reelmill.store import Store
from reelmill.subscription import subscribe
from reelmill.timing import Timing
from reelmill.transport import Transport
from reelmill.uploads import OnProgress, Transfer, UploadOptions
from reelmill.watch import watch

M = TypeVar("M", bound=Base)


class Client:
    """One project of one Reelmill server. Use it as `async with Client(url, key) as client`.

    Every method raises ReelmillError: RefusedError for what the server says no to,
    ConnectionFailedError when it cannot be reached, ProtocolError when something else answers.
    """

    def __init__(
        self, url: str, key: str, *, timing: Timing | None = None, parallel_parts: int = 8
    ) -> None:
        """`url` such as `https://media.example.com`; raises ConfigurationError for a wrong one.
        At most `parallel_parts` parts are on their way at once, of all uploads together."""
        self._connection = connections.checked(url, key)
        self._timing = timing or Timing()
        self._tls = httpx.create_ssl_context()
        self._transport = Transport(self._connection, self._timing, self._tls)
        self._store = Store(self._timing, self._tls, parallel_parts)

    @classmethod
    def from_environment(cls, *, timing: Timing | None = None) -> Self:
        """By REELMILL_API_URL and REELMILL_API_KEY, or a connection.json; ConfigurationError."""
        found = connections.find()
        return cls(found.url, found.key, timing=timing)

    @property
    def connection(self) -> Connection:
        """Where this client sends what it is told."""
        return self._connection

    async def close(self) -> None:
        """Close every connection."""
        await self._transport.close()
        await self._store.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def viewer(self) -> Viewer:
        """Whose key this is, and what it may do."""
        return _model(Viewer, (await self._transport.execute(documents.VIEWER))["viewer"])

    async def presets(self) -> tuple[Preset, ...]:
        """The recipes that have a name."""
        data = await self._transport.execute(documents.PRESETS)
        return tuple(_model(Preset, each) for each in data["presets"])

    async def scan(self, prefix: str = "") -> Scan:
        """Register the media that lie in the in bucket, all or below a folder."""
        data = await self._transport.execute(documents.SCAN, {"input": {"prefix": prefix}})
        return _model(Scan, data["scanMediaFolder"])

    async def assets(
        self,
        *,
        first: int = 50,
        after: str | None = None,
        key: str | None = None,
        prefix: str | None = None,
        status: Iterable[AssetStatus | str] | None = None,
    ) -> Page[Asset]:
        """A page of 1 to 100 sources, newest first; filtered by exact key, folder or status."""
        wanted = {"key": key, "prefix": prefix, "status": _names(status)}
        variables = {"first": first, "after": after, "filter": _given(wanted)}
        data = await self._transport.execute(documents.ASSETS, variables)
        return _page(Asset, data["assets"])

    async def jobs(
        self,
        *,
        first: int = 50,
        after: str | None = None,
        status: Iterable[JobStatus | str] | None = None,
        asset_id: str | None = None,
    ) -> Page[Job]:
        """A page of 1 to 100 jobs, newest first. Their outputs come without links; see `job`."""
        wanted = {"status": _names(status), "assetId": asset_id}
        variables = {"first": first, "after": after, "filter": _given(wanted)}
        data = await self._transport.execute(documents.JOBS, variables)
        return _page(Job, data["jobs"])

    async def job(self, job_id: str) -> Job:
        """One job as it is now. Raises NotFoundError."""
        data = await self._transport.execute(documents.JOB, {"id": job_id})
        if data["job"] is None:
            raise NotFoundError(f"there is no job {job_id} in this project")
        return _model(Job, data["job"])

    async def watch_job(self, job_id: str) -> AsyncGenerator[Job, None]:
        """The job as it is, then every change; ends after a final state.

        A connection that breaks is opened again; where no WebSocket can be had, the job is asked
        for every other second. Raises NotFoundError.
        """
        states = watch(lambda: self._job_stream(job_id), lambda: self.job(job_id), self._timing)
        async with aclosing(states):
            async for job in states:
                yield job

    async def start_transcode(
        self,
        *,
        source_key: str | None = None,
        asset_id: str | None = None,
        preset: str | None = None,
        recipe: Recipe | Mapping[str, Any] | None = None,
        output_key: str | None = None,
        title: str | None = None,
        priority: int = 0,
        metadata: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> Job:
        """Queue a job: a source by its key in the in bucket or by its asset, and what to make of
        it by preset or recipe. The same idempotency key gives the same job."""
        wanted = {
            "assetId": asset_id,
            "sourceKey": source_key,
            "preset": preset,
            "recipe": recipe.as_input() if isinstance(recipe, Recipe) else recipe,
            "outputKey": output_key,
            "title": title,
            "priority": priority,
            "metadata": metadata,
            # A lost answer is asked for again, and must not start the job twice.
            "idempotencyKey": idempotency_key or uuid.uuid4().hex,
        }
        data = await self._transport.execute(documents.START_TRANSCODE, {"input": _given(wanted)})
        return _model(Job, data["startTranscode"]["job"])

    async def cancel_job(self, job_id: str) -> Job:
        """Cancel a job; one that had ended already is answered as it ended."""
        data = await self._transport.execute(documents.CANCEL_JOB, {"input": {"id": job_id}})
        return _model(Job, data["cancelJob"]["job"])

    async def upload(
        self,
        path: str | os.PathLike[str],
        *,
        preset: str | None = None,
        title: str | None = None,
        part_size: int | None = None,
        concurrency: int = 4,
        sha256: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        on_progress: OnProgress | None = None,
        ledger: Ledger | None = None,
        fresh: bool = False,
    ) -> Upload:
        """Send a file straight to the store, `concurrency` parts at a time, and register it.

        With a preset, its job is started too; `title` names that job. Raises FileError for a file
        that is empty, unreadable or changes meanwhile, TransferError when the store refuses.

        With a `ledger` an upload that ended early, however it did, goes on with the parts that are
        missing when the same file is uploaded again; `fresh` begins anew instead. Without a ledger
        whatever ends it, a cancellation too, asks the server to throw the parts away.
        """
        if concurrency < 1:
            raise InvalidInputError("concurrency is 1 or more", field="concurrency")
        if title is not None:
            await self._check_titled(preset)
        options = UploadOptions(
            # The API titles jobs that it starts itself by the file's name.
            preset=preset if title is None else None,
            part_size=part_size,
            concurrency=concurrency,
            sha256=sha256,
            metadata=metadata or {},
            on_progress=on_progress,
            fresh=fresh,
        )
        with ExitStack() as stack:
            file = stack.enter_context(await SourceFile.open(Path(path)))
            claim = stack.enter_context(ledger.claim(file, options.wishes)) if ledger else None
            common = (self._transport, self._store, file, options)
            upload = await Transfer(*common, timing=self._timing, claim=claim).run()
            if title is not None and upload.asset is not None:
                upload = await self._titled(upload, upload.asset, preset, title, metadata)
            if claim is not None:
                claim.forget()
        return upload

    async def uploads(
        self,
        *,
        first: int = 50,
        after: str | None = None,
        status: Iterable[UploadStatus | str] | None = None,
    ) -> Page[Upload]:
        """A page of 1 to 100 uploads, newest first."""
        wanted = _given({"status": _names(status)})
        variables = {"first": first, "after": after, "filter": wanted}
        data = await self._transport.execute(documents.UPLOADS, variables)
        return _page(Upload, data["uploads"])

    async def abort_upload(self, upload_id: str) -> Upload:
        """Throw the parts of an upload away. Raises ConflictError when it is complete."""
        wanted = {"input": {"uploadId": upload_id}}
        data = await self._transport.execute(documents.ABORT_UPLOAD, wanted)
        return _model(Upload, data["abortMultipartUpload"]["upload"])

    async def _titled(
        self,
        upload: Upload,
        asset: Asset,
        preset: str | None,
        title: str,
        metadata: Mapping[str, Any] | None,
    ) -> Upload:
        job = await self.start_transcode(
            asset_id=asset.id,
            preset=preset,
            title=title,
            metadata=metadata,
            # Whoever is killed before this is remembered must not start a second job.
            idempotency_key=f"{upload.id}-titled",
        )
        return upload.model_copy(update={"job": job})

    async def _check_titled(self, preset: str | None) -> None:
        """Before the bytes are sent: afterwards a misspelled preset would be a pity."""
        if preset is None:
            raise InvalidInputError("a title needs a preset: it names the job", field="title")
        known = [each.name for each in await self.presets()]
        if preset not in known:
            raise InvalidInputError(
                f"there is no preset {preset!r}; there are: {', '.join(known)}",
                code="UNKNOWN_PRESET",
                field="preset",
            )

    async def _job_stream(self, job_id: str) -> AsyncGenerator[Job, None]:
        answers = subscribe(
            self._connection,
            documents.JOB_UPDATED,
            {"id": job_id},
            timing=self._timing,
            tls=self._tls,
        )
        async with aclosing(answers):
            async for data in answers:
                yield _model(Job, data["jobUpdated"])


def _model(kind: type[M], value: Any) -> M:
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        path = ".".join(map(str, first["loc"]))
        raise ProtocolError(
            f"the server's {kind.__name__} is not as this client knows it: {path}: {first['msg']}",
            hint="Use the client of the server's version.",
        ) from error


def _page(kind: type[M], connection: Mapping[str, Any]) -> Page[M]:
    info = connection["pageInfo"]
    return Page(
        nodes=tuple(_model(kind, node) for node in connection["nodes"]),
        has_next_page=info["hasNextPage"],
        end_cursor=info["endCursor"],
    )


def _names(values: Iterable[str] | None) -> list[str] | None:
    return [str(value) for value in values or ()] or None


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what was not said: the API's own defaults stand then."""
    return {name: value for name, value in values.items() if value is not None}
