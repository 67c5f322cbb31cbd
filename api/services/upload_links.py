"""Links by which a client sends parts, or a whole small file, to the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from api.adapters.postgres import uploads
from api.domain.checksums import Checksums
from api.domain.models import Principal, Upload
from api.domain.states import PartChecksum, UploadMethod
from api.errors import InvalidInput, NotFound, UploadClosed
from api.services.upload_checks import WantedPart, must_be_open

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.adapters.postgres.pool import Database
    from api.adapters.s3 import Storage
    from api.domain.objects import SignedRequest

_PART_SECONDS: Final = 3600
# A link to a part is worth nothing once the upload is closed. One to an object could replace it.
_PUT_SECONDS: Final = 900


@dataclass(frozen=True, slots=True)
class SignedPart:
    """Where to PUT one part, and with which headers."""

    number: int
    request: SignedRequest
    expires_at: datetime


class UploadLinks:
    """Signs; and opens a multipart upload at the store when its first part is signed."""

    def __init__(self, database: Database, storage: Storage) -> None:
        self._database = database
        self._storage = storage

    async def sign(
        self, who: Principal, upload: Upload, wanted: Sequence[WantedPart]
    ) -> list[SignedPart]:
        """Links for parts of an open upload. Raises UploadClosed when it was closed meanwhile."""
        if upload.method is UploadMethod.MULTIPART:
            upload = await self._opened(who, upload, _checksum(wanted))
        seconds = _PUT_SECONDS if upload.method is UploadMethod.PUT else _PART_SECONDS
        expires = datetime.now(UTC) + timedelta(seconds=seconds)
        async with self._database.tenant(who.project_id) as connection:
            # Before anything is given away, so that the sweep knows how long to come back.
            if await uploads.hand_out(connection, upload.id, expires) is None:
                raise UploadClosed("the upload was closed meanwhile; start a new one")
        return [
            SignedPart(part.number, await self._request(upload, part, seconds), expires)
            for part in wanted
        ]

    async def _opened(self, who: Principal, upload: Upload, checksum: PartChecksum) -> Upload:
        """The upload as the store knows it.

        If we die between the store's answer and the commit, a multipart upload without a row is
        left; the sweep looks for every one of this key.
        """
        if upload.store_id is None:
            sha256 = checksum is PartChecksum.SHA256
            store_id = await self._storage.start_multipart(
                upload.bucket, upload.key, upload.content_type, sha256=sha256
            )
            async with self._database.tenant(who.project_id) as connection:
                opened = await uploads.opened(connection, upload.id, store_id, checksum)
                newest = opened or await uploads.get(connection, upload.id)
            if opened is None:
                await self._storage.abort_multipart(upload.bucket, upload.key, store_id)
            if newest is None:
                raise NotFound("there is no such upload in this project", field="input.uploadId")
            must_be_open(newest)
            upload = newest
        if upload.part_checksum is not checksum:
            raise InvalidInput(
                "either every part of an upload is signed with sha256, from the first on, or none;"
                " md5 may come with any",
                field="input.parts",
            )
        return upload

    async def _request(self, upload: Upload, part: WantedPart, seconds: int) -> SignedRequest:
        if upload.method is UploadMethod.PUT:
            return await self._storage.links.put(
                upload.bucket,
                upload.key,
                seconds,
                content_type=upload.content_type,
                checksums=_of_whole_file(upload, part.checksums),
            )
        return await self._storage.links.part(
            upload.bucket,
            upload.key,
            upload.store_id or "",
            part.number,
            seconds,
            checksums=part.checksums,
        )


def _checksum(wanted: Sequence[WantedPart]) -> PartChecksum:
    """Raises InvalidInput where only some parts have one."""
    given = {part.checksums.sha256 is not None for part in wanted}
    if len(given) > 1:
        raise InvalidInput("give sha256 for all of the parts or for none", field="input.parts")
    return PartChecksum.SHA256 if given == {True} else PartChecksum.NONE


def _of_whole_file(upload: Upload, given: Checksums) -> Checksums:
    """A small file's one part is the file: what was said at the start holds for it too."""
    declared = bytes.fromhex(upload.sha256) if upload.sha256 else None
    if declared and given.sha256 and declared != given.sha256:
        raise InvalidInput("this is not the sha256 that was said at the start", field="input.parts")
    return Checksums(sha256=given.sha256 or declared, md5=given.md5)
