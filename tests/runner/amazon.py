"""What speaks to Amazon as moto plays it."""

from __future__ import annotations

import uuid
from typing import Any

import boto3

from schema.job import StorageAccess, TranscribeAccess

OUT = "media-out"


def client(endpoint: str, service: str) -> Any:
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    return boto3.client(service, endpoint_url=endpoint, region_name="us-east-1", **keys)


def access(endpoint: str) -> StorageAccess:
    return StorageAccess(
        endpoint=endpoint, region="us-east-1", access_key_id="key", secret_access_key="secret"
    )


def granted(endpoint: str) -> TranscribeAccess:
    job = uuid.uuid4()
    return TranscribeAccess(
        jobs=f"reelmill-{job}-", prefix=f"{job.hex}/transcribe/", endpoint=endpoint
    )
