"""Presigned links: whoever has one may do that one thing until it expires."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from api.domain.checksums import NO_CHECKSUMS, Checksums
from api.domain.objects import SignedRequest

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client


class Links:
    """Signs for the store's public address; nothing is sent."""

    def __init__(self, signer: S3Client) -> None:
        self._signer = signer

    async def part(
        self,
        bucket: str,
        key: str,
        store_id: str,
        number: int,
        seconds: int,
        *,
        checksums: Checksums = NO_CHECKSUMS,
    ) -> SignedRequest:
        """Takes one part by PUT."""
        params = {"Bucket": bucket, "Key": key, "UploadId": store_id, "PartNumber": number}
        return await self._put("upload_part", params, seconds, checksums, None)

    async def put(
        self,
        bucket: str,
        key: str,
        seconds: int,
        *,
        content_type: str | None = None,
        checksums: Checksums = NO_CHECKSUMS,
    ) -> SignedRequest:
        """Takes a whole object by PUT, as often as it is used."""
        return await self._put(
            "put_object", {"Bucket": bucket, "Key": key}, seconds, checksums, content_type
        )

    async def _put(
        self,
        operation: Literal["put_object", "upload_part"],
        params: dict[str, Any],
        seconds: int,
        checksums: Checksums,
        content_type: str | None,
    ) -> SignedRequest:
        # What is signed must be sent as it is signed: the store refuses the request without it.
        signed = (
            ("content-type", "ContentType", content_type),
            ("content-md5", "ContentMD5", checksums.md5_base64),
            ("x-amz-checksum-sha256", "ChecksumSHA256", checksums.sha256_base64),
        )
        given = [(header, name, value) for header, name, value in signed if value is not None]
        url = await self._signer.generate_presigned_url(
            operation,
            Params=params | {name: value for _, name, value in given},
            ExpiresIn=seconds,
        )
        return SignedRequest(url, tuple((header, value) for header, _, value in given))

    async def get(
        self, bucket: str, key: str, seconds: int, *, download_as: str | None = None
    ) -> str:
        """Reads one object by GET. A HEAD on it is refused by the store."""
        params: dict[str, str] = {"Bucket": bucket, "Key": key}
        if download_as:
            params["ResponseContentDisposition"] = download_as
        return await self._signer.generate_presigned_url(
            "get_object", Params=params, ExpiresIn=seconds
        )
