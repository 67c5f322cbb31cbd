"""Credentials with which any S3 client sends one file by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from api.adapters.postgres import uploads as rows
from api.domain.models import Principal, Upload
from api.domain.objects import SessionCredentials
from api.domain.states import UploadMethod
from api.errors import CredentialsUnavailable, InvalidInput, Refusal, UploadClosed
from api.services import policies
from api.services.upload_checks import StartUpload, check_start, must_be_open

if TYPE_CHECKING:
    from api.adapters.postgres.pool import Database
    from api.adapters.s3 import Storage
    from api.services.uploads import Uploads

# What AssumeRole takes anywhere; a role may allow less.
_MIN_SECONDS: Final = 900
_MAX_SECONDS: Final = 43_200


@dataclass(frozen=True, slots=True)
class Given:
    """An upload, and what sends it."""

    upload: Upload
    credentials: SessionCredentials


class UploadCredentials:
    """Each set of credentials may write one key, and do nothing else."""

    def __init__(self, database: Database, storage: Storage, uploads: Uploads) -> None:
        self._database = database
        self._storage = storage
        self._uploads = uploads

    async def create(self, who: Principal, wanted: StartUpload, seconds: int) -> Given:
        """A new upload. The same idempotency key and input give the same one, with new keys."""
        _check_seconds(seconds)
        part_size = check_start(wanted)
        self._storage.sessions.require()
        upload = await self._uploads.record(
            who,
            wanted,
            part_size,
            UploadMethod.CREDENTIALS,
            mutation="createUploadCredentials",
        )
        try:
            return await self._give(who, upload, seconds)
        except Refusal:
            # Nobody learns of this upload; with an idempotency key the client may ask again.
            if wanted.idempotency_key is None:
                await self._uploads.discard(who, upload)
            raise

    async def renew(self, who: Principal, upload_id: UUID, seconds: int) -> Given:
        """New credentials for the same key, as those before run out."""
        _check_seconds(seconds)
        self._storage.sessions.require()
        upload = await self._uploads.get(who, upload_id)
        if upload.method is not UploadMethod.CREDENTIALS:
            raise InvalidInput(
                "this upload is sent by links; sign its parts anew", field="input.uploadId"
            )
        return await self._give(who, upload, seconds)

    async def _give(self, who: Principal, upload: Upload, seconds: int) -> Given:
        must_be_open(upload)
        try:
            policy = policies.for_upload(upload.bucket, upload.key)
        except ValueError as error:
            raise CredentialsUnavailable(
                "the key prefix of this project has a wildcard, so no policy can name one key only;"
                " use startMultipartUpload"
            ) from error
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        async with self._database.tenant(who.project_id) as connection:
            # Before anything is given away, so that the sweep knows how long to come back.
            noted = await rows.hand_out(connection, upload.id, until)
        if noted is None:
            raise UploadClosed("the upload was closed meanwhile; start a new one")
        credentials = await self._storage.sessions.for_client(
            name=f"upload-{upload.id.hex}", policy=policy, seconds=seconds
        )
        return Given(noted, credentials)


def _check_seconds(seconds: int) -> None:
    if not _MIN_SECONDS <= seconds <= _MAX_SECONDS:
        raise InvalidInput(
            f"credentials live {_MIN_SECONDS:,} to {_MAX_SECONDS:,} seconds", field="input.seconds"
        )
