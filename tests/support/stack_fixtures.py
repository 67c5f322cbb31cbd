"""Fixtures over a real PostgreSQL and a real S3 store."""

from __future__ import annotations

import os
import subprocess
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from local.buckets import CORS, REGION
from local.placement import wheel_programs
from tests.support import shared


@pytest.fixture(scope="session")
def new_database() -> Iterator[Callable[[], str]]:
    """Makes fresh, empty databases and returns their URLs, with the owner's rights: no superuser,
    may make databases, may make no roles. `rm_api` and `rm_system` exist. All are dropped in
    the end."""
    server: str = shared.service("postgres")["owner_url"]
    made: list[str] = []

    def make() -> str:
        name = f"t_{uuid.uuid4().hex}"
        _psql(f"{server}/postgres", f"CREATE DATABASE {name}")
        made.append(name)
        return f"{server}/{name}"

    yield make
    for name in made:
        _drop(f"{server}/postgres", name)


@pytest.fixture(scope="session")
def postgres_owner_url(new_database: Callable[[], str]) -> str:
    """One fresh, empty database for this worker."""
    return new_database()


def _drop(url: str, name: str) -> None:
    """With whoever is connected; but autovacuum is not ours to end. To that the server sees itself,
    where nobody else is there and nothing is forced."""
    try:
        _psql(url, f"DROP DATABASE {name} WITH (FORCE)")
    except AssertionError:
        _psql(url, f"DROP DATABASE {name}")


def _psql(url: str, statement: str) -> None:
    """Through the wheel's own psql, so that no test depends on a driver."""
    parts = urlsplit(url)
    env = {
        "PATH": os.defpath,
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port),
        "PGUSER": parts.username or "",
        "PGPASSWORD": parts.password or "",
        "PGDATABASE": parts.path.lstrip("/"),
    }
    words = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement]
    psql = str(wheel_programs() / "psql")
    done = subprocess.run([psql, *words], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@dataclass(frozen=True, slots=True)
class S3Settings:
    """A store with two empty buckets of this worker, and the rights of its owner."""

    endpoint: str
    access_key: str
    secret_key: str
    region: str
    role_arn: str
    bucket_in: str
    bucket_out: str

    def environment(self) -> dict[str, str]:
        """The same as the API reads it."""
        return {
            "REELMILL_S3_ENDPOINT": self.endpoint,
            "REELMILL_STS_ENDPOINT": self.endpoint,
            "REELMILL_STS_ROLE_ARN": self.role_arn,
            "REELMILL_BUCKET_IN": self.bucket_in,
            "REELMILL_BUCKET_OUT": self.bucket_out,
            "AWS_REGION": self.region,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
        }


@pytest.fixture(scope="session")
def new_bucket() -> Iterator[Callable[[str], str]]:
    """Makes empty buckets with CORS rules, named by a prefix; emptied and removed in the end."""
    import boto3  # type: ignore[import-untyped]
    from botocore.config import Config

    facts = shared.service("s3")
    client = boto3.client(
        "s3",
        endpoint_url=facts["endpoint"],
        region_name=REGION,
        aws_access_key_id=facts["access_key"],
        aws_secret_access_key=facts["secret_key"],
        config=Config(
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            proxies={},
            # The gateway answers a little before its volumes do.
            retries={"total_max_attempts": 8, "mode": "standard"},
        ),
    )
    made: list[str] = []

    def make(prefix: str) -> str:
        name = f"{prefix}-{uuid.uuid4().hex[:12]}"
        client.create_bucket(Bucket=name)
        client.put_bucket_cors(Bucket=name, CORSConfiguration=CORS)
        made.append(name)
        return name

    yield make
    for name in made:
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=name)
        for entry in (entry for page in pages for entry in page.get("Contents", [])):
            client.delete_object(Bucket=name, Key=entry["Key"])
        for upload in client.list_multipart_uploads(Bucket=name).get("Uploads", []):
            client.abort_multipart_upload(
                Bucket=name, Key=upload["Key"], UploadId=upload["UploadId"]
            )
        client.delete_bucket(Bucket=name)


@pytest.fixture(scope="session")
def s3_settings(new_bucket: Callable[[str], str]) -> S3Settings:
    facts = shared.service("s3")
    return S3Settings(
        endpoint=facts["endpoint"],
        access_key=facts["access_key"],
        secret_key=facts["secret_key"],
        region=REGION,
        role_arn=facts["role_arn"],
        bucket_in=new_bucket("in"),
        bucket_out=new_bucket("out"),
    )
