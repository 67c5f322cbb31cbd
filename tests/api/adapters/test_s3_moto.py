"""The adapter against moto, whose answers are written after those of AWS."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from api.adapters import s3_clients
from api.adapters.s3 import S3Error, Storage
from api.domain.objects import Part
from api.errors import NotFound, StorageMisconfigured
from tests.api.adapters.test_s3 import settings
from tests.support.live import bucket_client
from tests.support.stack_fixtures import S3Settings

MIB = 1024 * 1024
MANY = 1_050
IN, OUT = "media-in", "media-out"


@pytest.fixture(scope="module")
def moto() -> Iterator[S3Settings]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        where = f"http://{host}:{port}"
        yield S3Settings(where, "key", "secret", "us-east-1", "arn:aws:iam::1:role/r", IN, OUT)
    finally:
        server.stop()


@pytest.fixture(scope="module")
def s3(moto: S3Settings) -> Any:
    client = bucket_client(moto)
    for name in (moto.bucket_in, moto.bucket_out):
        client.create_bucket(Bucket=name)
    return client


@pytest.fixture
async def storage(moto: S3Settings, s3: Any) -> AsyncIterator[Storage]:
    async with AsyncExitStack() as stack:
        yield await Storage.open(settings(moto, sts_endpoint=moto.endpoint), stack)


def each(call: Any, numbers: range) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(call, numbers))


async def test_more_objects_than_a_page_holds(storage: Storage, s3: Any) -> None:
    await storage.ping()
    each(lambda n: s3.put_object(Bucket=IN, Key=f"many/{n:05} ü+&.mp4", Body=b"x"), range(MANY))
    pages = [page async for page in storage.pages(IN, "many/")]
    assert [len(page) for page in pages] == [1000, 50]
    assert [f.key for page in pages for f in page] == [f"many/{n:05} ü+&.mp4" for n in range(MANY)]
    assert await storage.delete_below(IN, "many/") == MANY


async def test_more_parts_than_a_page_holds(storage: Storage, s3: Any) -> None:
    where = {"Bucket": IN, "Key": "parts.mp4"}
    store_id = await storage.start_multipart(IN, "parts.mp4", None)
    each(
        lambda n: s3.upload_part(**where, UploadId=store_id, PartNumber=n, Body=b"%d" % n),
        range(1, MANY + 1),
    )
    parts = await storage.parts(IN, "parts.mp4", store_id)
    assert [part.number for part in parts] == list(range(1, MANY + 1))
    await storage.abort_at(IN, "parts.mp4")
    with pytest.raises(NotFound):
        await storage.parts(IN, "parts.mp4", store_id)


async def test_only_uploads_of_exactly_this_key_are_thrown_away(storage: Storage) -> None:
    kept = await storage.start_multipart(IN, "exact.mp4x", None)
    doomed = [await storage.start_multipart(IN, "exact.mp4", None) for _ in range(2)]
    await storage.abort_at(IN, "exact.mp4")
    for store_id in doomed:
        with pytest.raises(NotFound):
            await storage.parts(IN, "exact.mp4", store_id)
    assert await storage.parts(IN, "exact.mp4x", kept) == []
    await storage.abort_below(IN, "exact")
    with pytest.raises(NotFound):
        await storage.parts(IN, "exact.mp4x", kept)


async def test_parts_that_do_not_fit_together(storage: Storage, s3: Any) -> None:
    where = {"Bucket": IN, "Key": "small.mp4"}
    store_id = await storage.start_multipart(IN, "small.mp4", "video/mp4")
    for number in (1, 2):
        s3.upload_part(**where, UploadId=store_id, PartNumber=number, Body=b"x")
    held = await storage.parts(IN, "small.mp4", store_id)
    with pytest.raises(S3Error) as refused:
        await storage.complete_multipart(IN, "small.mp4", store_id, held)
    assert refused.value.reason == "EntityTooSmall"
    wrong = [Part(1, "0" * 32, 1)]
    with pytest.raises(S3Error) as refused:
        await storage.complete_multipart(IN, "small.mp4", store_id, wrong)
    assert refused.value.reason == "InvalidPart"
    await storage.complete_multipart(IN, "small.mp4", store_id, held[:1])
    found = await storage.head(IN, "small.mp4")
    assert found
    assert found.size == 1
    await storage.abort_multipart(IN, "small.mp4", store_id)


async def test_a_bucket_that_is_not_there(moto: S3Settings, s3: Any) -> None:
    async with AsyncExitStack() as stack:
        storage = await Storage.open(settings(moto, bucket_in="nowhere"), stack)
        for call in (
            storage.ping(),
            storage.start_multipart("nowhere", "a.mp4", None),
            storage.stream("nowhere", "a.mp4"),
        ):
            with pytest.raises(StorageMisconfigured, match="create it"):
                await call
        assert await storage.head("nowhere", "a.mp4") is None


async def test_an_object_that_was_replaced(storage: Storage, s3: Any) -> None:
    s3.put_object(Bucket=IN, Key="a.mp4", Body=b"one")
    before = await storage.head(IN, "a.mp4")
    assert before
    s3.put_object(Bucket=IN, Key="a.mp4", Body=b"two")
    with pytest.raises(S3Error) as refused:
        await storage.stream(IN, "a.mp4", if_match=before.etag)
    assert refused.value.reason in {"PreconditionFailed", "412"}
    await storage.delete(IN, "a.mp4")
    await storage.delete(IN, "a.mp4")
    assert await storage.head(IN, "a.mp4") is None


@pytest.mark.parametrize(
    ("endpoint", "aws"),
    [
        (None, True),
        ("https://s3.eu-west-1.amazonaws.com", True),
        ("https://s3.cn-north-1.amazonaws.com.cn", True),
        ("https://notamazonaws.com", False),
        ("http://127.0.0.1:8333", False),
    ],
)
def test_which_store_is_aws(moto: S3Settings, endpoint: str | None, aws: bool) -> None:
    assert s3_clients.is_aws(settings(moto, s3_endpoint=endpoint)) is aws
