"""What only a check of the installation asks of the store."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, Final

from api.adapters.s3_errors import S3Error, translated
from api.errors import NotFound

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client

_NO_RULES: Final = frozenset({"NoSuchCORSConfiguration", "NoSuchLifecycleConfiguration"})
_TYPE: Final = "text/plain"


class Checks:
    """Reads settings of buckets, and tries what is needed of them."""

    def __init__(self, s3: S3Client, signer: S3Client) -> None:
        self._s3 = s3
        self._signer = signer

    async def listed(self, bucket: str, prefix: str) -> str | None:
        """List a folder; returns the store's own time, as it writes it."""
        with translated():
            page = await self._s3.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1)
        return page["ResponseMetadata"]["HTTPHeaders"].get("date")

    async def round_trip(self, bucket: str, key: str, body: bytes) -> bytes:
        """Write an object, read it, delete it whatever happens; returns what was read."""
        with translated():
            async with AsyncExitStack() as after:
                await self._s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType=_TYPE)
                after.push_async_callback(self._s3.delete_object, Bucket=bucket, Key=key)
                answer = await self._s3.get_object(Bucket=bucket, Key=key)
                stream = await after.enter_async_context(answer["Body"])
                return bytes(await stream.read())

    async def parts(self, bucket: str, key: str, body: bytes) -> None:
        """Begin an upload in parts, send one, and throw it away."""
        with translated():
            async with AsyncExitStack() as after:
                begun = await self._s3.create_multipart_upload(Bucket=bucket, Key=key)
                upload = begun["UploadId"]
                after.push_async_callback(
                    self._s3.abort_multipart_upload, Bucket=bucket, Key=key, UploadId=upload
                )
                await self._s3.upload_part(
                    Bucket=bucket, Key=key, UploadId=upload, PartNumber=1, Body=body
                )

    async def cors(self, bucket: str) -> list[Any] | None:
        """Its rules; None where it has none."""
        try:
            with translated():
                return [*(await self._s3.get_bucket_cors(Bucket=bucket))["CORSRules"]]
        except (S3Error, NotFound) as error:
            _must_mean_none(error)
            return None

    async def lifecycle(self, bucket: str) -> list[Any] | None:
        """Its rules; None where it has none."""
        try:
            with translated():
                found = await self._s3.get_bucket_lifecycle_configuration(Bucket=bucket)
                return [*found["Rules"]]
        except (S3Error, NotFound) as error:
            _must_mean_none(error)
            return None

    async def listing_link(self, bucket: str, prefix: str, seconds: int) -> str:
        """A link that lists this folder at the store's public address. It names the folder, and the
        store refuses it for any other."""
        return await self._signer.generate_presigned_url(
            "list_objects_v2",
            Params={"Bucket": bucket, "Prefix": prefix, "MaxKeys": 1},
            ExpiresIn=seconds,
        )


def _must_mean_none(error: S3Error | NotFound) -> None:
    # "No rules" is a 404, which the translation takes for a missing object.
    if isinstance(error, S3Error) and error.reason not in _NO_RULES:
        raise error
