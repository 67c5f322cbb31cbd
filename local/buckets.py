"""The two buckets and their CORS rules, made through S3 like any client would."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from botocore.exceptions import BotoCoreError, ClientError

from local.credentials import Credentials
from local.deadline import Deadline
from local.errors import LocalError

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client

BUCKET_IN = "media-in"
BUCKET_OUT = "media-out"
REGION = "us-east-1"
# Holds one small object, by which a start sees that the store works.
_READY = "reelmill-ready"

CORS: Any = {
    "CORSRules": [
        {
            "AllowedOrigins": ["*"],
            "AllowedMethods": ["GET", "PUT", "POST", "DELETE", "HEAD"],
            "AllowedHeaders": ["*"],
            # A browser that uploads parts must read each part's ETag.
            "ExposeHeaders": ["ETag"],
            "MaxAgeSeconds": 3000,
        }
    ]
}

_CONFIG = AioConfig(
    signature_version="s3v4",
    s3={"addressing_style": "path"},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    proxies={},
    retries={"total_max_attempts": 1},
    connect_timeout=5,
    read_timeout=30,
)


@asynccontextmanager
async def s3_client(endpoint: str, credentials: Credentials) -> AsyncIterator[S3Client]:
    async with get_session().create_client(
        "s3",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id=credentials.s3_access_key,
        aws_secret_access_key=credentials.s3_secret_key,
        config=_CONFIG,
    ) as client:
        yield client


async def prepare(
    endpoint: str, credentials: Credentials, names: Iterable[str], deadline: Deadline
) -> None:
    """Makes missing buckets and sets their CORS rules, however often it is called, and returns
    when bytes can be stored and read.

    The gateway answers before its filer and volumes do, so refusals are tried again until the
    deadline.
    """
    async with s3_client(endpoint, credentials) as client:
        for name in names:
            await _again(partial(_prepare_one, client, name), f"the bucket {name}", deadline)
        await _again(partial(_round_trip, client), "a first object", deadline)


async def _again(attempt: Callable[[], Awaitable[None]], what: str, deadline: Deadline) -> None:
    while True:
        try:
            return await attempt()
        except (ClientError, BotoCoreError) as error:
            if deadline.passed:
                raise LocalError(f"S3 does not make {what}: {error}") from error
            await asyncio.sleep(0.1)


async def _prepare_one(client: S3Client, name: str) -> None:
    await _make(client, name)
    await client.put_bucket_cors(Bucket=name, CORSConfiguration=CORS)


async def _round_trip(client: S3Client) -> None:
    """Reads what an earlier start wrote and writes anew: after a start the volumes report to
    their master a moment later than S3 answers, and reads fail until then."""
    await _make(client, _READY)
    with suppress(client.exceptions.NoSuchKey):
        await _read(client)
    await client.put_object(Bucket=_READY, Key="object", Body=b"ready")
    await _read(client)


async def _read(client: S3Client) -> None:
    answer = await client.get_object(Bucket=_READY, Key="object")
    await answer["Body"].read()


async def _make(client: S3Client, name: str) -> None:
    try:
        await client.create_bucket(Bucket=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "BucketAlreadyOwnedByYou":
            raise
