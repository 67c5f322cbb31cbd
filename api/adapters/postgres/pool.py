"""Two pools: one that row security keeps inside a project, one for the system's own work."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import Any, Final, TypeAlias
from uuid import UUID

import asyncpg
import orjson

from api.errors import BadConfiguration, DatabaseUnavailable, InvalidInput

LoneConnection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
# Inside this package a connection of a pool and a lone one serve alike.
Connection: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
)
_ACQUIRE_SECONDS = 10.0
# A server whose machine is gone says nothing. Without these an answer is waited for without end,
# and what was sent is repeated for a quarter of an hour.
_LOST_AFTER: Final = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 5),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 2),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 11_000),
)

# What asyncpg raises when the server is away, going away, or has no room.
_AWAY = (
    ConnectionError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    # Somebody else has stopped a statement: an operator, or a time limit of the server's.
    asyncpg.QueryCanceledError,
    # The server's farewell has been read, the end of the connection not yet: asyncpg takes the
    # connection for open, and refuses to send anything over it.
    asyncpg.InternalClientError,
)

# The types of event that the running transaction has added to each project's log.
_noted: ContextVar[dict[UUID, list[str]] | None] = ContextVar("noted", default=None)


def note(project_id: UUID, kind: str) -> None:
    """Within a transaction: once it is committed, its Database tells of this event."""
    noted = _noted.get()
    if noted is not None:
        noted.setdefault(project_id, []).append(kind)


class Watched(asyncpg.Connection):
    """A connection that notices within about ten seconds that its server's machine is gone."""

    def __init__(self, protocol: Any, transport: Any, *more: Any, **named: Any) -> None:
        super().__init__(protocol, transport, *more, **named)
        opened = transport.get_extra_info("socket")
        if opened is not None and opened.family != socket.AF_UNIX:
            for level, option, value in _LOST_AFTER:
                opened.setsockopt(level, option, value)


async def _prepare(connection: Connection) -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + orjson.dumps(value),
        decoder=lambda data: orjson.loads(data[1:]),
    )


async def _keep(_connection: Connection) -> None:
    """Between two borrowers nothing has to be reset, which would cost a round trip each time.

    Nothing here outlives its transaction: settings and temporary tables are made local to it,
    locks are taken for it, and nobody listens on a connection of a pool.
    """


class Database:
    """The pools of one process. Raises DatabaseUnavailable where PostgreSQL does not answer."""

    def __init__(self, tenants: asyncpg.Pool, system: asyncpg.Pool) -> None:
        self._tenants = tenants
        self._system = system
        # Called after each commit that has added to a project's log, with the types of the events.
        self.on_events: Callable[[UUID, Sequence[str]], None] = lambda _project, _kinds: None

    @classmethod
    async def open(cls, *, url: str, system_url: str, size: int) -> Database:
        """Connect both pools."""
        try:
            tenants, system = [
                await asyncpg.create_pool(
                    address,
                    min_size=1,
                    max_size=size,
                    init=_prepare,
                    reset=_keep,
                    connection_class=Watched,
                )
                for address in (url, system_url)
            ]
        except (*_AWAY, asyncpg.InvalidAuthorizationSpecificationError) as error:
            raise DatabaseUnavailable(f"PostgreSQL does not let us in: {error}") from error
        return cls(tenants, system)

    async def close(self) -> None:
        """Give running queries two seconds, then end every connection."""
        for pool in (self._tenants, self._system):
            try:
                await asyncio.wait_for(pool.close(), timeout=2)
            except TimeoutError:
                pool.terminate()

    @asynccontextmanager
    async def tenant(self, project_id: UUID) -> AsyncIterator[Connection]:
        """A transaction as rm_api that sees this project's rows only."""
        # In one round trip. A UUID needs no quoting.
        begin = f"begin; select set_config('app.project', '{project_id}', true)"
        async with self._transaction(self._tenants, begin) as connection:
            yield connection

    @asynccontextmanager
    async def system(self) -> AsyncIterator[Connection]:
        """A transaction as rm_system: key look-up, launcher, reconciler, runner calls."""
        async with self._transaction(self._system, "begin") as connection:
            yield connection

    @asynccontextmanager
    async def statement(self) -> AsyncIterator[Connection]:
        """As rm_system, for one statement: it is its own transaction, in a third of the time."""
        with translated():
            async with self._system.acquire(timeout=_ACQUIRE_SECONDS) as connection:
                yield connection

    @asynccontextmanager
    async def _transaction(self, pool: asyncpg.Pool, begin: str) -> AsyncIterator[Connection]:
        noted: dict[UUID, list[str]] = {}
        mark = _noted.set(noted)
        try:
            with translated():
                async with (
                    pool.acquire(timeout=_ACQUIRE_SECONDS) as connection,
                    _ended(connection, begin),
                ):
                    yield connection
        finally:
            _noted.reset(mark)
        for project_id, kinds in noted.items():
            self.on_events(project_id, kinds)

    def sizes(self) -> dict[str, tuple[int, int]]:
        """Connections of each pool: used and idle."""
        pools = {"tenant": self._tenants, "system": self._system}
        return {
            name: (pool.get_size() - pool.get_idle_size(), pool.get_idle_size())
            for name, pool in pools.items()
        }

    async def ping(self) -> None:
        """Raise DatabaseUnavailable unless a query is answered."""
        async with self.system() as connection:
            await connection.fetchval("select 1")


@asynccontextmanager
async def _ended(connection: Connection, begin: str) -> AsyncIterator[None]:
    """From `begin` to COMMIT, or to ROLLBACK whatever went wrong."""
    try:
        await connection.execute(begin)
        yield
    except asyncpg.InternalClientError:
        connection.terminate()  # or the next borrower gets it, until its end is read
        raise
    except BaseException:
        if not connection.is_closed():
            await connection.execute("rollback")
        raise
    await connection.execute("commit")


@contextmanager
def translated() -> Iterator[None]:
    """Translate the library's errors once, to those that somebody handles.

    DatabaseUnavailable where the server is away, InvalidInput for text that it cannot keep.
    """
    try:
        yield
    except asyncpg.DataError as error:
        raise InvalidInput(f"the database cannot keep this value: {error}") from error
    except _AWAY as error:
        if isinstance(error, ValueError):  # asyncpg's word for a wrong argument: a bug of ours
            raise
        raise DatabaseUnavailable("PostgreSQL does not answer; try again shortly") from error


# Neither is cured by waiting. The first is a wrong password too.
_REFUSED = (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError)


async def connect(url: str) -> LoneConnection:
    """One connection outside the pools, for LISTEN and the leader's lock, with TCP keepalives.

    A lost node would otherwise hold a lock for hours: the server notices within about ten seconds.
    """
    settings = {
        "tcp_keepalives_idle": "5",
        "tcp_keepalives_interval": "2",
        "tcp_keepalives_count": "3",
    }
    try:
        with translated():
            return await asyncpg.connect(
                url, server_settings=settings, timeout=5, connection_class=Watched
            )
    except (
        asyncpg.InvalidAuthorizationSpecificationError,
        asyncpg.InvalidCatalogNameError,
    ) as error:
        raise BadConfiguration(
            f"PostgreSQL refuses a database URL: {error}; see that its role, password and database"
            " are those of the server"
        ) from error
