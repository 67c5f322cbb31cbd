"""The S3 store: objects, multipart uploads, presigned links, scoped credentials.

With its neighbours s3_links, s3_sessions, s3_checks and s3_errors the only file of the API that
touches S3. Sizes in bytes, times in seconds.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, Final

from api.adapters import s3_listing
from api.adapters.s3_checks import Checks
from api.adapters.s3_clients import is_aws, open_clients
from api.adapters.s3_errors import ActionDenied, S3Error, translated
from api.adapters.s3_links import Links
from api.adapters.s3_sessions import Sessions
from api.domain.objects import Credentials, ObjectInfo, Part
from api.errors import NotFound, StorageDenied

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client

    from api.config import Settings

__all__ = ["S3Error", "Storage"]

# Under keys that are never written again, so caches may keep them for ever.
IMMUTABLE: Final = "private, max-age=31536000, immutable"


class Storage:
    """Clients for the store: one that talks to it, one that only signs links for others."""

    def __init__(
        self, s3: S3Client, signer: S3Client, sessions: Sessions, settings: Settings
    ) -> None:
        self._s3 = s3
        self.links = Links(signer)
        self.checks = Checks(s3, signer)
        # For runners, which reach the store as we do.
        self.inner_links = Links(s3)
        self.sessions = sessions
        self._settings = settings

    @classmethod
    async def open(cls, settings: Settings, stack: AsyncExitStack) -> Storage:
        """Make the clients; `stack` closes them. Nothing is sent yet."""
        s3, signer, sts = await open_clients(settings, stack)
        return cls(s3, signer, Sessions(sts, settings), settings)

    async def ping(self) -> None:
        """Raise unless both buckets answer."""
        for bucket in (self._settings.bucket_in, self._settings.bucket_out):
            # A HEAD has no body that could say what is wrong.
            with translated():
                await self._s3.list_objects_v2(Bucket=bucket, MaxKeys=1)

    async def head(self, bucket: str, key: str) -> ObjectInfo | None:
        """What the store says of one object, or None when there is none."""
        try:
            with translated():
                found = await self._s3.head_object(Bucket=bucket, Key=key)
        except NotFound:
            return None
        except (StorageDenied, S3Error) as error:
            await self._must_be_missing(bucket, key, error)
            return None
        return ObjectInfo(key, found["ContentLength"], _bare(found["ETag"]))

    async def _must_be_missing(
        self, bucket: str, key: str, refused: StorageDenied | S3Error
    ) -> None:
        """Return if the object is missing; else raise why it cannot be looked at.

        The answer to a HEAD has no reason. And AWS answers 403 for a missing object to whoever may
        not list the bucket.
        """
        try:
            with translated():
                page = await self._s3.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1)
        except ActionDenied:
            raise StorageDenied(
                "the store answers 403 for this object, which may also mean that there is none;"
                " allow s3:ListBucket in the policy of this service's key, so that it can tell"
            ) from refused
        if any(found.key == key for found in s3_listing.objects(page)):
            raise refused

    async def pages(self, bucket: str, prefix: str) -> AsyncGenerator[list[ObjectInfo], None]:
        """List everything below a prefix, a thousand objects a page, in flat memory."""
        token: str | None = None
        while True:
            with translated():
                extra: dict[str, Any] = {"ContinuationToken": token} if token else {}
                page = await self._s3.list_objects_v2(Bucket=bucket, Prefix=prefix, **extra)
            yield s3_listing.objects(page)
            token = page.get("NextContinuationToken")
            if not page.get("IsTruncated") or not token:
                return

    async def stream(
        self,
        bucket: str,
        key: str,
        byte_range: str | None = None,
        *,
        if_match: str | None = None,
    ) -> tuple[dict[str, str], int, AsyncIterator[bytes]]:
        """Headers, status (200 or 206) and body of one object.

        Raises NotFound, and S3Error `PreconditionFailed` when its etag is not `if_match`.
        """
        extra: dict[str, Any] = {"Range": byte_range} if byte_range else {}
        if if_match is not None:
            extra["IfMatch"] = f'"{if_match}"'
        with translated():
            answer = await self._s3.get_object(Bucket=bucket, Key=key, **extra)
        headers = {"content-length": str(answer["ContentLength"]), "etag": answer["ETag"]}
        if "ContentRange" in answer:
            headers["content-range"] = answer["ContentRange"]
        status = answer["ResponseMetadata"]["HTTPStatusCode"]
        return headers, status, _chunks(answer["Body"])

    async def delete_below(self, bucket: str, prefix: str, *, keep: Sequence[str] = ()) -> int:
        """Delete every object below a prefix, except below one of `keep`. Returns how many."""
        deleted = 0
        async for page in self.pages(bucket, prefix):
            doomed = (
                [o.key for o in page if not o.key.startswith(tuple(keep))]
                if keep
                else [o.key for o in page]
            )
            if doomed:
                with translated():
                    await self._s3.delete_objects(
                        Bucket=bucket,
                        Delete={"Objects": [{"Key": key} for key in doomed], "Quiet": True},
                    )
                deleted += len(doomed)
        return deleted

    async def put(self, bucket: str, key: str, body: bytes, *, content_type: str) -> None:
        """Publish a small object. As those of runners, it never changes."""
        with translated():
            await self._s3.put_object(
                Bucket=bucket, Key=key, Body=body, ContentType=content_type, CacheControl=IMMUTABLE
            )

    async def delete(self, bucket: str, key: str) -> None:
        """Delete one object. One that is not there is no error."""
        try:
            with translated():
                await self._s3.delete_object(Bucket=bucket, Key=key)
        except NotFound:
            return

    async def abort_below(self, bucket: str, prefix: str) -> None:
        """Throw away the parts of every unfinished upload below a prefix."""
        await self._abort_where(bucket, prefix, exact=False)

    async def abort_at(self, bucket: str, key: str) -> None:
        """Throw away the parts of every unfinished upload of exactly this key."""
        await self._abort_where(bucket, key, exact=True)

    async def _abort_where(self, bucket: str, prefix: str, *, exact: bool) -> None:
        markers: dict[str, Any] = {}
        while True:
            with translated():
                page = await self._s3.list_multipart_uploads(
                    Bucket=bucket, Prefix=prefix, **markers
                )
            for upload in page.get("Uploads", []):
                if not exact or upload["Key"] == prefix:
                    await self.abort_multipart(bucket, upload["Key"], upload["UploadId"])
            following = {
                "KeyMarker": page.get("NextKeyMarker"),
                "UploadIdMarker": page.get("NextUploadIdMarker"),
            }
            # Not every store says where the next page begins: never ask for the same one again.
            if not page.get("IsTruncated") or not following["KeyMarker"] or following == markers:
                return
            markers = following

    async def start_multipart(
        self, bucket: str, key: str, content_type: str | None, *, sha256: bool = False
    ) -> str:
        """Open a multipart upload and return the store's id of it.

        `sha256`: every part will come with its SHA-256.
        """
        extra: dict[str, Any] = {"ContentType": content_type} if content_type else {}
        # AWS refuses such parts unless it knew beforehand, and lists the checksums, which it wants
        # to see again at the end. SeaweedFS compares them without being told; once told it wants
        # them at the end too, and does not list them.
        if sha256 and is_aws(self._settings):
            extra["ChecksumAlgorithm"] = "SHA256"
        with translated():
            answer = await self._s3.create_multipart_upload(Bucket=bucket, Key=key, **extra)
        return answer["UploadId"]

    async def parts(self, bucket: str, key: str, store_id: str) -> list[Part]:
        """Every part that the store holds, by number. Raises NotFound when the upload is over.

        Some stores list a part that was sent twice twice, in no order.
        """
        found: list[Part] = []
        marker = 0
        while True:
            with translated():
                page = await self._s3.list_parts(
                    Bucket=bucket, Key=key, UploadId=store_id, PartNumberMarker=marker
                )
            found += [
                Part(
                    p["PartNumber"],
                    _bare(p["ETag"]) or "",
                    p["Size"],
                    p.get("LastModified"),
                    p.get("ChecksumSHA256"),
                )
                for p in page.get("Parts", [])
            ]
            # Some stores say IsTruncated with nothing new: never loop on the same marker.
            following = int(page.get("NextPartNumberMarker") or 0)
            if not page.get("IsTruncated") or following <= marker:
                return found
            marker = following

    async def complete_multipart(
        self, bucket: str, key: str, store_id: str, parts: Sequence[Part]
    ) -> None:
        """Join the parts. Raises NotFound when the upload is over, S3Error when parts are wrong."""
        with translated():
            await self._s3.complete_multipart_upload(
                Bucket=bucket,
                Key=key,
                UploadId=store_id,
                MultipartUpload={"Parts": [_stated(part) for part in parts]},
            )

    async def abort_multipart(self, bucket: str, key: str, store_id: str) -> None:
        """Throw the parts away. An upload that is over is no error."""
        try:
            with translated():
                await self._s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=store_id)
        except NotFound:
            return

    async def sign_get(
        self, bucket: str, key: str, seconds: int, *, download_as: str | None = None
    ) -> str:
        """A link that reads one object by GET. A HEAD on it is refused by the store."""
        return await self.links.get(bucket, key, seconds, download_as=download_as)

    async def scoped_credentials(
        self, *, name: str, policy: dict[str, Any], seconds: int
    ) -> Credentials:
        """Credentials for a runner: see Sessions."""
        return await self.sessions.for_runner(name=name, policy=policy, seconds=seconds)


def _stated(part: Part) -> Any:
    """A part as CompleteMultipartUpload names it."""
    stated = {"PartNumber": part.number, "ETag": f'"{part.etag}"'}
    return stated | {"ChecksumSHA256": part.sha256} if part.sha256 else stated


def _bare(etag: str | None) -> str | None:
    return etag.strip('"') if etag else None


async def _chunks(body: Any) -> AsyncIterator[bytes]:
    with translated():
        async with body:
            async for chunk in body.iter_chunks(256 * 1024):
                yield chunk
