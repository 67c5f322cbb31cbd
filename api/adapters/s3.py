"""The S3 store: objects, multipart uploads, presigned links, scoped credentials.

The only file of the API that touches S3. Sizes in bytes, times in seconds.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import structlog
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from botocore.exceptions import BotoCoreError, ClientError

from api.domain.objects import Credentials, ObjectInfo, Part
from api.errors import NotFound, StorageDenied, StorageUnavailable

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client
    from types_aiobotocore_sts import STSClient

    from api.config import Settings

_MISSING = frozenset({"404", "NoSuchKey", "NoSuchBucket", "NoSuchUpload", "NotFound"})
_DENIED = frozenset(
    {"403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken"}
)


log = structlog.get_logger(__name__)


class S3Error(Exception):
    """An answer that a caller may know how to handle; `code` is S3's own."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


@contextmanager
def _translated() -> Iterator[None]:
    """Translate the library's errors once, to those that somebody handles."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        if code in _MISSING or status == 404:
            raise NotFound("the store has no such object or upload") from error
        if code in _DENIED or status == 403:
            raise StorageDenied(f"the store refuses this service's credentials ({code})") from error
        if status >= 500 or status == 429:
            raise StorageUnavailable(f"the store answers {status} {code}; try again") from error
        raise S3Error(code, str(error)) from error
    except (BotoCoreError, OSError) as error:
        # The cause may name inner addresses: it goes to the log and not to the client.
        log.warning("the store does not answer", reason=str(error))
        raise StorageUnavailable("the store does not answer; try again shortly") from error


class Storage:
    """Clients for the store: one that talks to it, one that only signs links for others."""

    def __init__(
        self, s3: S3Client, signer: S3Client, sts: STSClient | None, settings: Settings
    ) -> None:
        self._s3 = s3
        self._signer = signer
        self._sts = sts
        self._settings = settings

    @classmethod
    async def open(cls, settings: Settings, stack: AsyncExitStack) -> Storage:
        """Make the clients; `stack` closes them. Nothing is sent yet."""
        session = get_session()
        secret = settings.secret_access_key
        common: dict[str, Any] = {
            "region_name": settings.region,
            "aws_access_key_id": settings.access_key_id,
            "aws_secret_access_key": secret.get_secret_value() if secret else None,
            "config": _config(settings),
        }
        s3 = await stack.enter_async_context(
            session.create_client("s3", endpoint_url=settings.s3_endpoint, **common)
        )
        signer = await stack.enter_async_context(
            session.create_client("s3", endpoint_url=settings.public_s3_endpoint, **common)
        )
        sts = None
        if settings.sts_role_arn:
            endpoint = settings.sts_endpoint or settings.s3_endpoint
            sts = await stack.enter_async_context(
                session.create_client("sts", endpoint_url=endpoint, **common)
            )
        return cls(s3, signer, sts, settings)

    async def ping(self) -> None:
        """Raise unless both buckets answer."""
        for bucket in (self._settings.bucket_in, self._settings.bucket_out):
            with _translated():
                await self._s3.head_bucket(Bucket=bucket)

    async def head(self, bucket: str, key: str) -> ObjectInfo | None:
        """What the store says of one object, or None when there is none."""
        try:
            with _translated():
                found = await self._s3.head_object(Bucket=bucket, Key=key)
        except NotFound:
            return None
        return ObjectInfo(key, found["ContentLength"], _bare(found["ETag"]))

    async def pages(self, bucket: str, prefix: str) -> AsyncIterator[list[ObjectInfo]]:
        """List everything below a prefix, a thousand objects a page, in flat memory."""
        token: str | None = None
        while True:
            with _translated():
                extra: dict[str, Any] = {"ContinuationToken": token} if token else {}
                page = await self._s3.list_objects_v2(Bucket=bucket, Prefix=prefix, **extra)
            yield [
                ObjectInfo(item["Key"], item["Size"], _bare(item.get("ETag")))
                for item in page.get("Contents", [])
            ]
            token = page.get("NextContinuationToken")
            if not page.get("IsTruncated") or not token:
                return

    async def stream(
        self, bucket: str, key: str, byte_range: str | None = None
    ) -> tuple[dict[str, str], int, AsyncIterator[bytes]]:
        """Headers, status (200 or 206) and body of one object. Raises NotFound."""
        extra: dict[str, Any] = {"Range": byte_range} if byte_range else {}
        with _translated():
            answer = await self._s3.get_object(Bucket=bucket, Key=key, **extra)
        headers = {"content-length": str(answer["ContentLength"]), "etag": answer["ETag"]}
        if "ContentRange" in answer:
            headers["content-range"] = answer["ContentRange"]
        status = answer["ResponseMetadata"]["HTTPStatusCode"]
        return headers, status, _chunks(answer["Body"])

    async def delete(self, bucket: str, key: str) -> None:
        """Delete one object. That there is none is no error."""
        with _translated():
            await self._s3.delete_object(Bucket=bucket, Key=key)

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
                with _translated():
                    await self._s3.delete_objects(
                        Bucket=bucket,
                        Delete={"Objects": [{"Key": key} for key in doomed], "Quiet": True},
                    )
                deleted += len(doomed)
        return deleted

    async def abort_below(self, bucket: str, prefix: str) -> None:
        """Throw away the parts of every unfinished upload below a prefix."""
        with _translated():
            page = await self._s3.list_multipart_uploads(Bucket=bucket, Prefix=prefix)
        for upload in page.get("Uploads", []):
            await self.abort_multipart(bucket, upload["Key"], upload["UploadId"])

    async def start_multipart(self, bucket: str, key: str, content_type: str | None) -> str:
        """Open a multipart upload and return the store's id of it."""
        extra: dict[str, Any] = {"ContentType": content_type} if content_type else {}
        with _translated():
            answer = await self._s3.create_multipart_upload(Bucket=bucket, Key=key, **extra)
        return answer["UploadId"]

    async def parts(self, bucket: str, key: str, store_id: str) -> list[Part]:
        """Every part that the store holds, by number. Raises NotFound when the upload is over."""
        found: list[Part] = []
        marker = 0
        while True:
            with _translated():
                page = await self._s3.list_parts(
                    Bucket=bucket, Key=key, UploadId=store_id, PartNumberMarker=marker
                )
            found += [
                Part(p["PartNumber"], _bare(p["ETag"]) or "", p["Size"])
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
        with _translated():
            await self._s3.complete_multipart_upload(
                Bucket=bucket,
                Key=key,
                UploadId=store_id,
                MultipartUpload={
                    "Parts": [{"PartNumber": p.number, "ETag": f'"{p.etag}"'} for p in parts]
                },
            )

    async def abort_multipart(self, bucket: str, key: str, store_id: str) -> None:
        """Throw the parts away. An upload that is over is no error."""
        try:
            with _translated():
                await self._s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=store_id)
        except NotFound:
            return

    async def sign_part(
        self, bucket: str, key: str, store_id: str, number: int, seconds: int
    ) -> str:
        """A link that takes one part by PUT."""
        return await self._signer.generate_presigned_url(
            "upload_part",
            Params={"Bucket": bucket, "Key": key, "UploadId": store_id, "PartNumber": number},
            ExpiresIn=seconds,
        )

    async def sign_get(
        self, bucket: str, key: str, seconds: int, *, download_as: str | None = None
    ) -> str:
        """A link that reads one object by GET. A HEAD on it is refused by the store."""
        params: dict[str, str] = {"Bucket": bucket, "Key": key}
        if download_as:
            params["ResponseContentDisposition"] = download_as
        return await self._signer.generate_presigned_url(
            "get_object", Params=params, ExpiresIn=seconds
        )

    async def scoped_credentials(
        self, *, name: str, policy: dict[str, Any], seconds: int
    ) -> Credentials:
        """Credentials that may do what `policy` says and nothing else.

        Without STS, the store's own keys, where the operator has allowed that; else StorageDenied.
        """
        settings = self._settings
        if self._sts is None:
            if not settings.allow_plain_keys or not settings.access_key_id:
                raise StorageDenied(
                    "no STS: set REELMILL_STS_ROLE_ARN, or REELMILL_ALLOW_PLAIN_KEYS=true"
                )
            secret = settings.secret_access_key
            plain = secret.get_secret_value() if secret else ""
            return Credentials(settings.access_key_id, plain, None, None)
        with _translated():
            answer = await self._sts.assume_role(
                RoleArn=settings.sts_role_arn,
                RoleSessionName=name,
                DurationSeconds=seconds,
                Policy=json.dumps(policy),
            )
        made = answer["Credentials"]
        return Credentials(
            made["AccessKeyId"],
            made["SecretAccessKey"],
            made["SessionToken"],
            made["Expiration"],
        )


def _config(settings: Settings) -> AioConfig:
    return AioConfig(
        signature_version="s3v4",
        s3={"addressing_style": settings.s3_addressing_style.value},
        # Stores other than AWS do not all know the checksums that the SDK would add by default.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        connect_timeout=5,
        read_timeout=60,
        max_pool_connections=50,
        retries={"mode": "standard", "max_attempts": 4},
    )


def _bare(etag: str | None) -> str | None:
    return etag.strip('"') if etag else None


async def _chunks(body: Any) -> AsyncIterator[bytes]:
    with _translated():
        async with body:
            async for chunk in body.iter_chunks(256 * 1024):
                yield chunk
