"""The S3 adapter on a real store: pages, parts, links, and credentials that are really narrow."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from botocore.exceptions import ClientError

from api.adapters.s3 import Storage
from api.config import Settings
from api.domain.objects import Credentials
from api.errors import CredentialsUnavailable, NotFound, StorageDenied, StorageUnavailable
from api.services import policies
from api.services.links import attachment
from schema.job import Target, TranscribeAccess
from schema.source import SourceRef
from tests.support.stack_fixtures import S3Settings


def settings(s3: S3Settings, **changes: Any) -> Settings:
    return Settings(
        database_url="postgresql://x/x",
        system_database_url="postgresql://x/x",
        secret_key=base64.b64encode(bytes(32)).decode(),
        **(
            {
                "s3_endpoint": s3.endpoint,
                "access_key_id": s3.access_key,
                "secret_access_key": s3.secret_key,
                "sts_role_arn": s3.role_arn,
                "bucket_in": s3.bucket_in,
                "bucket_out": s3.bucket_out,
            }
            | changes
        ),
    )


@pytest.fixture(scope="module")
async def storage(s3_settings: S3Settings) -> AsyncIterator[Storage]:
    async with AsyncExitStack() as stack:
        yield await Storage.open(settings(s3_settings), stack)


async def test_listing_goes_on_past_a_page(
    storage: Storage, s3_settings: S3Settings, bucket: Any
) -> None:
    def put(number: int) -> None:
        bucket.put_object(Bucket=s3_settings.bucket_in, Key=f"many/{number:05}.mp4", Body=b"")

    for start in range(0, 1100, 50):
        await asyncio.gather(*(asyncio.to_thread(put, n) for n in range(start, start + 50)))
    pages = [page async for page in storage.pages(s3_settings.bucket_in, "many/")]
    keys = [found.key for page in pages for found in page]
    assert len(pages) > 1
    assert keys == [f"many/{number:05}.mp4" for number in range(1100)]
    assert await storage.delete_below(s3_settings.bucket_in, "many/", keep=["many/00007"]) == 1099
    left = [page async for page in storage.pages(s3_settings.bucket_in, "many/")]
    assert [found.key for page in left for found in page] == ["many/00007.mp4"]


async def test_what_is_not_there(storage: Storage, s3_settings: S3Settings) -> None:
    assert await storage.head(s3_settings.bucket_in, "nowhere") is None
    with pytest.raises(NotFound):
        await storage.stream(s3_settings.bucket_in, "nowhere")
    with pytest.raises(NotFound):
        await storage.parts(s3_settings.bucket_in, "nowhere", "0" * 32)
    await storage.abort_multipart(s3_settings.bucket_in, "nowhere", "0" * 32)


async def test_unfinished_uploads_below_a_prefix_are_thrown_away(
    storage: Storage, s3_settings: S3Settings
) -> None:
    bucket = s3_settings.bucket_out
    doomed = await storage.start_multipart(bucket, "x/1/a.mp4", None)
    kept = await storage.start_multipart(bucket, "y/1/a.mp4", None)
    await storage.abort_below(bucket, "x/1/")
    with pytest.raises(NotFound):
        await storage.parts(bucket, "x/1/a.mp4", doomed)
    assert await storage.parts(bucket, "y/1/a.mp4", kept) == []
    await storage.abort_below(bucket, "y/")


async def test_a_store_that_is_away_or_refuses(s3_settings: S3Settings) -> None:
    async with AsyncExitStack() as stack:
        away = await Storage.open(settings(s3_settings, s3_endpoint="http://127.0.0.1:1"), stack)
        with pytest.raises(StorageUnavailable) as told:
            await away.ping()
        assert "127.0.0.1" not in told.value.message
        wrong = await Storage.open(settings(s3_settings, access_key_id="nobody"), stack)
        with pytest.raises(StorageDenied):
            await wrong.ping()


async def test_without_sts_nothing_is_handed_out_unless_allowed(s3_settings: S3Settings) -> None:
    async with AsyncExitStack() as stack:
        strict = await Storage.open(settings(s3_settings, sts_role_arn=""), stack)
        with pytest.raises(StorageDenied, match="REELMILL_STS_ROLE_ARN"):
            await strict.scoped_credentials(name="x", policy={}, seconds=900)
        plain = await Storage.open(
            settings(s3_settings, sts_role_arn="", allow_plain_keys=True), stack
        )
        given = await plain.scoped_credentials(name="x", policy={}, seconds=900)
        # A runner is ours; a client never gets the store's own keys, whatever is allowed.
        for storage in (strict, plain):
            with pytest.raises(CredentialsUnavailable, match="startMultipartUpload"):
                await storage.sessions.for_client(name="x", policy={}, seconds=900)
    assert (given.access_key_id, given.token) == (s3_settings.access_key, None)


async def test_a_store_that_is_not_aws_takes_what_a_policy_says_of_amazon_transcribe(
    storage: Storage, s3_settings: S3Settings, bucket: Any
) -> None:
    out = s3_settings.bucket_out
    bucket.put_object(Bucket=out, Key="job/2/transcribe/x", Body=b"foreign")
    policy = policies.for_task(
        [SourceRef(bucket=s3_settings.bucket_in, key="a.mp4", etag=None, size=1)],
        Target(bucket=out, prefix="job/1/"),
        transcribe=TranscribeAccess(jobs="reelmill-1-", prefix="job/transcribe/"),
    )
    given = await storage.scoped_credentials(name="job-1", policy=policy, seconds=900)
    async with _client(s3_settings, given) as client:
        await client.put_object(Bucket=out, Key="job/transcribe/x.flac", Body=b"sound")
        found = await client.get_object(Bucket=out, Key="job/transcribe/x.flac")
        assert found["ContentLength"] == 5
        for refused in (
            client.get_object(Bucket=out, Key="job/2/transcribe/x"),
            client.delete_object(Bucket=out, Key="job/transcribe/x.flac"),
        ):
            with pytest.raises(ClientError) as error:
                await refused
            assert error.value.response["Error"]["Code"] == "AccessDenied"


@pytest.mark.parametrize("key", ["a/-rf %d ü.mp4", "a/b*c?d$e.mp4", "日本語/映画.mov"])
async def test_a_task_reads_its_source_and_writes_below_its_prefix_and_nothing_else(
    storage: Storage, s3_settings: S3Settings, bucket: Any, key: str
) -> None:
    source_bucket, target_bucket = s3_settings.bucket_in, s3_settings.bucket_out
    bucket.put_object(Bucket=source_bucket, Key=key, Body=b"source")
    bucket.put_object(Bucket=source_bucket, Key="other.mp4", Body=b"other")
    bucket.put_object(Bucket=target_bucket, Key="job/2/x", Body=b"foreign")
    policy = policies.for_task(
        [SourceRef(bucket=source_bucket, key=key, etag=None, size=6)],
        Target(bucket=target_bucket, prefix="job/1/"),
    )
    given = await storage.scoped_credentials(name="job-1", policy=policy, seconds=900)
    assert given.token
    async with _client(s3_settings, given) as client:
        assert (await client.get_object(Bucket=source_bucket, Key=key))["ContentLength"] == 6
        await client.put_object(Bucket=target_bucket, Key="job/1/a/b.m4s", Body=b"x")
        for refused in (
            client.get_object(Bucket=source_bucket, Key="other.mp4"),
            client.put_object(Bucket=source_bucket, Key=key, Body=b"x"),
            client.delete_object(Bucket=source_bucket, Key=key),
            client.get_object(Bucket=target_bucket, Key="job/2/x"),
            client.put_object(Bucket=target_bucket, Key="job/2/x", Body=b"x"),
            client.put_object(Bucket=target_bucket, Key="job/10", Body=b"x"),
            client.delete_object(Bucket=target_bucket, Key="job/1/a/b.m4s"),
            client.list_objects_v2(Bucket=source_bucket),
            client.list_objects_v2(Bucket=target_bucket, Prefix="job/1/"),
            client.create_bucket(Bucket="reelmill-another"),
        ):
            with pytest.raises(ClientError) as error:
                await refused
            assert error.value.response["Error"]["Code"] == "AccessDenied"
    async with _client(s3_settings, given, "sts") as client:
        with pytest.raises(ClientError) as error:
            await client.assume_role(RoleArn=s3_settings.role_arn, RoleSessionName="anew")
        assert error.value.response["Error"]["Code"] == "AccessDenied"


def _client(s3: S3Settings, given: Credentials, service: str = "s3") -> Any:
    return get_session().create_client(
        service,
        endpoint_url=s3.endpoint,
        region_name=s3.region,
        aws_access_key_id=given.access_key_id,
        aws_secret_access_key=given.secret_access_key,
        aws_session_token=given.token,
        config=AioConfig(
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            retries={"total_max_attempts": 1},
        ),
    )


async def test_links_open_one_object_for_get_only(
    storage: Storage, s3_settings: S3Settings, bucket: Any
) -> None:
    key = "link/-rf %d ü.mp4"
    bucket.put_object(Bucket=s3_settings.bucket_out, Key=key, Body=b"film")
    link = await storage.sign_get(s3_settings.bucket_out, key, 60)
    async with httpx.AsyncClient() as client:
        assert (await client.get(link)).content == b"film"
        assert (await client.put(link, content=b"x")).status_code == 403
        assert (await client.get(link.replace("link/", "lunk/"))).status_code == 403


async def test_a_link_says_under_which_name_its_object_is_kept(
    storage: Storage, s3_settings: S3Settings, bucket: Any
) -> None:
    key = "kept/-rf %d ü.mp4"
    bucket.put_object(Bucket=s3_settings.bucket_out, Key=key, Body=b"film")
    named = attachment(key)
    link = await storage.sign_get(s3_settings.bucket_out, key, 60, download_as=named)
    async with httpx.AsyncClient() as client:
        answer = await client.get(link)
    assert (answer.content, answer.headers["content-disposition"]) == (b"film", named)
