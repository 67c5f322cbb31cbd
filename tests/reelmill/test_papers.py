"""The IAM documents, applied where they are enforced: moto's IAM, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer

from reelmill.doctor import papers, setup
from reelmill.doctor.bucket import Bucket
from reelmill.sigv4 import StoreKeys
from tests.support.live import free_port

ROLE = "arn:aws:iam::123456789012:role/reelmill-runner"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    port = free_port()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture(scope="module")
def known(endpoint: str) -> setup.Setup:
    return setup.read(None, {"REELMILL_S3_ENDPOINT": endpoint, "REELMILL_STS_ROLE_ARN": ROLE})


@pytest.fixture(scope="module")
def users(endpoint: str, known: setup.Setup) -> Iterator[dict[str, StoreKeys]]:
    """Two users with nothing but our documents; from here on every call is checked."""
    everything = {"region_name": "us-east-1", "endpoint_url": endpoint}
    everything |= {"aws_access_key_id": "root", "aws_secret_access_key": "root"}
    s3, iam = boto3.client("s3", **everything), boto3.client("iam", **everything)
    for name in (known.bucket_in, known.bucket_out):
        s3.create_bucket(Bucket=name)
        s3.put_object(Bucket=name, Key="there", Body=b"film")
    found = {}
    trust = json.dumps(papers.trust(known))
    iam.create_role(RoleName="reelmill-runner", AssumeRolePolicyDocument=trust)
    for name in ("api", "runner"):
        document = json.dumps(papers.iam(known)[name])
        iam.create_user(UserName=f"reelmill-{name}")
        iam.put_user_policy(
            UserName=f"reelmill-{name}", PolicyName="reelmill", PolicyDocument=document
        )
        key = iam.create_access_key(UserName=f"reelmill-{name}")["AccessKey"]
        found[name] = StoreKeys(key["AccessKeyId"], key["SecretAccessKey"])
    httpx.post(f"{endpoint}/moto-api/reset-auth", content=b"0")
    yield found
    httpx.post(f"{endpoint}/moto-api/reset-auth", content=b"inf")


CALLS: dict[str, tuple[str, str, dict[str, str], bytes]] = {
    "list": ("GET", "", {"list-type": "2"}, b""),
    "get": ("GET", "there", {}, b""),
    "put": ("PUT", "new", {}, b"x"),
    "start": ("POST", "parts", {"uploads": ""}, b""),
    "delete": ("DELETE", "there", {}, b""),
    "cors": ("PUT", "", {"cors": ""}, b"<CORSConfiguration/>"),
}
ALLOWED = {
    ("api", "in"): {"list", "get", "put", "start", "delete"},
    ("api", "out"): {"list", "get", "put", "start", "delete"},
    ("runner", "in"): {"get", "put", "start"},
    ("runner", "out"): {"put", "start"},
}


@pytest.mark.parametrize(("who", "where"), ALLOWED)
async def test_each_may_do_what_it_must_and_no_more(
    who: str, where: str, known: setup.Setup, users: dict[str, StoreKeys]
) -> None:
    name = known.bucket_in if where == "in" else known.bucket_out
    bucket = Bucket(known, users[who], httpx.create_ssl_context())
    done: dict[str, Any] = {}
    try:
        for call, (method, key, query, body) in CALLS.items():
            done[call] = (await bucket.ask(method, name, key, query=query, body=body)).status
    finally:
        await bucket.close()
    allowed = {call for call, status in done.items() if status != 403}
    assert allowed == ALLOWED[who, where], done


async def test_the_api_may_take_the_role_and_runners_may_not(
    known: setup.Setup, users: dict[str, StoreKeys]
) -> None:
    policy = json.dumps(papers.runner_policy(known))
    for who, taken in (("api", True), ("runner", False)):
        bucket = Bucket(known, users[who], httpx.create_ssl_context())
        try:
            if taken:
                assert (await bucket.assume(policy)).token
            else:
                with pytest.raises(Exception, match="AssumeRole was refused"):
                    await bucket.assume(policy)
        finally:
            await bucket.close()
