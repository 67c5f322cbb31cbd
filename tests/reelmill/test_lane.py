"""The thin sender, against sockets that misbehave and over TLS."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from reelmill.errors import ConnectionFailedError, FileError
from reelmill.files import SourceFile
from reelmill.models import SignedPart
from reelmill.parts import Part
from reelmill.store import PartError, Store
from tests.reelmill.conftest import QUICK

MIB = 1024 * 1024
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
def big(tmp_path: Path) -> Path:
    path = tmp_path / "big.mp4"
    path.write_bytes(bytes(range(256)) * (32 * MIB // 256))
    return path


async def put(url: str, path: Path, part: Part) -> None:
    store = Store(QUICK, ssl.create_default_context(), 2)
    with SourceFile(path) as file:
        await store.put(SignedPart(number=1, url=url), file, part, lambda size: None)


async def serve(handle: Serve, tls: ssl.SSLContext | None = None) -> tuple[asyncio.Server, str]:
    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    return server, f"{'https' if tls else 'http'}://127.0.0.1:{port}/b/k?partNumber=1"


async def head(reader: asyncio.StreamReader) -> bytes:
    return await reader.readuntil(b"\r\n\r\n")


async def test_a_range_arrives_whole_and_the_connection_is_used_again(big: Path) -> None:
    bodies, connections = [], 0

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        for _ in range(2):
            said = await head(reader)
            assert b"PUT /b/k?partNumber=1 HTTP/1.1" in said
            assert f"content-length: {5 * MIB}".encode() in said
            bodies.append(await reader.readexactly(5 * MIB))
            writer.write(OK)
        writer.close()

    server, url = await serve(handle)
    store = Store(QUICK, ssl.create_default_context(), 2)
    with SourceFile(big) as file:
        for offset in (3, 7 * MIB + 1):
            link = SignedPart(number=1, url=url)
            await store.put(link, file, Part(1, offset, 5 * MIB), lambda size: None)
    await store.close()
    server.close()
    content = big.read_bytes()
    assert bodies == [content[3 : 3 + 5 * MIB], content[7 * MIB + 1 : 12 * MIB + 1]]
    assert connections == 1


async def test_a_store_that_refuses_early_is_heard(big: Path) -> None:
    """A 403 comes before the body is read: the rest is not sent, and the reason is told."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head(reader)
        writer.write(
            b"HTTP/1.1 403 Forbidden\r\ncontent-length: 31\r\n\r\n<Code>AccessDenied</Code>......"
        )
        await writer.drain()
        while await reader.read(MIB):
            pass
        writer.close()

    server, url = await serve(handle)
    with pytest.raises(PartError, match="AccessDenied"):
        await put(url, big, Part(1, 0, 32 * MIB))
    server.close()


async def test_a_store_that_goes_silent_is_given_up(big: Path) -> None:
    never = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await never.wait()
        writer.close()

    server, url = await serve(handle)
    timing = QUICK.__class__(transfer=0.3)
    store = Store(timing, ssl.create_default_context(), 1)
    link = SignedPart(number=1, url=url)
    with SourceFile(big) as file, pytest.raises(ConnectionFailedError) as info:
        await store.put(link, file, Part(1, 0, 32 * MIB), lambda size: None)
    assert info.value.code == "TIMEOUT"
    never.set()
    server.close()


async def test_a_file_that_shrinks_is_noticed(big: Path) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head(reader)
        while await reader.read(MIB):
            pass
        writer.close()

    server, url = await serve(handle)
    with pytest.raises(FileError) as info:
        await put(url, big, Part(1, 31 * MIB, 4 * MIB))
    assert info.value.code == "FILE_CHANGED"
    server.close()


async def test_over_tls_and_only_to_whom_it_trusts(big: Path, tmp_path: Path) -> None:
    bodies = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head(reader)
        bodies.append(await reader.readexactly(9 * MIB))
        writer.write(OK)
        await head(reader)
        bodies.append(await reader.readexactly(MIB))
        writer.write(OK)
        await writer.drain()
        writer.close()

    authority = certificate(tmp_path)
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(tmp_path / "tls.pem")
    server, url = await serve(handle, theirs)
    store = Store(QUICK, ssl.create_default_context(cafile=authority), 1)
    with SourceFile(big) as file:
        for part in (Part(1, 1, 9 * MIB), Part(2, 0, MIB)):
            await store.put(SignedPart(number=1, url=url), file, part, lambda size: None)
    await store.close()
    assert bodies == [big.read_bytes()[1 : 9 * MIB + 1], big.read_bytes()[:MIB]]
    with pytest.raises(ConnectionFailedError) as info:
        await put(url, big, Part(1, 0, MIB))
    assert info.value.code == "TLS_FAILED"
    server.close()


def certificate(folder: Path) -> Path:
    """A certificate of 127.0.0.1 that vouches for itself; with its key in tls.pem."""
    import ipaddress

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    public = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "ca.pem").write_bytes(public)
    (folder / "tls.pem").write_bytes(private + public)
    return folder / "ca.pem"
