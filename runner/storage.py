"""S3: the only file that touches it. Parts in parallel, bounded memory, errors translated once."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import importlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from runner import log
from runner.disk import disk_errors, hash_range, read_range, write_all
from runner.errors import Code, RunnerError
from runner.settings import usable_scratch
from runner.sparse import PARALLEL, PART, RangelessError
from runner.stored import Fetched, StoredSparse
from schema.job import StorageAccess
from schema.source import SourceRef

if TYPE_CHECKING:
    from botocore.credentials import Credentials
    from types_aiobotocore_s3 import S3Client

CHUNK = 1024 * 1024
# How long a store may be away before the task gives up, and the longest pause between tries.
PATIENCE = 120.0
LONGEST_PAUSE = 15.0

T = TypeVar("T")


class _AwayError(Exception):
    """The store failed in a way that often passes."""


class Storage:
    """One S3 client for one task. `access` is asked before every request: keys get renewed."""

    def __init__(
        self, client: S3Client, credentials: Credentials, access: Callable[[], StorageAccess]
    ) -> None:
        self._client = client
        self._credentials = credentials
        self.access = access

    async def fetch(
        self, source: SourceRef, path: Path, on_progress: Callable[[float], None]
    ) -> Fetched:
        """Copy the source to `path` by ranged GETs, hashing what has arrived in order.

        Raises SOURCE_CHECKSUM_MISMATCH when the bytes are not those that were announced.
        """
        etag, size = await self._head(source)
        if size > (free := usable_scratch(path.parent)):
            message = f"the source has {size} bytes, scratch has {free} free"
            raise RunnerError(Code.SCRATCH_FULL, message)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        given = (source, etag, file, size, on_progress)
        try:
            try:
                hashes = await self._fetch_parts(*given, step=PART)
            except RangelessError:
                hashes = await self._fetch_parts(*given, step=size)
        finally:
            os.close(file)
        fetched = Fetched(size, hashes[0].hexdigest(), hashes[1].hexdigest(), etag.strip('"'))
        if source.sha256 is not None and fetched.sha256 != source.sha256:
            message = (
                f"{source.key} has the SHA-256 {fetched.sha256}, announced was {source.sha256}"
            )
            raise RunnerError(Code.SOURCE_CHECKSUM_MISMATCH, message)
        return fetched

    async def _fetch_parts(
        self,
        source: SourceRef,
        etag: str,
        file: int,
        size: int,
        on_progress: Callable[[float], None],
        *,
        step: int,
    ) -> tuple[Any, ...]:
        """The whole object by parts of so many bytes. Returns its SHA-256 and MD5."""
        hashes = (hashlib.sha256(), hashlib.md5(usedforsecurity=False))
        gate = asyncio.Semaphore(PARALLEL)

        async def part(start: int) -> int:
            async with gate:
                end = min(start + step, size)
                await self.load(source, etag, file, start, end)
                return end

        tasks = [asyncio.create_task(part(start)) for start in range(0, size, step)]
        try:
            done = 0
            for task in tasks:
                end = await task
                await asyncio.to_thread(hash_range, file, done, end, hashes)
                done = end
                on_progress(done / size)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return hashes

    async def sparse(self, source: SourceRef, path: Path, part: float = 1.0) -> StoredSparse:
        """A file of the source's size at `path` that has no bytes yet. What it will have is of the
        object that lies there now: another one is refused. No more than a `part` of it is read."""
        etag, size = await self._head(source)
        made = StoredSparse(self, (source, etag), path, size, int(part * size))
        made.create()
        return made

    async def _head(self, source: SourceRef) -> tuple[str, int]:
        """The etag and size now. An etag that differs from the job's is refused."""
        found = await self._ask(
            source.key, lambda: self._client.head_object(Bucket=source.bucket, Key=source.key)
        )
        if source.etag and found["ETag"].strip('"') != source.etag.strip('"'):
            raise RunnerError(Code.SOURCE_CHANGED, f"{source.key} has another etag now")
        if found["ContentLength"] == 0:
            raise RunnerError(Code.SOURCE_EMPTY, f"{source.key} has no bytes")
        return found["ETag"], found["ContentLength"]

    async def load(self, source: SourceRef, etag: str, file: int, start: int, end: int) -> None:
        """One range into an open file. Raises RangelessError where the store sends another."""
        await self._ask(source.key, lambda: self._get_range(source, etag, file, start, end))

    async def _get_range(
        self, source: SourceRef, etag: str, file: int, start: int, end: int
    ) -> None:
        answer = await self._client.get_object(
            Bucket=source.bucket, Key=source.key, Range=f"bytes={start}-{end - 1}", IfMatch=etag
        )
        position = start
        async with answer["Body"] as body:
            # A store that knows no ranges answers with all bytes, from the first on.
            sent = answer.get("ContentRange") or f"bytes 0-{answer['ContentLength'] - 1}/"
            if not sent.startswith(f"bytes {start}-{end - 1}/"):
                raise RangelessError(f"instead of a range of {source.key} came {sent}")
            while chunk := await body.read(CHUNK):
                with disk_errors():
                    await asyncio.to_thread(write_all, file, chunk, position)
                position += len(chunk)
        if position != end:
            raise _AwayError(f"{end - position} bytes of a part are missing")

    async def put(self, bucket: str, key: str, path: Path, headers: dict[str, Any]) -> None:
        """Store one file, in parts if it is big. The same call again replaces it."""
        size = await asyncio.to_thread(os.path.getsize, path)
        if size > PART:
            await self._put_parts({"Bucket": bucket, "Key": key}, path, size, headers)
            return
        body = await asyncio.to_thread(path.read_bytes)
        await self._ask(
            key, lambda: self._client.put_object(Bucket=bucket, Key=key, Body=body, **headers)
        )

    async def _put_parts(self, where: Any, path: Path, size: int, headers: dict[str, Any]) -> None:
        key = where["Key"]
        started = await self._ask(
            key, lambda: self._client.create_multipart_upload(**where, **headers)
        )
        upload = {**where, "UploadId": started["UploadId"]}
        step = max(PART, -(-size // 9_000))  # S3 takes 10,000 parts
        gate = asyncio.Semaphore(PARALLEL)

        async def part(number: int) -> Any:
            async with gate:
                start = (number - 1) * step
                body = await asyncio.to_thread(read_range, path, start, step)
                stored = await self._ask(
                    key,
                    lambda: self._client.upload_part(PartNumber=number, Body=body, **upload),
                )
            return {"PartNumber": number, "ETag": stored["ETag"]}

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(part(n + 1)) for n in range(-(-size // step))]
            parts: Any = {"Parts": [task.result() for task in tasks]}
            await self._ask(
                key,
                lambda: self._client.complete_multipart_upload(MultipartUpload=parts, **upload),
            )
        except BaseException as error:
            # Parts of an unfinished upload cost money and show in no listing.
            with contextlib.suppress(Exception):
                await asyncio.shield(self._client.abort_multipart_upload(**upload))
            if isinstance(error, ExceptionGroup):
                raise error.exceptions[0] from None
            raise

    async def _ask(self, key: str, request: Callable[[], Awaitable[T]]) -> T:
        """Run one request, again and again while the store is away, up to PATIENCE seconds."""
        loop = asyncio.get_running_loop()
        until, pause = loop.time() + PATIENCE, 0.5
        while True:
            renew(self._credentials, self.access())
            try:
                return await _translated(request(), key)
            except _AwayError as error:
                if loop.time() + pause > until:
                    raise RunnerError(Code.STORAGE_UNAVAILABLE, str(error)) from error
                log.warning("the store failed, trying again", reason=str(error), pause=pause)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)


def renew(credentials: Credentials, now: StorageAccess) -> None:
    """A client signs with the fields of its credentials, so new ones take effect at once."""
    credentials.access_key = now.access_key_id
    credentials.secret_key = now.secret_access_key
    credentials.token = now.session_token


def warm_up() -> None:
    """Load the store's library, which takes longer than all of ours: while the API answers."""
    import aiobotocore.session  # noqa: F401, PLC0415
    import botocore.auth  # noqa: F401, PLC0415


@asynccontextmanager
async def open_storage(access: Callable[[], StorageAccess]) -> AsyncIterator[Storage]:
    """A Storage whose requests are signed with whatever `access` answers at that moment."""
    # In a thread: on a busy machine it takes seconds, and the heartbeat must go on meanwhile.
    await asyncio.to_thread(importlib.import_module, "aiobotocore.session")
    from aiobotocore.config import AioConfig  # noqa: PLC0415 - lazy: botocore takes 0.4 s
    from aiobotocore.session import get_session  # noqa: PLC0415

    now = access()
    session = get_session()
    session.set_credentials(now.access_key_id, now.secret_access_key, now.session_token)
    style: Any = now.addressing_style
    config = AioConfig(
        signature_version="s3v4",
        s3={"addressing_style": style},
        # Stores beside AWS often do not know the SDK's default checksums.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        retries={"max_attempts": 3, "mode": "standard"},
        connect_timeout=10,
        read_timeout=60,
        max_pool_connections=16,
    )
    async with session.create_client(
        "s3", endpoint_url=now.endpoint, region_name=now.region, config=config
    ) as client:
        credentials = await session.get_credentials()
        assert credentials is not None  # noqa: S101 - set above
        yield Storage(client, credentials, access)


async def _translated(request: Awaitable[T], key: str) -> T:
    """Await one request; the libraries' errors become ours, here and nowhere else."""
    import aiohttp  # noqa: PLC0415 - lazy, as above
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    try:
        return await request
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        raise _refusal(status, error, key) from error
    except (BotoCoreError, aiohttp.ClientError, OSError) as error:
        raise _AwayError(f"{key}: {error!r}") from error


def _refusal(status: int, error: Exception, key: str) -> Exception:
    refusals = {
        401: (Code.STORAGE_DENIED, f"access to {key} was denied"),
        403: (Code.STORAGE_DENIED, f"access to {key} was denied"),
        404: (Code.SOURCE_MISSING, f"{key} is not in the bucket"),
        412: (Code.SOURCE_CHANGED, f"{key} changed while it was read"),
    }
    if status in refusals:
        code, message = refusals[status]
        return RunnerError(code, message, log=str(error))
    if status in {408, 425, 429} or status >= 500:
        return _AwayError(f"{key}: {error}")
    return RunnerError(Code.STORAGE_UNAVAILABLE, f"the store refused {key}: {error}")
