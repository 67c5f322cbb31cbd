"""Pure: the documents that an installation on AWS, or on a store that speaks its language, needs.

Each is applied to a real enforcement by the tests before it is printed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from reelmill.doctor.setup import Setup

_VERSION: Final = "2012-10-17"
_WRITE: Final = ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
ABORT_DAYS: Final = 7
ARCHIVE_DAYS: Final = 30


def iam(setup: Setup) -> Mapping[str, Any]:
    """`api`: for the API's user or role. `runner`: for the role that runners and uploads get a
    narrowed session of. `trust`: who may take that role."""
    return {"api": api_policy(setup), "runner": runner_policy(setup), "trust": trust(setup)}


def api_policy(setup: Setup) -> dict[str, Any]:
    """Look everywhere, write sources and saved subtitles, delete what is deleted."""
    both = [_bucket(setup.bucket_in), _bucket(setup.bucket_out)]
    return _document(
        _allow(["s3:ListBucket", "s3:ListBucketMultipartUploads"], both),
        _allow(["s3:GetObject", "s3:DeleteObject", *_WRITE], [_bucket(setup.bucket_in) + "/*"]),
        _allow(
            ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
            [_bucket(setup.bucket_out) + "/*"],
        ),
        _allow(["sts:AssumeRole"], [setup.role_arn or _ROLE]),
    )


def runner_policy(setup: Setup) -> dict[str, Any]:
    """The most that a session can be narrowed from: sources, outputs, and uploads by an S3 SDK."""
    return _document(
        _allow(["s3:GetObject", *_WRITE], [_bucket(setup.bucket_in) + "/*"]),
        _allow(_WRITE, [_bucket(setup.bucket_out) + "/*"]),
    )


def trust(setup: Setup) -> dict[str, Any]:
    """Only the API's own user may take the role."""
    account = (setup.role_arn or _ROLE).split(":")[4]
    principal = {"AWS": f"arn:aws:iam::{account}:user/reelmill-api"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Version": _VERSION, "Statement": [statement]}


def cors() -> dict[str, Any]:
    """For both buckets: browsers upload to the one and play from the other."""
    return {
        "CORSRules": [
            {
                # A player reaches the store with `Origin: null`, after a redirect.
                "AllowedOrigins": ["*"],
                "AllowedMethods": ["GET", "PUT", "POST", "DELETE", "HEAD"],
                "AllowedHeaders": ["*"],
                "ExposeHeaders": ["ETag"],
                "MaxAgeSeconds": 3000,
            }
        ]
    }


def lifecycle() -> dict[str, Any]:
    """Unfinished parts go after a week, as the uploads do that they belong to; and as an example,
    sources are archived after a month."""
    return {
        "Rules": [
            {
                "ID": "reelmill-unfinished-parts",
                "Status": "Enabled",
                "Filter": {"Prefix": ""},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": ABORT_DAYS},
            },
            {
                "ID": "reelmill-archive-sources",
                # An example: an archived source cannot be transcoded again before it is restored.
                "Status": "Disabled",
                "Filter": {"Prefix": "uploads/"},
                "Transitions": [{"Days": ARCHIVE_DAYS, "StorageClass": "GLACIER"}],
            },
        ]
    }


_ROLE: Final = "arn:aws:iam::123456789012:role/reelmill-runner"


def _bucket(name: str) -> str:
    return f"arn:aws:s3:::{name}"


def _allow(actions: list[str], resources: list[str]) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def _document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": _VERSION, "Statement": list(statements)}
