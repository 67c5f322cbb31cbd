"""The doctor, against a real API and store that are well, and against sick ones."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from reelmill.connection import checked
from reelmill.doctor import api, papers, setup
from reelmill.doctor.bucket import Bucket
from reelmill.doctor.findings import Finding, Findings, Status
from reelmill.doctor.store import StoreDoctor
from reelmill.sigv4 import StoreKeys
from tests.reelmill.double import KEY, Double
from tests.support.live import LiveApi, bucket_client, free_port
from tests.support.stack_fixtures import S3Settings


@pytest.fixture
def known(s3_settings: S3Settings) -> setup.Setup:
    environ = s3_settings.environment() | {"REELMILL_S3_PUBLIC_ENDPOINT": s3_settings.endpoint}
    return setup.read(None, environ)


@pytest.fixture
async def plain_store(s3_settings: S3Settings) -> AsyncIterator[Any]:
    """With CORS and lifecycle as the doctor prints them; taken away again."""
    client = bucket_client(s3_settings)
    for name in (s3_settings.bucket_in, s3_settings.bucket_out):
        client.put_bucket_cors(Bucket=name, CORSConfiguration=papers.cors())
        client.put_bucket_lifecycle_configuration(
            Bucket=name, LifecycleConfiguration=papers.lifecycle()
        )
    yield client
    for name in (s3_settings.bucket_in, s3_settings.bucket_out):
        client.put_bucket_cors(Bucket=name, CORSConfiguration=papers.cors())
        client.delete_bucket_lifecycle(Bucket=name)


async def examined(known: setup.Setup) -> dict[str, Finding]:
    findings = Findings()
    assert known.keys is not None
    bucket = Bucket(known, known.keys, httpx.create_ssl_context())
    try:
        await StoreDoctor(bucket, known, findings).run()
    finally:
        await bucket.close()
    return {each.check: each for each in findings.found}


async def test_a_store_that_is_well(
    known: setup.Setup, s3_settings: S3Settings, plain_store: Any
) -> None:
    found = await examined(known)
    assert [each for each in found.values() if each.status is not Status.OK] == []
    name_in, name_out = s3_settings.bucket_in, s3_settings.bucket_out
    for check in ("list", "region", "CORS", "lifecycle", "put", "delete"):
        assert {f"bucket {name_in}: {check}", f"bucket {name_out}: {check}"} <= found.keys()
    assert {"STS: AssumeRole", "STS: policy", "store: clock", "public endpoint"} <= found.keys()
    for name in (name_in, name_out):
        listed = plain_store.list_objects_v2(Bucket=name, Prefix="reelmill-doctor/")
        assert listed["KeyCount"] == 0
        begun = plain_store.list_multipart_uploads(Bucket=name, Prefix="reelmill-doctor/")
        assert not begun.get("Uploads")


async def test_the_papers_are_read_back(plain_store: Any, s3_settings: S3Settings) -> None:
    name = s3_settings.bucket_in
    (rule,) = plain_store.get_bucket_cors(Bucket=name)["CORSRules"]
    assert rule["MaxAgeSeconds"] == 3000
    assert rule["ExposeHeaders"] == ["ETag"]
    rules = plain_store.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    days = [each.get("AbortIncompleteMultipartUpload") for each in rules]
    assert {"DaysAfterInitiation": papers.ABORT_DAYS} in days


async def test_no_cors_and_no_lifecycle(
    known: setup.Setup, s3_settings: S3Settings, plain_store: Any
) -> None:
    plain_store.delete_bucket_cors(Bucket=s3_settings.bucket_out)
    plain_store.delete_bucket_lifecycle(Bucket=s3_settings.bucket_out)
    found = await examined(known)
    cors = found[f"bucket {s3_settings.bucket_out}: CORS"]
    assert cors.status is Status.WARNING
    assert "--print cors" in (cors.cure or "")
    assert found[f"bucket {s3_settings.bucket_out}: lifecycle"].status is Status.WARNING
    assert found[f"bucket {s3_settings.bucket_in}: CORS"].status is Status.OK


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"keys": StoreKeys("nobody", "nothing")}, "does not know AWS_ACCESS_KEY_ID"),
        ({"bucket_in": "no-such-bucket"}, "Create the bucket"),
        ({"endpoint": "http://127.0.0.1:1"}, "running"),
    ],
)
async def test_what_is_wrong_from_the_start(
    known: setup.Setup, change: dict[str, Any], words: str
) -> None:
    found = await examined(replace(known, **change))
    (failure,) = [each for each in found.values() if each.status is Status.FAILURE]
    assert words in (failure.cure or "")


async def test_a_wrong_secret(known: setup.Setup) -> None:
    assert known.keys is not None
    found = await examined(replace(known, keys=StoreKeys(known.keys.access_key, "wrong")))
    (failure,) = [each for each in found.values() if each.status is Status.FAILURE]
    assert "AWS_SECRET_ACCESS_KEY" in (failure.cure or "")


async def test_a_role_that_cannot_be_taken(known: setup.Setup) -> None:
    found = await examined(replace(known, role_arn="arn:aws:iam::role/nobody"))
    assert found["STS: AssumeRole"].status is Status.FAILURE


async def test_an_api_that_is_well(live_api: LiveApi) -> None:
    findings = Findings()
    await api.check(checked(live_api.url, live_api.key), findings)
    assert [each for each in findings.found if each.status is not Status.OK] == []
    checks = [each.check for each in findings.found]
    assert checks == [
        "API",
        "API: clock",
        "API: TLS",
        "API: ready",
        "API: key",
        "API: version",
        "API: subscriptions",
    ]


async def test_a_key_that_lacks_a_scope(live_api: LiveApi) -> None:
    from reelmill import Client

    async with Client(live_api.url, live_api.key) as client:
        made = await client.create_api_key("reader", ["READ"])
    findings = Findings()
    await api.check(checked(live_api.url, made.secret), findings)
    (warning,) = [each for each in findings.found if each.status is not Status.OK]
    assert "lacks WRITE" in (warning.cure or "")


async def test_an_api_that_is_away_or_knows_no_such_key(double: Double, live_api: LiveApi) -> None:
    for url, key in (
        (f"http://127.0.0.1:{free_port()}", KEY),
        (double.url, KEY),  # answers 404 to /healthz: something else is there
        (live_api.url, "rm_wrong_key"),
    ):
        findings = Findings()
        await api.check(checked(url, key), findings)
        last = findings.found[-1]
        assert last.status is Status.FAILURE
        assert last.cure


def test_clocks() -> None:
    from datetime import UTC, datetime

    now = datetime(2026, 1, 1, 12, tzinfo=UTC)
    findings = Findings()
    for date in ("12:00:01", "12:01:00", "11:00:00"):
        findings.clock("clock", f"Thu, 01 Jan 2026 {date} GMT", now, now)
    findings.clock("clock", None, now, now)
    findings.clock("clock", "yesterday", now, now)
    assert [each.status for each in findings.found] == [
        Status.OK,
        Status.WARNING,
        Status.FAILURE,
        Status.WARNING,
        Status.WARNING,
    ]


def test_settings_are_read_as_the_api_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "reelmill.env"
    path.write_text(
        "# a comment\nexport S3_ENDPOINT_URL=https://s3.example.org\nAWS_ACCESS_KEY_ID='a b'\n"
        "AWS_SECRET_ACCESS_KEY=x # not this\nS3_BUCKET_IN=films\n"
        "REELMILL_S3_ADDRESSING_STYLE=virtual\n"
    )
    known = setup.read(path, {"AWS_REGION": "ignored"})
    assert known.url("films") == "https://films.s3.example.org"
    assert known.keys == StoreKeys("a b", "x")
    assert (known.bucket_in, known.region) == ("films", "us-east-1")
    assert setup.read(None, {}).url("b") == "https://s3.us-east-1.amazonaws.com/b"
    assert "'x'" not in repr(known)


def test_the_how_to_shows_the_same_papers() -> None:
    root = Path(__file__).resolve().parents[2]
    page = (root / "docs" / "how-to" / "use-your-own-s3-and-postgres.md").read_text("utf-8")
    blocks = [json.loads(text.split("```")[0]) for text in page.split("```json\n")[1:]]
    known = setup.read(None, {})
    for paper in (*papers.iam(known).values(), papers.cors(), papers.lifecycle()):
        assert paper in blocks
