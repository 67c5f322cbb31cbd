"""Multipart uploads from start to end, with what goes wrong in between."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.support.live import LiveApi

MIB = 1024 * 1024
START = """mutation($i: StartMultipartUploadInput!) { startMultipartUpload(input: $i) {
  upload { id status method bucket key filename title size partSize partCount }
  parts { number url headers { name value } expiresAt }
  userErrors { code message field } } }"""
SIGN = """mutation($i: SignUploadPartsInput!) { signUploadParts(input: $i) {
  parts { number url } userErrors { code field } } }"""
COMPLETE = """mutation($i: CompleteMultipartUploadInput!) { completeMultipartUpload(input: $i) {
  upload { id status size asset { key } job { id } } asset { id key size status }
  job { id status } userErrors { code message field } } }"""
ABORT = """mutation($i: AbortMultipartUploadInput!) { abortMultipartUpload(input: $i) {
  upload { status parts { number } } userErrors { code } } }"""
STATUS = "query($i: ID!) { upload(id: $i) { status parts { number size etag } } }"


async def start(live: LiveApi, **wanted: Any) -> dict[str, Any]:
    payload: dict[str, Any] = (await live.graphql(START, i=wanted))["startMultipartUpload"]
    return payload


async def put(url: str, data: bytes, headers: Any = ()) -> str:
    async with httpx.AsyncClient() as client:
        sent = {header["name"]: header["value"] for header in headers}
        answer = await client.put(url, content=data, headers=sent)
    assert answer.status_code == 200, answer.text
    return answer.headers["etag"]


async def complete(live: LiveApi, upload: str, parts: Any = None) -> dict[str, Any]:
    wanted = {"uploadId": upload, "parts": parts}
    data = await live.graphql(COMPLETE, i=wanted)
    payload: dict[str, Any] = data["completeMultipartUpload"]
    return payload


async def test_two_parts_become_one_object(live_api: LiveApi, bucket: Any) -> None:
    data = bytes(range(256)) * (6 * MIB // 256) + b"tail"
    name = "-rf %d ü.mp4"
    opened = await start(live_api, filename=name, size=len(data), partSize=5 * MIB, signParts=2)
    upload = opened["upload"]
    assert upload["partCount"] == 2
    assert upload["key"] == f"uploads/{upload['id'].removeprefix('upload_')}/{name}"
    etags = [
        await put(p["url"], data[(p["number"] - 1) * 5 * MIB : p["number"] * 5 * MIB])
        for p in opened["parts"]
    ]
    held = (await live_api.graphql(STATUS, i=upload["id"]))["upload"]["parts"]
    assert [part["size"] for part in held] == [5 * MIB, len(data) - 5 * MIB]
    stated = [{"number": n, "etag": etag} for n, etag in enumerate(etags, 1)]
    done = await complete(live_api, upload["id"], stated)
    assert done["userErrors"] == []
    assert done["upload"]["status"] == "COMPLETED"
    assert done["asset"]["size"] == len(data)
    assert done["job"] is None
    stored = bucket.get_object(Bucket=live_api.s3.bucket_in, Key=upload["key"])
    assert stored["Body"].read() == data
    # The same call again, as after a lost answer, says the same.
    assert (await complete(live_api, upload["id"]))["asset"] == done["asset"]


async def test_missing_parts_are_named_and_can_be_sent_later(live_api: LiveApi) -> None:
    opened = await start(live_api, filename="a.mp4", size=11 * MIB, partSize=5 * MIB)
    upload = opened["upload"]["id"]
    assert opened["parts"] == []
    assert (await complete(live_api, upload))["userErrors"][0]["code"] == "PARTS_MISSING"
    for number, size in ((1, 5 * MIB), (2, 5 * MIB), (3, MIB)):
        wanted = {"uploadId": upload, "partNumbers": [number]}
        signed = (await live_api.graphql(SIGN, i=wanted))["signUploadParts"]["parts"]
        if number == 3:
            error = (await complete(live_api, upload))["userErrors"][0]
            assert error["code"] == "PARTS_MISSING"
            assert error["message"].endswith(": 3")
        await put(signed[0]["url"], b"x" * size)
    assert (await complete(live_api, upload))["userErrors"] == []


async def test_a_part_of_the_wrong_size_is_refused(live_api: LiveApi) -> None:
    opened = await start(live_api, filename="a.mp4", size=100, signParts=1)
    await put(opened["parts"][0]["url"], b"x" * 99)
    error = (await complete(live_api, opened["upload"]["id"]))["userErrors"][0]
    assert error["code"] == "SIZE_MISMATCH"


async def test_a_wrong_etag_is_refused(live_api: LiveApi) -> None:
    opened = await start(live_api, filename="a.mp4", size=100, signParts=1)
    await put(opened["parts"][0]["url"], b"x" * 100)
    wrong = [{"number": 1, "etag": '"0123"'}]
    error = (await complete(live_api, opened["upload"]["id"], wrong))["userErrors"][0]
    assert error["code"] == "INVALID_PART"


async def test_abort_twice_then_nothing_more(live_api: LiveApi) -> None:
    opened = await start(live_api, filename="a.mp4", size=100, signParts=1)
    await put(opened["parts"][0]["url"], b"x" * 100)
    wanted = {"uploadId": opened["upload"]["id"]}
    for _ in range(2):
        payload = (await live_api.graphql(ABORT, i=wanted))["abortMultipartUpload"]
        assert payload["upload"] == {"status": "ABORTED", "parts": []}
    error = (await complete(live_api, opened["upload"]["id"]))["userErrors"][0]
    assert error["code"] == "UPLOAD_CLOSED"
    signed = await live_api.graphql(SIGN, i={**wanted, "partNumbers": [1]})
    assert signed["signUploadParts"]["userErrors"][0]["code"] == "UPLOAD_CLOSED"


async def test_abort_after_complete_is_refused(live_api: LiveApi) -> None:
    opened = await start(live_api, filename="a.mp4", size=100, signParts=1)
    await put(opened["parts"][0]["url"], b"x" * 100)
    await complete(live_api, opened["upload"]["id"])
    payload = await live_api.graphql(ABORT, i={"uploadId": opened["upload"]["id"]})
    assert payload["abortMultipartUpload"]["userErrors"][0]["code"] == "UPLOAD_CLOSED"


async def test_an_upload_that_an_s3_client_completed_is_taken_over(
    live_api: LiveApi, bucket: Any
) -> None:
    opened = await start(live_api, filename="a.mp4", signParts=1)
    etag = await put(opened["parts"][0]["url"], b"x" * 100)
    key = opened["upload"]["key"]
    uploads = bucket.list_multipart_uploads(Bucket=live_api.s3.bucket_in, Prefix=key)
    bucket.complete_multipart_upload(
        Bucket=live_api.s3.bucket_in,
        Key=key,
        UploadId=uploads["Uploads"][0]["UploadId"],
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]},
    )
    done = await complete(live_api, opened["upload"]["id"])
    assert done["userErrors"] == []
    assert done["asset"]["size"] == 100


async def test_the_same_idempotency_key_gives_the_same_upload(live_api: LiveApi) -> None:
    wanted = {"filename": "a.mp4", "size": 100, "idempotencyKey": "once"}
    first = await start(live_api, **wanted)
    again = await start(live_api, **wanted)
    assert first["upload"]["id"] == again["upload"]["id"]
    other = await start(live_api, **{**wanted, "size": 101})
    assert other["upload"] is None
    assert other["userErrors"][0]["code"] == "IDEMPOTENCY_MISMATCH"


@pytest.mark.parametrize(
    ("wanted", "code", "field"),
    [
        ({"filename": ""}, "INVALID_KEY", "filename"),
        ({"filename": ".."}, "INVALID_KEY", "filename"),
        ({"filename": "a.mp4", "size": 0}, "SOURCE_EMPTY", "size"),
        ({"filename": "a.mp4", "size": 5 * 1024**4 + 1}, "FILE_TOO_LARGE", "size"),
        ({"filename": "a.mp4", "size": 10, "partSize": 1}, "INVALID_PART_SIZE", "partSize"),
        ({"filename": "a.mp4", "size": 10, "preset": "nope"}, "UNKNOWN_PRESET", "preset"),
        ({"filename": "a.mp4", "size": 10, "sha256": "xyz"}, "INVALID_INPUT", "sha256"),
        ({"filename": "a.mp4", "size": 10, "contentType": "a\nb"}, "INVALID_INPUT", "contentType"),
        ({"filename": "a.mp4", "size": 10, "signParts": 101}, "INVALID_INPUT", "signParts"),
        ({"filename": "a.mp4", "size": 10, "metadata": [1]}, "INVALID_INPUT", "metadata"),
    ],
)
async def test_what_is_refused_at_the_start(
    live_api: LiveApi, wanted: dict[str, Any], code: str, field: str | None
) -> None:
    payload = await start(live_api, **wanted)
    assert payload["upload"] is None
    error = payload["userErrors"][0]
    assert error["code"] == code
    assert error["field"] == (["input", field] if field else None)
    assert error["message"]


@pytest.mark.parametrize("numbers", [[], [0], [2], list(range(1, 102))])
async def test_parts_that_there_are_not(live_api: LiveApi, numbers: list[int]) -> None:
    opened = await start(live_api, filename="a.mp4", size=100)
    wanted = {"uploadId": opened["upload"]["id"], "partNumbers": numbers}
    payload = (await live_api.graphql(SIGN, i=wanted))["signUploadParts"]
    assert payload["parts"] == []
    assert payload["userErrors"][0]["code"] in {"INVALID_PART", "INVALID_INPUT"}
