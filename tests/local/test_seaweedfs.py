"""A real SeaweedFS: S3 for who has the keys, and every other door closed."""

from __future__ import annotations

import itertools
import json
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from botocore.exceptions import ClientError

from local import buckets
from local.credentials import Credentials
from local.deadline import Deadline
from local.listeners import listening, opened
from local.ports import LOOPBACK, Ports, any_free
from local.process_table import ProcessTable
from local.seaweedfs import SeaweedFS
from local.seaweedfs_config import ROLE_ARN

SECRETS = Credentials.generate()
NAMES = ("media-in", "media-out")
# What every HTTP/2 client says first: the preface and an empty SETTINGS frame (RFC 9113, 3.4).
HELLO = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + b"\x04" + bytes(5)


class Running:
    def __init__(self, home: Path) -> None:
        self.ports: Ports = any_free()
        self.server = SeaweedFS(home, ProcessTable(home), SECRETS, ports=self.ports)
        self.server.start()

    async def ready(self) -> SeaweedFS:
        self.server.wait(Deadline(60))
        await buckets.prepare(self.server.endpoint, SECRETS, NAMES, Deadline(60))
        return self.server


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("seaweedfs")


@pytest.fixture(scope="module")
def process(home: Path) -> Iterator[Running]:
    running = Running(home)
    yield running
    running.server.stop()


@pytest.fixture(scope="module")
async def store(process: Running) -> SeaweedFS:
    server = await process.ready()
    async with buckets.s3_client(server.endpoint, SECRETS) as client:
        await client.put_object(Bucket="media-in", Key="a/ü %d.mp4", Body=b"own" * 5000)
        await client.put_object(Bucket="media-in", Key="b/other.mp4", Body=b"other")
    return server


async def test_cors_is_installed_and_answers_a_browser(store: SeaweedFS) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.request(
            "OPTIONS",
            f"{store.endpoint}/media-in/uploads/x",
            headers={
                "Origin": "http://127.0.0.1:8400",
                "Access-Control-Request-Method": "PUT",
            },
        )
    assert answer.status_code == 200
    assert "PUT" in answer.headers["access-control-allow-methods"]
    assert answer.headers["access-control-max-age"] == "3000"
    async with buckets.s3_client(store.endpoint, SECRETS) as client:
        rules = (await client.get_bucket_cors(Bucket="media-out"))["CORSRules"]
    assert rules == buckets.CORS["CORSRules"]


async def test_s3_answers_nobody_without_keys(store: SeaweedFS) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        for method, path in [
            ("GET", ""),
            ("GET", "media-in"),
            ("GET", "media-in/b/other.mp4"),
            ("PUT", "media-in/new"),
            ("DELETE", "media-in/b/other.mp4"),
        ]:
            answer = await http.request(method, f"{store.endpoint}/{path}")
            assert answer.status_code == 403, (method, path)
        assume = {"Action": "AssumeRole", "RoleArn": ROLE_ARN, "RoleSessionName": "x"}
        answer = await http.post(f"{store.endpoint}/", data={**assume, "Version": "2011-06-15"})
        assert answer.status_code in {400, 401, 403}
        assert "SecretAccessKey" not in answer.text


async def test_filer_volume_and_master_give_nothing_and_take_nothing(
    store: SeaweedFS, process: Running
) -> None:
    ports = process.ports
    asks: list[tuple[str, int, str]] = [
        ("GET", ports.filer, "/"),
        ("GET", ports.filer, "/buckets/media-in/b/other.mp4"),
        ("PUT", ports.filer, "/buckets/media-in/new"),
        ("DELETE", ports.filer, "/buckets/media-in/b/other.mp4"),
        ("POST", ports.filer, "/.tus/x"),
        ("POST", ports.master, "/dir/assign"),
        ("GET", ports.master, "/dir/assign"),
        ("GET", ports.master, "/dir/lookup?volumeId=1"),
        ("GET", ports.master, "/dir/status"),
        ("POST", ports.master, "/submit"),
        ("GET", ports.master, "/vol/grow?count=1"),
        ("GET", ports.master, "/col/delete?collection=media-in"),
    ]
    # Whoever guesses the id of a stored piece: the store signs each access, for a minute.
    pieces = [f"/{volume},01637037d6" for volume in (1, 2, 3, 4)]
    methods = ("GET", "HEAD", "PUT", "POST", "DELETE")
    async with httpx.AsyncClient(trust_env=False) as http:
        for method, port, path in asks:
            answer = await http.request(method, f"http://{LOOPBACK}:{port}{path}")
            assert answer.status_code in {404, 405}, (method, port, path, answer.text)
        for method, path in itertools.product(methods, pieces):
            answer = await http.request(method, f"http://{LOOPBACK}:{ports.volume}{path}")
            assert answer.status_code == 401, (method, path, answer.text)


@pytest.mark.parametrize("door", ["master_grpc", "volume_grpc", "filer_grpc", "s3_grpc"])
async def test_grpc_wants_our_certificate(store: SeaweedFS, process: Running, door: str) -> None:
    port = getattr(process.ports, door)
    # Plain HTTP/2, as every gRPC client without certificates speaks it: no settings come back.
    with socket.create_connection((LOOPBACK, port), timeout=10) as plain:
        plain.sendall(HELLO)
        assert plain.recv(9)[3:4] != b"\x04"
    # TLS without a certificate of ours: refused at the first read at the latest (TLS 1.3).
    with pytest.raises((ssl.SSLError, ConnectionError)):
        speak_tls_without_certificate(port)


def speak_tls_without_certificate(port: int) -> None:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    with (
        socket.create_connection((LOOPBACK, port), timeout=10) as raw,
        context.wrap_socket(raw) as stranger,
    ):
        stranger.sendall(HELLO)
        if not stranger.recv(9):
            raise ConnectionError("closed")


async def test_only_the_known_ports_are_open(store: SeaweedFS, process: Running) -> None:
    assert process.server.child
    ours = {getattr(process.ports, name) for name in Ports.__dataclass_fields__}
    ports = listening()
    found = {ports[each] for each in opened(process.server.child.pid) if each in ports}
    assert found
    assert found <= ours


async def test_everything_it_writes_stays_in_its_home(store: SeaweedFS, home: Path) -> None:
    config = home / "seaweedfs" / "config"
    assert {path.stat().st_mode & 0o777 for path in config.iterdir()} == {0o600}
    assert (home / "seaweedfs").stat().st_mode & 0o077 == 0


async def test_a_session_policy_is_enforced(store: SeaweedFS) -> None:
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["s3:GetObject"],
                "Resource": ["arn:aws:s3:::media-in/a/ü %d.mp4"],
            },
            {
                "Effect": "Allow",
                "Action": ["s3:PutObject"],
                "Resource": ["arn:aws:s3:::media-out/job1/*"],
            },
        ],
    }
    keys = await assume(store, policy)
    async with session_client(store, keys) as client:
        got = await client.get_object(Bucket="media-in", Key="a/ü %d.mp4")
        assert await got["Body"].read() == b"own" * 5000
        await client.put_object(Bucket="media-out", Key="job1/x", Body=b"1")
        for refused in (
            client.get_object(Bucket="media-in", Key="b/other.mp4"),
            client.put_object(Bucket="media-in", Key="job1/x", Body=b"1"),
            client.put_object(Bucket="media-out", Key="job2/x", Body=b"1"),
            client.list_objects_v2(Bucket="media-in"),
            client.delete_object(Bucket="media-out", Key="job1/x"),
        ):
            with pytest.raises(ClientError, match="AccessDenied"):
                await refused


async def assume(store: SeaweedFS, policy: dict[str, Any]) -> Any:
    async with get_session().create_client(
        "sts",
        endpoint_url=store.endpoint,
        region_name="us-east-1",
        aws_access_key_id=SECRETS.s3_access_key,
        aws_secret_access_key=SECRETS.s3_secret_key,
    ) as client:
        answer = await client.assume_role(
            RoleArn=ROLE_ARN,
            RoleSessionName="job1",
            DurationSeconds=900,
            Policy=json.dumps(policy),
        )
    return answer["Credentials"]


def session_client(store: SeaweedFS, keys: Any) -> Any:
    return get_session().create_client(
        "s3",
        endpoint_url=store.endpoint,
        region_name="us-east-1",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        config=AioConfig(
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


async def test_a_misspelt_bucket_is_an_error(store: SeaweedFS) -> None:
    async with buckets.s3_client(store.endpoint, SECRETS) as client:
        with pytest.raises(ClientError, match="NoSuchBucket"):
            await client.put_object(Bucket="media-inn", Key="x", Body=b"1")


async def test_data_survives_kill_9_and_other_ports(tmp_path: Path) -> None:
    body = bytes(range(256)) * 40_000  # 10 MB: more than one piece
    first = Running(tmp_path)
    store = await first.ready()
    async with buckets.s3_client(store.endpoint, SECRETS) as client:
        await client.put_object(Bucket="media-out", Key="small.txt", Body=b"kept")
        await client.put_object(Bucket="media-out", Key="big.bin", Body=body)
    assert first.server.child
    first.server.child.signal(9)
    first.server.stop()
    second = Running(tmp_path)
    assert second.ports != first.ports
    try:
        store = await second.ready()
        async with buckets.s3_client(store.endpoint, SECRETS) as client:
            small = await client.get_object(Bucket="media-out", Key="small.txt")
            assert await small["Body"].read() == b"kept"
            big = await client.get_object(Bucket="media-out", Key="big.bin")
            assert await big["Body"].read() == body
            await client.put_object(Bucket="media-out", Key="new.bin", Body=body)
            again = await client.get_object(Bucket="media-out", Key="big.bin")
            assert await again["Body"].read() == body, "new pieces did not take the old ones' ids"
    finally:
        second.server.stop()


def test_sockets_lie_where_their_path_is_short_enough(tmp_path: Path) -> None:
    from local.seaweedfs import _socket_folder

    near = tmp_path / "s"
    near.mkdir()
    assert _socket_folder(near) == near / "run"
    far = tmp_path / ("x" * 100)
    far.mkdir()
    folder = _socket_folder(far)
    try:
        assert len(str(folder / "filer.sock")) < 108
        assert folder.stat().st_mode & 0o777 == 0o700
        assert _socket_folder(far) == folder
    finally:
        folder.rmdir()
