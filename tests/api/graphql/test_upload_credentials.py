"""Credentials for one upload: what they can do, and all that they cannot."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.api.graphql.test_uploads import MIB, SIGN, STATUS, complete, start
from tests.support.live import LiveApi

CREATE = """mutation($i: CreateUploadCredentialsInput!) { createUploadCredentials(input: $i) {
  upload { id status method key bucket size partCount title }
  credentials { accessKeyId secretAccessKey sessionToken expiresAt endpoint region bucket key
                addressingStyle }
  userErrors { code message field } } }"""
ABORT = """mutation($i: AbortMultipartUploadInput!) { abortMultipartUpload(input: $i) {
  upload { status } userErrors { code } } }"""


async def create(live: LiveApi, **wanted: Any) -> dict[str, Any]:
    payload: dict[str, Any] = (await live.graphql(CREATE, i=wanted))["createUploadCredentials"]
    return payload


def client(given: dict[str, Any], service: str = "s3") -> Any:
    return boto3.client(
        service,
        endpoint_url=given["endpoint"],
        region_name=given["region"],
        aws_access_key_id=given["accessKeyId"],
        aws_secret_access_key=given["secretAccessKey"],
        aws_session_token=given["sessionToken"],
        config=Config(
            s3={"addressing_style": given["addressingStyle"]}, retries={"total_max_attempts": 1}
        ),
    )


@pytest.fixture(scope="module")
async def given(live_api: LiveApi) -> dict[str, Any]:
    """One set of credentials, for the whole table of what it cannot do."""
    payload = await create(live_api, filename="-rf %d ü*?$.mp4")
    assert payload["userErrors"] == []
    return payload


async def test_any_s3_client_sends_the_file(live_api: LiveApi, bucket: Any, tmp_path: Path) -> None:
    data = bytes(range(256)) * (11 * MIB // 256)
    file = tmp_path / "film.mp4"
    file.write_bytes(data)
    payload = await create(
        live_api, filename="film.mp4", size=len(data), sha256=hashlib.sha256(data).hexdigest(),
        title="Mine", preset="preview",
    )  # fmt: skip
    upload, keys = payload["upload"], payload["credentials"]
    assert (upload["method"], upload["partCount"]) == ("CREDENTIALS", None)
    assert (keys["bucket"], keys["key"]) == (upload["bucket"], upload["key"])
    left = datetime.fromisoformat(keys["expiresAt"]) - datetime.now(UTC)
    assert 3500 < left.total_seconds() <= 3600
    assert (await complete(live_api, upload["id"]))["userErrors"][0]["code"] == "PARTS_MISSING"
    client(keys).upload_file(
        str(file),
        keys["bucket"],
        keys["key"],
        Config=TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB),
    )
    held = (await live_api.graphql(STATUS, i=upload["id"]))["upload"]["parts"]
    assert [part["size"] for part in held] == [len(data)]
    done = await complete(live_api, upload["id"])
    assert done["userErrors"] == []
    assert done["job"]
    head = bucket.head_object(Bucket=keys["bucket"], Key=keys["key"])
    assert head["ETag"].strip('"').endswith("-3"), "it went in parts"
    job = await live_api.ended(done["job"]["id"])
    assert job["error"]["code"] == "SOURCE_NOT_MEDIA"
    asset = await live_api.graphql(
        "query($k: String!) { asset(key: $k) { title sha256 } }", k=keys["key"]
    )
    assert asset["asset"] == {"title": "Mine", "sha256": hashlib.sha256(data).hexdigest()}


Call = Callable[[Any, str, str], Any]
REFUSED: dict[str, Call] = {
    "read it": lambda s3, b, k: s3.get_object(Bucket=b, Key=k),
    "look at it": lambda s3, b, k: s3.head_object(Bucket=b, Key=k),
    "delete it": lambda s3, b, k: s3.delete_object(Bucket=b, Key=k),
    "publish it": lambda s3, b, k: s3.put_object_acl(Bucket=b, Key=k, ACL="public-read"),
    "tag it": lambda s3, b, k: s3.put_object_tagging(
        Bucket=b, Key=k, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]}
    ),
    "copy another to it": lambda s3, b, k: s3.copy_object(
        Bucket=b, Key=k, CopySource={"Bucket": b, "Key": "foreign.mp4"}
    ),
    "copy it to another": lambda s3, b, k: s3.copy_object(
        Bucket=b, Key="copy.mp4", CopySource={"Bucket": b, "Key": k}
    ),
    "write below it": lambda s3, b, k: s3.put_object(Bucket=b, Key=f"{k}/x", Body=b"x"),
    "write a longer key": lambda s3, b, k: s3.put_object(Bucket=b, Key=f"{k}x", Body=b"x"),
    "write a shorter key": lambda s3, b, k: s3.put_object(Bucket=b, Key=k[:-1], Body=b"x"),
    "write a sibling": lambda s3, b, k: s3.put_object(
        Bucket=b, Key=k.rpartition("/")[0] + "/other.mp4", Body=b"x"
    ),
    "write what a wildcard would match": lambda s3, b, k: s3.put_object(
        Bucket=b, Key=k.replace("___", "abc"), Body=b"x"
    ),
    "write another upload": lambda s3, b, k: s3.put_object(
        Bucket=b, Key="uploads/1/a.mp4", Body=b"x"
    ),
    "write by dots": lambda s3, b, k: s3.put_object(Bucket=b, Key=f"{k}/../x", Body=b"x"),
    "begin another upload": lambda s3, b, k: s3.create_multipart_upload(Bucket=b, Key=f"{k}x"),
    "list": lambda s3, b, k: s3.list_objects_v2(Bucket=b),
    "list its own folder": lambda s3, b, k: s3.list_objects_v2(Bucket=b, Prefix=k),
    "list versions": lambda s3, b, k: s3.list_object_versions(Bucket=b),
    "list uploads": lambda s3, b, k: s3.list_multipart_uploads(Bucket=b),
    "look at the bucket": lambda s3, b, k: s3.head_bucket(Bucket=b),
    "make a bucket": lambda s3, b, k: s3.create_bucket(Bucket="reelmill-third"),
    "delete a bucket": lambda s3, b, k: s3.delete_bucket(Bucket=b),
    "open the bucket to pages": lambda s3, b, k: s3.put_bucket_cors(
        Bucket=b,
        CORSConfiguration={"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]},
    ),
    "read its policy": lambda s3, b, k: s3.get_bucket_policy(Bucket=b),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_what_they_cannot_do(
    live_api: LiveApi, bucket: Any, given: dict[str, Any], what: str
) -> None:
    keys = given["credentials"]
    bucket.put_object(Bucket=keys["bucket"], Key="foreign.mp4", Body=b"foreign")
    bucket.put_object(Bucket=keys["bucket"], Key=keys["key"], Body=b"own")
    with pytest.raises(ClientError) as error:
        REFUSED[what](client(keys), keys["bucket"], keys["key"])
    answer = error.value.response
    assert answer["Error"]["Code"] in {"AccessDenied", "403", "InvalidRequest"}
    assert answer["ResponseMetadata"]["HTTPStatusCode"] in {400, 403}


async def test_what_they_cannot_do_with_others(
    live_api: LiveApi, bucket: Any, given: dict[str, Any]
) -> None:
    keys = given["credentials"]
    own, where = client(keys), {"Bucket": keys["bucket"], "Key": "foreign.mp4"}
    bucket.put_object(**where, Body=b"foreign")
    begun = bucket.create_multipart_upload(**where)["UploadId"]
    mine = own.create_multipart_upload(Bucket=keys["bucket"], Key=keys["key"])["UploadId"]
    part = bucket.upload_part(**where, UploadId=begun, PartNumber=1, Body=b"x")["ETag"]
    for call in (
        lambda: own.list_parts(**where, UploadId=begun),
        lambda: own.upload_part(**where, UploadId=begun, PartNumber=1, Body=b"y"),
        lambda: own.abort_multipart_upload(**where, UploadId=begun),
        lambda: own.complete_multipart_upload(
            **where,
            UploadId=begun,
            MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part}]},
        ),
        # The upload of one key, named with another's id.
        lambda: own.list_parts(Bucket=keys["bucket"], Key=keys["key"], UploadId=begun),
        lambda: own.abort_multipart_upload(Bucket=keys["bucket"], Key=keys["key"], UploadId=begun),
        lambda: own.put_object(Bucket=live_api.s3.bucket_out, Key=keys["key"], Body=b"x"),
        lambda: own.upload_part_copy(
            Bucket=keys["bucket"],
            Key=keys["key"],
            UploadId=mine,
            PartNumber=1,
            CopySource={"Bucket": keys["bucket"], "Key": "foreign.mp4"},
        ),
    ):
        with pytest.raises(ClientError) as error:
            call()
        assert error.value.response["Error"]["Code"] in {"AccessDenied", "NoSuchUpload"}
    many = own.delete_objects(
        Bucket=keys["bucket"], Delete={"Objects": [{"Key": "foreign.mp4"}, {"Key": keys["key"]}]}
    )
    assert {failed["Code"] for failed in many["Errors"]} == {"AccessDenied"}
    assert not many.get("Deleted")
    # This store answers everybody, and shows each the buckets that it may list: none.
    assert own.list_buckets()["Buckets"] == []
    assert bucket.get_object(**where)["Body"].read() == b"foreign"
    assert bucket.list_parts(**where, UploadId=begun)["Parts"][0]["ETag"] == part
    bucket.abort_multipart_upload(**where, UploadId=begun)


async def test_they_make_no_other_credentials(live_api: LiveApi, given: dict[str, Any]) -> None:
    sts = client(given["credentials"], "sts")
    role = live_api.s3.role_arn
    for call in (
        lambda: sts.assume_role(RoleArn=role, RoleSessionName="anew"),
        lambda: sts.get_federation_token(Name="anew"),
        sts.get_session_token,
    ):
        with pytest.raises(ClientError):
            call()


async def test_they_do_not_publish_what_they_send(given: dict[str, Any]) -> None:
    keys = given["credentials"]
    where = {"Bucket": keys["bucket"], "Key": keys["key"]}
    client(keys).put_object(**where, Body=b"x", ACL="public-read")
    url = client(keys).generate_presigned_url("get_object", Params=where).partition("?")[0]
    async with httpx.AsyncClient() as anybody:
        assert (await anybody.get(url)).status_code == 403


async def test_they_can_be_renewed(live_api: LiveApi, given: dict[str, Any]) -> None:
    upload = given["upload"]["id"]
    again = await create(live_api, uploadId=upload, seconds=900)
    assert again["userErrors"] == []
    assert again["upload"] == given["upload"]
    new, old = again["credentials"], given["credentials"]
    assert new["accessKeyId"] != old["accessKeyId"]
    assert new["expiresAt"] < old["expiresAt"]
    client(new).put_object(Bucket=new["bucket"], Key=old["key"], Body=b"x")


async def test_abort_takes_away_object_and_parts_and_renewal(
    live_api: LiveApi, bucket: Any
) -> None:
    made = await create(live_api, filename="a.mp4")
    keys = made["credentials"]
    own, where = client(keys), {"Bucket": keys["bucket"], "Key": keys["key"]}
    for _ in range(2):
        begun = own.create_multipart_upload(**where)["UploadId"]
        own.upload_part(**where, UploadId=begun, PartNumber=1, Body=b"x")
    own.put_object(**where, Body=b"x")
    wanted = {"uploadId": made["upload"]["id"]}
    payload = (await live_api.graphql(ABORT, i=wanted))["abortMultipartUpload"]
    assert payload["upload"] == {"status": "ABORTED"}
    left = bucket.list_multipart_uploads(Bucket=keys["bucket"], Prefix=keys["key"])
    assert not left.get("Uploads")
    assert "Contents" not in bucket.list_objects_v2(Bucket=keys["bucket"], Prefix=keys["key"])
    again = await create(live_api, **wanted)
    assert again["credentials"] is None
    assert again["userErrors"][0]["code"] == "UPLOAD_CLOSED"


async def test_the_same_idempotency_key_gives_the_same_upload(live_api: LiveApi) -> None:
    wanted = {"filename": "a.mp4", "size": 100, "idempotencyKey": "credentials"}
    first, again = await create(live_api, **wanted), await create(live_api, **wanted)
    assert first["upload"]["id"] == again["upload"]["id"]
    assert again["credentials"]
    other = await create(live_api, **{**wanted, "size": 101})
    assert other["userErrors"][0]["code"] == "IDEMPOTENCY_MISMATCH"
    # Another mutation has keys of its own.
    assert (await start(live_api, **wanted))["userErrors"] == []


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({}, "INVALID_INPUT"),
        ({"filename": "a.mp4", "seconds": 899}, "INVALID_INPUT"),
        ({"filename": "a.mp4", "seconds": 43_201}, "INVALID_INPUT"),
        ({"filename": "a.mp4", "size": 0}, "SOURCE_EMPTY"),
        ({"filename": "a.mp4", "sha256": "x"}, "INVALID_INPUT"),
        ({"filename": "a.mp4", "title": ""}, "INVALID_INPUT"),
        ({"filename": "a.mp4", "preset": "nope"}, "UNKNOWN_PRESET"),
        ({"filename": ".."}, "INVALID_KEY"),
        ({"uploadId": "upload_" + "0" * 32}, "NOT_FOUND"),
        ({"uploadId": "nonsense"}, "INVALID_ID"),
    ],
)
async def test_what_is_refused(live_api: LiveApi, wanted: dict[str, Any], code: str) -> None:
    payload = await create(live_api, **wanted)
    assert (payload["upload"], payload["credentials"]) == (None, None)
    assert payload["userErrors"][0]["code"] == code


async def test_links_and_credentials_are_not_mixed(live_api: LiveApi) -> None:
    by_links = (await start(live_api, filename="a.mp4", size=9))["upload"]["id"]
    payload = await create(live_api, uploadId=by_links)
    assert payload["userErrors"][0]["code"] == "INVALID_INPUT"
    by_keys = (await create(live_api, filename="a.mp4"))["upload"]["id"]
    wanted = {"uploadId": by_keys, "partNumbers": [1]}
    signed = (await live_api.graphql(SIGN, i=wanted))["signUploadParts"]
    assert signed["userErrors"][0]["code"] == "INVALID_INPUT"


async def test_another_size_or_checksum_is_refused(live_api: LiveApi) -> None:
    made = await create(live_api, filename="a.mp4", size=3, sha256="0" * 64)
    keys = made["credentials"]
    own, where = client(keys), {"Bucket": keys["bucket"], "Key": keys["key"]}
    own.put_object(**where, Body=b"four")
    wrong = await complete(live_api, made["upload"]["id"])
    assert wrong["userErrors"][0]["code"] == "SIZE_MISMATCH"
    own.put_object(**where, Body=b"two")
    wrong = await complete(live_api, made["upload"]["id"])
    assert wrong["userErrors"][0]["code"] == "CHECKSUM_MISMATCH"
