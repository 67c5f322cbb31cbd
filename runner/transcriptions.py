"""Amazon Transcribe: the only file that touches it. Its errors are translated once, here."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from runner import log
from runner.errors import Code, RunnerError
from runner.storage import renew
from schema.job import StorageAccess

if TYPE_CHECKING:
    from botocore.credentials import Credentials

T = TypeVar("T")
# It answers so when too much is asked of it, and the library's own tries were not enough.
_BUSY = frozenset({"LimitExceededException", "ThrottlingException", "InternalFailureException"})


class ExistsError(Exception):
    """There is a transcription of this name."""


@dataclass(frozen=True, slots=True)
class Transcription:
    """One as it is now. `language` such as `en-US`, once it is known."""

    status: str
    language: str | None
    reason: str | None


class Transcriptions:
    """The jobs of Amazon Transcribe that are this task's."""

    def __init__(
        self, client: Any, credentials: Credentials, access: Callable[[], StorageAccess]
    ) -> None:
        self._client = client
        self._credentials = credentials
        self._access = access

    async def start(
        self, name: str, *, bucket: str, sound: str, words: str, language: str | None
    ) -> None:
        """Have the FLAC at the key `sound` heard, and the words written to the key `words`.

        Without a language it is found out. Raises ExistsError, RunnerError.
        """
        spoken = {"LanguageCode": language} if language else {"IdentifyLanguage": True}
        await self._ask(
            self._client.start_transcription_job,
            TranscriptionJobName=name,
            Media={"MediaFileUri": f"s3://{bucket}/{sound}"},
            MediaFormat="flac",
            OutputBucketName=bucket,
            OutputKey=words,
            **spoken,
        )

    async def get(self, name: str) -> Transcription:
        """How far it is. Raises RunnerError."""
        answer = await self._ask(self._client.get_transcription_job, TranscriptionJobName=name)
        found = answer["TranscriptionJob"]
        status = found["TranscriptionJobStatus"]
        return Transcription(status, found.get("LanguageCode"), found.get("FailureReason"))

    async def delete(self, name: str) -> None:
        """Forget one that has ended; what is under way cannot be deleted. Raises RunnerError."""
        await self._ask(self._client.delete_transcription_job, TranscriptionJobName=name)

    async def _ask(self, call: Callable[..., Awaitable[T]], **given: Any) -> T:
        renew(self._credentials, self._access())
        return await _translated(call(**given))


@asynccontextmanager
async def open_transcriptions(
    access: Callable[[], StorageAccess], endpoint: str | None
) -> AsyncIterator[Transcriptions]:
    """In the region of the store; without an endpoint that of the region."""
    await asyncio.to_thread(importlib.import_module, "aiobotocore.session")
    from aiobotocore.config import AioConfig  # noqa: PLC0415 - lazy, as in storage.py
    from aiobotocore.session import get_session  # noqa: PLC0415

    now = access()
    session = get_session()
    session.set_credentials(now.access_key_id, now.secret_access_key, now.session_token)
    config = AioConfig(
        retries={"max_attempts": 8, "mode": "standard"}, connect_timeout=10, read_timeout=60
    )
    make: Any = session.create_client
    async with make(
        "transcribe", endpoint_url=endpoint, region_name=now.region, config=config
    ) as client:
        credentials = await session.get_credentials()
        assert credentials is not None  # noqa: S101 - set above
        yield Transcriptions(client, credentials, access)


async def _translated(request: Awaitable[T]) -> T:
    import aiohttp  # noqa: PLC0415 - lazy, as above
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    try:
        return await request
    except ClientError as error:
        said = error.response.get("Error", {})
        code, message = said.get("Code", ""), said.get("Message", "")
        if code == "ConflictException":
            raise ExistsError(message) from error
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in _BUSY or status >= 500:
            raise RunnerError(
                Code.TRANSCRIBER_UNAVAILABLE, f"Amazon Transcribe: {code}: {message}"
            ) from error
        raise RunnerError(
            Code.TRANSCRIBER_REFUSED, f"Amazon Transcribe: {code}: {message}"
        ) from error
    except (BotoCoreError, aiohttp.ClientError, OSError) as error:
        raise RunnerError(Code.TRANSCRIBER_UNAVAILABLE, f"Amazon Transcribe: {error}") from error


async def forget(transcriptions: Transcriptions, name: str) -> None:
    """Delete one whose words we have: where that fails, Amazon forgets it by itself in time."""
    try:
        await transcriptions.delete(name)
    except RunnerError as error:
        log.warning("a transcription is left at Amazon Transcribe", name=name, reason=error.message)
