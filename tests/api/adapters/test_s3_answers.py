"""What the adapter makes of answers that a store gives on bad days."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from botocore.retries.standard import ExponentialBackoff

from api.adapters.s3 import S3Error, Storage
from api.domain.objects import ObjectInfo, Part
from api.errors import (
    InvalidInput,
    NotFound,
    Refusal,
    StorageDenied,
    StorageMisconfigured,
    StorageUnavailable,
)
from tests.api.adapters.s3_double import Answer, Double, error, serving
from tests.api.adapters.test_s3 import settings
from tests.support.stack_fixtures import S3Settings

TRIES = 5
SETTINGS = S3Settings("", "key", "secret", "us-east-1", "arn:aws:iam::1:role/r", "in", "out")
LISTED = Answer(
    body="<ListBucketResult><IsTruncated>false</IsTruncated>"
    "<Contents><Key>a.mp4</Key><Size>3</Size><ETag>&quot;e&quot;</ETag></Contents></ListBucketResult>"
)
NOTHING = Answer(body="<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>")
JOINED = Answer(
    body="<CompleteMultipartUploadResult><ETag>&quot;e-1&quot;</ETag></CompleteMultipartUploadResult>"
)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library waits up to seconds between its tries."""
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0)


@pytest.fixture
async def store() -> AsyncIterator[tuple[Double, Storage]]:
    async with serving() as double, AsyncExitStack() as stack:
        chosen = settings(SETTINGS, s3_endpoint=double.url, sts_endpoint=double.url)
        yield double, await Storage.open(chosen, stack)


async def listed(storage: Storage) -> list[ObjectInfo]:
    return [found async for page in storage.pages("in", "") for found in page]


async def read(storage: Storage) -> bytes:
    _, _, body = await storage.stream("in", "a.mp4")
    return b"".join([chunk async for chunk in body])


async def join(storage: Storage) -> None:
    await storage.complete_multipart("in", "a.mp4", "u", [Part(1, "e", 3)])


Call = Callable[[Storage], Awaitable[Any]]
CALLS: dict[str, Call] = {
    "list": listed,
    "read": read,
    "join": join,
    "open": lambda storage: storage.start_multipart("in", "a.mp4", None),
    "parts": lambda storage: storage.parts("in", "a.mp4", "u"),
    "delete": lambda storage: storage.delete("in", "a.mp4"),
    "ping": lambda storage: storage.ping(),
}

ANSWERS: dict[str, tuple[Answer, type[Refusal], str]] = {
    "slow down": (error(503, "SlowDown"), StorageUnavailable, "try again"),
    "an error of its own": (error(500, "InternalError"), StorageUnavailable, "try again"),
    "too many": (error(429, "TooManyRequests"), StorageUnavailable, "try again"),
    "denied": (error(403, "AccessDenied"), StorageDenied, "policy"),
    "unknown key": (error(403, "InvalidAccessKeyId"), StorageDenied, "AWS_ACCESS_KEY_ID"),
    "wrong secret": (error(403, "SignatureDoesNotMatch"), StorageDenied, "AWS_SECRET_ACCESS_KEY"),
    "expired": (error(400, "ExpiredToken"), StorageDenied, "new keys"),
    "clock": (error(403, "RequestTimeTooSkewed"), StorageMisconfigured, "clock"),
    "no bucket": (error(404, "NoSuchBucket"), StorageMisconfigured, "create it"),
    "garbage": (Answer(body="<html>hello"), StorageUnavailable, "try again"),
    "garbage of an error": (Answer(500, "<html>hello"), StorageUnavailable, "try again"),
    "cut": (Answer(cut=True), StorageUnavailable, "does not answer"),
    "new to us": (error(400, "Strange"), S3Error, "Strange"),
    "not known there": (error(405, "MethodNotAllowed"), S3Error, "MethodNotAllowed"),
    "elsewhere": (
        error(301, "PermanentRedirect", "<Endpoint>in.s3.eu-west-1.amazonaws.com</Endpoint>"),
        StorageMisconfigured,
        "AWS_REGION",
    ),
}
# What such an answer cannot be given to.
NOT = {("garbage", "read"), ("garbage", "delete")}


@pytest.mark.parametrize(
    ("call", "answer"), [(c, a) for c in CALLS for a in ANSWERS if (a, c) not in NOT]
)
async def test_every_answer_has_one_meaning(
    store: tuple[Double, Storage], call: str, answer: str
) -> None:
    double, storage = store
    told, kind, words = ANSWERS[answer]
    double.will(told)
    with pytest.raises(kind, match=words) as refused:
        await CALLS[call](storage)
    assert double.url.removeprefix("http://") not in refused.value.message
    assert "told so" not in refused.value.message


@pytest.mark.parametrize(
    "told", [error(503, "SlowDown"), error(500, "InternalError"), Answer(cut=True)]
)
async def test_a_bad_moment_is_waited_for(store: tuple[Double, Storage], told: Answer) -> None:
    double, storage = store
    double.will(told, told, LISTED)
    assert await listed(storage) == [ObjectInfo("a.mp4", 3, "e")]
    assert len(double.asked) == 3
    double.will(told)
    with pytest.raises(StorageUnavailable):
        await listed(storage)
    # A connection that breaks is tried twice each time, by the layer below.
    assert len(double.asked) == (2 * TRIES if told.cut else TRIES)


async def test_an_error_inside_of_a_success(store: tuple[Double, Storage]) -> None:
    """AWS begins to answer before it has joined the parts."""
    double, storage = store
    broken = error(200, "InternalError")
    double.will(broken, JOINED)
    await join(storage)
    assert len(double.asked) == 2
    double.will(broken)
    with pytest.raises(StorageUnavailable):
        await join(storage)
    assert len(double.asked) == TRIES


@pytest.mark.parametrize("code", ["EntityTooSmall", "InvalidPart", "InvalidPartOrder", "BadDigest"])
async def test_parts_that_cannot_be_joined(store: tuple[Double, Storage], code: str) -> None:
    double, storage = store
    double.will(error(400, code))
    with pytest.raises(S3Error) as refused:
        await join(storage)
    assert refused.value.reason == code
    assert len(double.asked) == 1, "this does not get better"


async def test_an_upload_that_is_over(store: tuple[Double, Storage]) -> None:
    double, storage = store
    double.will(error(404, "NoSuchUpload"))
    for call in (join(storage), storage.parts("in", "a.mp4", "u")):
        with pytest.raises(NotFound):
            await call
    await storage.abort_multipart("in", "a.mp4", "u")


async def test_a_body_that_breaks_off(store: tuple[Double, Storage]) -> None:
    double, storage = store
    double.will(Answer(body="half", headers={"etag": '"e"'}, promised=9))
    with pytest.raises(StorageUnavailable):
        await read(storage)


async def test_an_object_that_is_not_the_one(store: tuple[Double, Storage]) -> None:
    double, storage = store
    double.will(error(412, "PreconditionFailed"))
    with pytest.raises(S3Error) as refused:
        await storage.stream("in", "a.mp4", if_match="e")
    assert refused.value.reason == "PreconditionFailed"


async def test_a_missing_object_without_the_right_to_list(store: tuple[Double, Storage]) -> None:
    double, storage = store
    hidden = Answer(403)
    double.will(hidden, NOTHING)
    assert await storage.head("in", "a.mp4") is None
    double.will(hidden, LISTED)
    with pytest.raises(StorageDenied, match="HeadObject"):
        await storage.head("in", "a.mp4")
    double.will(hidden, error(403, "AccessDenied"))
    with pytest.raises(StorageDenied, match="s3:ListBucket"):
        await storage.head("in", "a.mp4")


@pytest.mark.parametrize(
    ("status", "reason", "kind", "words"),
    [
        (403, error(403, "RequestTimeTooSkewed"), StorageMisconfigured, "clock"),
        (400, error(400, "ExpiredToken"), StorageDenied, "ExpiredToken"),
        (403, error(403, "InvalidAccessKeyId"), StorageDenied, "InvalidAccessKeyId"),
    ],
)
async def test_a_head_says_no_more_than_a_number(
    store: tuple[Double, Storage], status: int, reason: Answer, kind: type[Refusal], words: str
) -> None:
    double, storage = store
    double.will(Answer(status), reason)
    with pytest.raises(kind, match=words):
        await storage.head("in", "a.mp4")


async def test_a_bucket_of_another_region(store: tuple[Double, Storage]) -> None:
    double, storage = store
    malformed = error(400, "AuthorizationHeaderMalformed", "<Region>eu-west-1</Region>")
    double.will(malformed)
    with pytest.raises(StorageMisconfigured, match="AWS_REGION=eu-west-1"):
        await storage.start_multipart("in", "a.mp4", None)
    with pytest.raises(StorageMisconfigured, match="AWS_REGION=eu-west-1"):
        await storage.ping()
    header = {"x-amz-bucket-region": "eu-west-1"}
    double.will(Answer(301, headers=header), error(301, "PermanentRedirect", **header))
    with pytest.raises(StorageMisconfigured, match="AWS_REGION=eu-west-1"):
        await storage.head("in", "a.mp4")
    assert len(double.asked) == 1, "it is not followed"


async def test_a_role_that_lives_shorter(store: tuple[Double, Storage]) -> None:
    double, storage = store
    short = (
        "<ErrorResponse><Error><Code>ValidationError</Code><Message>The requested DurationSeconds"
        " exceeds the MaxSessionDuration set for this role.</Message></Error></ErrorResponse>"
    )
    double.will(Answer(400, short))
    with pytest.raises(InvalidInput, match="3,600") as refused:
        await storage.sessions.for_client(name="upload-1", policy={}, seconds=43_200)
    assert refused.value.field == "input.seconds"


async def test_pages_that_never_end(store: tuple[Double, Storage]) -> None:
    """Some stores say that there is more and not where it begins."""
    double, storage = store
    uploads = "<Upload><Key>a.mp4</Key><UploadId>u</UploadId></Upload>"
    again = Answer(
        body="<ListMultipartUploadsResult><IsTruncated>true</IsTruncated>"
        f"{uploads}</ListMultipartUploadsResult>"
    )
    double.will(again, Answer(204))
    await storage.abort_at("in", "a.mp4")
    assert [asked.split()[0] for asked in double.asked] == ["GET", "DELETE"]
    parts = "<Part><PartNumber>1</PartNumber><ETag>&quot;e&quot;</ETag><Size>3</Size></Part>"
    double.will(
        Answer(body=f"<ListPartsResult><IsTruncated>true</IsTruncated>{parts}</ListPartsResult>")
    )
    assert await storage.parts("in", "a.mp4", "u") == [Part(1, "e", 3)]
    assert len(double.asked) == 1


async def test_parts_with_checksums_as_aws_wants_them(
    store: tuple[Double, Storage], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said beforehand, listed, and said again at the end. Others are not told: see the adapter."""
    double, storage = store
    begun = Answer(
        body="<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"
    )
    double.will(begun)
    await storage.start_multipart("in", "a.mp4", None, sha256=True)
    assert "x-amz-checksum-algorithm" not in double.sent[0]
    monkeypatch.setattr("api.adapters.s3.is_aws", lambda _: True)
    part = (
        "<Part><PartNumber>1</PartNumber><ETag>&quot;e&quot;</ETag><Size>3</Size>"
        "<ChecksumSHA256>c3Vt</ChecksumSHA256></Part>"
    )
    double.will(
        begun,
        Answer(body=f"<ListPartsResult><IsTruncated>false</IsTruncated>{part}</ListPartsResult>"),
        JOINED,
    )
    await storage.start_multipart("in", "a.mp4", None, sha256=True)
    assert "x-amz-checksum-algorithm: SHA256" in double.sent[0]
    parts = await storage.parts("in", "a.mp4", "u")
    await storage.complete_multipart("in", "a.mp4", "u", parts)
    assert "<ChecksumSHA256>c3Vt</ChecksumSHA256>" in double.sent[2]


async def test_a_check_that_fails_leaves_nothing(
    store: tuple[Double, Storage],
) -> None:
    double, storage = store
    double.will(Answer(), error(403, "AccessDenied"), Answer(status=204))
    with pytest.raises(StorageDenied):
        await storage.checks.round_trip("in", "doctor/a", b"a")
    assert double.asked[-1] == "DELETE /in/doctor/a"
    begun = "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>"
    double.will(Answer(body=begun), error(403, "AccessDenied"), Answer(status=204))
    with pytest.raises(StorageDenied):
        await storage.checks.parts("in", "doctor/b", b"b")
    assert double.asked[-1] == "DELETE /in/doctor/b?uploadId=u1"
