"""Small files by one PUT, and checksums that the store compares."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import httpx
import pytest

from tests.api.graphql.test_uploads import MIB, SIGN, STATUS, complete, put, start
from tests.support.live import LiveApi

DATA = b"a small film"
SHA256 = hashlib.sha256(DATA).hexdigest()
ASSET = "query($k: String!) { asset(key: $k) { title sha256 size status } }"
ABORT = """mutation($i: AbortMultipartUploadInput!) { abortMultipartUpload(input: $i) {
  upload { status } userErrors { code } } }"""


async def small(live: LiveApi, **wanted: Any) -> dict[str, Any]:
    return await start(live, **{"filename": "a.mp4", "size": len(DATA), "signParts": 9, **wanted})


def keys_of(bucket: Any, live: LiveApi, key: str) -> list[str]:
    listed = bucket.list_objects_v2(Bucket=live.s3.bucket_in, Prefix=key)
    return [found["Key"] for found in listed.get("Contents", [])]


async def send(link: dict[str, Any], data: bytes, **changed: str) -> httpx.Response:
    headers = {header["name"]: header["value"] for header in link["headers"]} | changed
    async with httpx.AsyncClient() as client:
        return await client.put(link["url"], content=data, headers=headers)


async def test_a_file_of_one_part_is_one_put(live_api: LiveApi, bucket: Any) -> None:
    opened = await small(live_api, contentType="video/mp4", title="My film", filename="a?*$.mp4")
    upload = opened["upload"]
    assert (upload["method"], upload["partCount"], upload["title"]) == ("PUT", 1, "My film")
    assert upload["bucket"] == live_api.s3.bucket_in
    assert upload["key"].endswith("/a___.mp4")
    assert upload["filename"] == "a?*$.mp4"
    (link,) = opened["parts"]
    assert link["headers"] == [{"name": "content-type", "value": "video/mp4"}]
    waiting = bucket.list_multipart_uploads(Bucket=live_api.s3.bucket_in, Prefix=upload["key"])
    assert not waiting.get("Uploads")
    assert (await complete(live_api, upload["id"]))["userErrors"][0]["code"] == "PARTS_MISSING"
    etag = await put(link["url"], DATA, link["headers"])
    held = (await live_api.graphql(STATUS, i=upload["id"]))["upload"]
    assert held["parts"] == [{"number": 1, "size": len(DATA), "etag": etag.strip('"')}]
    done = await complete(live_api, upload["id"], [{"number": 1, "etag": etag}])
    assert done["userErrors"] == []
    assert done["upload"]["status"] == "COMPLETED"
    stored = bucket.get_object(Bucket=live_api.s3.bucket_in, Key=upload["key"])
    assert (stored["Body"].read(), stored["ContentType"]) == (DATA, "video/mp4")
    asset = (await live_api.graphql(ASSET, k=upload["key"]))["asset"]
    assert asset == {"title": "My film", "sha256": None, "size": len(DATA), "status": "REGISTERED"}
    assert (await complete(live_api, upload["id"]))["asset"] == done["asset"]


async def test_the_title_comes_from_the_file_name_and_not_from_the_key(live_api: LiveApi) -> None:
    opened = await small(live_api, filename="What?.mp4")
    await put(opened["parts"][0]["url"], DATA)
    await complete(live_api, opened["upload"]["id"])
    asset = (await live_api.graphql(ASSET, k=opened["upload"]["key"]))["asset"]
    assert asset["title"] == "What?"


@pytest.mark.parametrize(
    ("size", "part_size", "method"),
    [
        (16 * MIB, None, "PUT"),
        (16 * MIB + 1, None, "MULTIPART"),
        (5 * MIB, 5 * MIB, "PUT"),
        (5 * MIB + 1, 5 * MIB, "MULTIPART"),
        (None, None, "MULTIPART"),
    ],
)
async def test_what_fits_one_part(
    live_api: LiveApi, size: int | None, part_size: int | None, method: str
) -> None:
    opened = await start(live_api, filename="a.mp4", size=size, partSize=part_size)
    assert opened["upload"]["method"] == method


async def test_abort_deletes_what_was_sent(live_api: LiveApi, bucket: Any) -> None:
    opened = await small(live_api)
    await put(opened["parts"][0]["url"], DATA)
    wanted = {"uploadId": opened["upload"]["id"]}
    for _ in range(2):
        payload = (await live_api.graphql(ABORT, i=wanted))["abortMultipartUpload"]
        assert payload["upload"] == {"status": "ABORTED"}
    assert keys_of(bucket, live_api, opened["upload"]["key"]) == []
    error = (await complete(live_api, opened["upload"]["id"]))["userErrors"][0]
    assert error["code"] == "UPLOAD_CLOSED"


async def test_a_wrong_size_can_be_sent_again(live_api: LiveApi) -> None:
    opened = await small(live_api)
    await put(opened["parts"][0]["url"], DATA[:-1])
    upload = opened["upload"]["id"]
    assert (await complete(live_api, upload))["userErrors"][0]["code"] == "SIZE_MISMATCH"
    await put(opened["parts"][0]["url"], DATA)
    assert (await complete(live_api, upload))["userErrors"] == []


async def test_a_link_with_the_files_sha256_takes_this_file_only(
    live_api: LiveApi, bucket: Any
) -> None:
    opened = await small(live_api, sha256=SHA256.upper())
    (link,) = opened["parts"]
    encoded = base64.b64encode(hashlib.sha256(DATA).digest()).decode()
    assert link["headers"] == [{"name": "x-amz-checksum-sha256", "value": encoded}]
    other = b"another film"
    assert len(other) == len(DATA)
    refused = await send(link, other)
    assert (refused.status_code, "BadDigest" in refused.text) == (400, True)
    # Another checksum, or none, is not what was signed.
    lie = base64.b64encode(hashlib.sha256(other).digest()).decode()
    assert (await send(link, other, **{"x-amz-checksum-sha256": lie})).status_code == 403
    async with httpx.AsyncClient() as client:
        assert (await client.put(link["url"], content=other)).status_code == 403
    assert keys_of(bucket, live_api, opened["upload"]["key"]) == []
    assert (await send(link, DATA)).status_code == 200
    done = await complete(live_api, opened["upload"]["id"])
    assert done["userErrors"] == []
    asset = (await live_api.graphql(ASSET, k=opened["upload"]["key"]))["asset"]
    assert asset["sha256"] == SHA256
    # Nor does the link take another file later.
    assert (await send(link, other)).status_code == 400


async def test_a_wrong_file_is_thrown_away_for_good(live_api: LiveApi, bucket: Any) -> None:
    """In two parts, where no store compares the checksum of the whole."""
    size = 5 * MIB + 1
    opened = await start(
        live_api, filename="a.mp4", size=size, partSize=5 * MIB, signParts=2, sha256=SHA256,
        preset="web",
    )  # fmt: skip
    for link, body in zip(opened["parts"], (b"x" * 5 * MIB, b"y"), strict=True):
        await put(link["url"], body)
    for _ in range(2):  # a client that got no answer asks again
        done = await complete(live_api, opened["upload"]["id"])
        assert (done["asset"], done["job"]) == (None, None)
        assert done["userErrors"][0]["code"] == "CHECKSUM_MISMATCH"
    assert (await live_api.graphql(STATUS, i=opened["upload"]["id"]))["upload"] == {
        "status": "ABORTED",
        "parts": [],
    }
    assert keys_of(bucket, live_api, opened["upload"]["key"]) == []
    assert (await live_api.graphql(ASSET, k=opened["upload"]["key"]))["asset"] is None


async def test_a_right_file_in_parts_keeps_its_checksum(live_api: LiveApi) -> None:
    data = b"x" * 5 * MIB + b"y"
    digest = hashlib.sha256(data)
    opened = await start(
        live_api, filename="a.mp4", size=len(data), partSize=5 * MIB, signParts=2,
        sha256=base64.b64encode(digest.digest()).decode(),
    )  # fmt: skip
    for link, body in zip(opened["parts"], (data[: 5 * MIB], b"y"), strict=True):
        await put(link["url"], body)
    assert (await complete(live_api, opened["upload"]["id"]))["userErrors"] == []
    asset = (await live_api.graphql(ASSET, k=opened["upload"]["key"]))["asset"]
    assert asset["sha256"] == digest.hexdigest()


SIGNED = SIGN.replace("number url", "number url headers { name value }").replace(
    "code field", "code message field"
)


async def sign(live: LiveApi, upload: str, *parts: dict[str, Any]) -> dict[str, Any]:
    payload: dict[str, Any] = (
        await live.graphql(SIGNED, i={"uploadId": upload, "parts": list(parts)})
    )["signUploadParts"]
    return payload


@pytest.mark.parametrize("name", ["sha256", "md5"])
@pytest.mark.parametrize("encoding", ["hex", "base64"])
async def test_parts_with_checksums_in_their_links(
    live_api: LiveApi, bucket: Any, name: str, encoding: str
) -> None:
    bodies = [b"x" * 5 * MIB, b"y" * 9]
    opened = await start(live_api, filename="a.mp4", size=5 * MIB + 9, partSize=5 * MIB)
    digests = [hashlib.new(name, body).digest() for body in bodies]
    texts = [d.hex() if encoding == "hex" else base64.b64encode(d).decode() for d in digests]
    payload = await sign(
        live_api,
        opened["upload"]["id"],
        *({"number": n, name: text} for n, text in enumerate(texts, 1)),
    )
    assert payload["userErrors"] == []
    for link, body in zip(payload["parts"], bodies, strict=True):
        refused = await send(link, body[:-1] + b"!")
        assert (refused.status_code, "BadDigest" in refused.text) == (400, True)
        assert (await send(link, body)).status_code == 200
    done = await complete(live_api, opened["upload"]["id"])
    assert done["userErrors"] == []
    stored = bucket.head_object(Bucket=live_api.s3.bucket_in, Key=opened["upload"]["key"])
    assert stored["ContentLength"] == 5 * MIB + 9


async def test_sha256_of_parts_is_for_all_or_none(live_api: LiveApi) -> None:
    digest = hashlib.sha256(b"").hexdigest()
    for first, second in (({"sha256": digest}, {}), ({}, {"sha256": digest})):
        opened = await start(live_api, filename="a.mp4", size=40 * MIB)
        upload = opened["upload"]["id"]
        both = await sign(live_api, upload, {"number": 1, **first}, {"number": 2, **second})
        assert both["userErrors"][0]["code"] == "INVALID_INPUT"
        assert (await sign(live_api, upload, {"number": 1, **first}))["userErrors"] == []
        later = await sign(live_api, upload, {"number": 2, **second})
        assert later["userErrors"][0]["code"] == "INVALID_INPUT"
        assert later["userErrors"][0]["field"] == ["input", "parts"]


@pytest.mark.parametrize(
    "part", [{"sha256": "abc"}, {"md5": "0" * 64}, {"md5": "é" * 32}, {"sha256": " " * 64}]
)
async def test_what_is_no_checksum(live_api: LiveApi, part: dict[str, str]) -> None:
    opened = await small(live_api, signParts=0)
    payload = await sign(live_api, opened["upload"]["id"], {"number": 1, **part})
    assert payload["userErrors"][0]["code"] == "INVALID_INPUT"


async def test_a_part_of_a_small_file_is_the_file(live_api: LiveApi) -> None:
    opened = await small(live_api, sha256=SHA256, signParts=0)
    other = hashlib.sha256(b"").hexdigest()
    payload = await sign(live_api, opened["upload"]["id"], {"number": 1, "sha256": other})
    assert payload["userErrors"][0]["code"] == "INVALID_INPUT"
    for wanted in ({}, {"partNumbers": [1], "parts": [{"number": 1}]}):
        both = {"uploadId": opened["upload"]["id"], **wanted}
        answer = (await live_api.graphql(SIGN, i=both))["signUploadParts"]
        assert answer["userErrors"][0]["code"] == "INVALID_INPUT"


async def test_a_page_of_another_origin_may_send_what_is_signed(live_api: LiveApi) -> None:
    opened = await start(
        live_api, filename="a.mp4", size=3, contentType="video/mp4", signParts=1, sha256="0" * 64
    )
    (link,) = opened["parts"]
    names = [header["name"] for header in link["headers"]]
    assert names == ["content-type", "x-amz-checksum-sha256"]
    asked = {
        "origin": "https://app.example.org",
        "access-control-request-method": "PUT",
        "access-control-request-headers": ",".join(names),
    }
    async with httpx.AsyncClient() as page:
        answer = await page.options(link["url"], headers=asked)
    assert answer.status_code in {200, 204}
    allowed = answer.headers["access-control-allow-headers"].lower()
    assert allowed == "*" or all(name in allowed for name in names)
    assert "PUT" in answer.headers["access-control-allow-methods"]
