"""Signatures, against botocore's own and an example of AWS."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from reelmill.sigv4 import StoreKeys, signed_headers

KEYS = StoreKeys("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
NOW = datetime(2013, 5, 24, tzinfo=UTC)


def test_the_example_of_the_manual() -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html"""
    headers = signed_headers(
        "GET",
        "https://examplebucket.s3.amazonaws.com/test.txt",
        b"",
        KEYS,
        region="us-east-1",
        service="s3",
        now=NOW,
        headers={"Range": "bytes=0-9"},
    )
    expected = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    assert headers["authorization"].endswith(f"Signature={expected}")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8333/media-in/a%20b/%C3%BC%2Bc?uploads=",
        "http://127.0.0.1:8333/media-in/k?partNumber=1&uploadId=a%2Fb%3D%3D",
        "https://s3.example.com/b?list-type=2&max-keys=1&prefix=%25d%20x",
    ],
)
@pytest.mark.parametrize("token", [None, "session/token=="])
def test_as_botocore_signs(url: str, token: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = StoreKeys("key", "secret", token)
    ours = signed_headers("PUT", url, b"body", keys, region="eu-west-1", service="s3", now=NOW)
    request = AWSRequest("PUT", url, data=b"body", headers={"host": urlsplit(url).netloc})
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: NOW.replace(tzinfo=None))
    signer = S3SigV4Auth(Credentials("key", "secret", token), "s3", "eu-west-1")
    request.context["payload_signing_enabled"] = True
    signer.add_auth(request)
    assert request.headers["Authorization"] == ours["authorization"]
