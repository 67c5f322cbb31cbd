"""The pools while the server goes away under them."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import pytest

from api.adapters.postgres import pool
from api.adapters.postgres.pool import Database
from api.errors import DatabaseUnavailable
from tests.api.adapters.postgres.conftest import Base

# ErrorResponse: severity, code and words of a server whose neighbour process has crashed.
_FIELDS = b"SFATAL\0VFATAL\0C57P02\0Mterminating connection because of crash\0\0"
_FAREWELL = b"E" + (len(_FIELDS) + 4).to_bytes(4, "big") + _FIELDS


@dataclass
class Farewell:
    """A wire to PostgreSQL that can say the server's farewell and keep the connection open."""

    host: str
    port: int
    _clients: list[asyncio.StreamWriter] = field(default_factory=list)
    url: str = ""

    def say(self) -> None:
        for client in self._clients:
            client.write(_FAREWELL)
        self._clients.clear()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection(self.host, self.port)
        self._clients.append(writer)
        await asyncio.gather(_pump(reader, to_server), _pump(from_server, writer))


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    sink.close()


@pytest.fixture
async def wire(base: Base) -> AsyncIterator[Farewell]:
    parts = urlsplit(base.system_url)
    assert parts.hostname
    assert parts.port
    made = Farewell(parts.hostname, parts.port)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    made.url = base.system_url.replace(f":{parts.port}/", f":{port}/")
    yield made
    server.close()


@pytest.mark.parametrize("way", ["system", "statement"])
async def test_farewell_of_a_crashing_server(wire: Farewell, way: str) -> None:
    """The server is gone but its connection is not closed yet: away, and no mistake of ours."""
    database = await Database.open(url=wire.url, system_url=wire.url, size=1)
    await database.ping()
    wire.say()
    # The words are read before the next query is sent; nothing tells when they were.
    await asyncio.sleep(0.05)
    with pytest.raises(DatabaseUnavailable) as raised:
        async with getattr(database, way)() as connection:
            await connection.fetchval("select 1")
    assert isinstance(raised.value.__cause__, asyncpg.InternalClientError)
    # The next borrower has a new connection, of the server that is back.
    await database.ping()
    await database.close()


async def test_farewell_within_a_transaction(wire: Farewell) -> None:
    database = await Database.open(url=wire.url, system_url=wire.url, size=1)

    async def interrupted() -> None:
        async with database.system() as connection:
            wire.say()
            await asyncio.sleep(0.05)  # as above
            await connection.fetchval("select 1")

    with pytest.raises(DatabaseUnavailable):
        await interrupted()
    await database.ping()
    await database.close()


async def test_a_statement_that_the_server_has_stopped_may_be_asked_again(base: Base) -> None:
    database = await Database.open(url=base.api_url, system_url=base.system_url, size=1)

    async def stopped() -> None:
        async with database.system() as connection:
            await connection.execute("set local statement_timeout = '20ms'")
            await connection.fetchval("select pg_sleep(20)")

    with pytest.raises(DatabaseUnavailable):
        await stopped()
    await database.ping()
    await database.close()


async def test_every_connection_notices_that_a_machine_is_gone(base: Base) -> None:
    database = await Database.open(url=base.api_url, system_url=base.system_url, size=2)
    lone = await pool.connect(base.system_url)
    try:
        async with database.system() as first, database.tenant(UUID(int=1)) as second:
            for connection in (first, second, lone):
                opened = connection._transport.get_extra_info("socket")
                assert opened.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
                assert opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 5
                # What was sent and is not answered: the server's kernel is silent too.
                assert opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 11_000
    finally:
        await lone.close()
        await database.close()
