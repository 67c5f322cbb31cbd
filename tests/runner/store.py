"""The test store as its owner sees it, with the owner's client and not the runner's."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import boto3  # type: ignore[import-untyped]
from botocore.config import Config

from schema.job import StorageAccess
from tests.support.stack_fixtures import S3Settings


@dataclass(frozen=True)
class Store:
    """Two buckets."""

    settings: S3Settings

    @property
    def access(self) -> StorageAccess:
        """Plain keys, as a claim hands them out where there is no STS."""
        return StorageAccess(
            endpoint=self.settings.endpoint,
            region=self.settings.region,
            access_key_id=self.settings.access_key,
            secret_access_key=self.settings.secret_key,
        )

    def put(self, key: str, data: bytes) -> str:
        """Store a source. Returns its etag."""
        bucket = self.settings.bucket_in
        return str(_client(self.settings).put_object(Bucket=bucket, Key=key, Body=data)["ETag"])

    def get(self, key: str) -> dict[str, Any]:
        """An output."""
        bucket = self.settings.bucket_out
        return dict(_client(self.settings).get_object(Bucket=bucket, Key=key))

    def keys(self, prefix: str) -> list[str]:
        """Keys of the outputs below a prefix."""
        bucket = self.settings.bucket_out
        pages = _client(self.settings).get_paginator("list_objects_v2")
        found = pages.paginate(Bucket=bucket, Prefix=prefix)
        return [entry["Key"] for page in found for entry in page.get("Contents", ())]

    def unfinished(self) -> list[Any]:
        """Multipart uploads that nobody finished."""
        bucket = self.settings.bucket_out
        return list(_client(self.settings).list_multipart_uploads(Bucket=bucket).get("Uploads", ()))


@functools.cache
def _client(settings: S3Settings) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=settings.endpoint,
        region_name=settings.region,
        aws_access_key_id=settings.access_key,
        aws_secret_access_key=settings.secret_key,
        config=Config(
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            proxies={},
        ),
    )
