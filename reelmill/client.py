"""The client: one typed method for each thing that the API does."""

from __future__ import annotations

from typing import Self

from reelmill import connection as connections
from reelmill.connection import Connection
from reelmill.methods.bulk import Bulk
from reelmill.methods.keys import Keys
from reelmill.methods.options import Options
from reelmill.methods.scans import Scans
from reelmill.methods.shares import Shares
from reelmill.methods.uploads import Uploads
from reelmill.store import Store
from reelmill.timing import Timing
from reelmill.transport import Transport
from reelmill.wire import trusted


class Client(Uploads, Scans, Bulk, Keys, Options, Shares):
    """One project of one Reelmill server. Use it as `async with Client(url, key) as client`.

    Every method raises ReelmillError: RefusedError for what the server says no to,
    ConnectionFailedError when it cannot be reached, ProtocolError when something else answers.
    """

    def __init__(
        self, url: str, key: str, *, timing: Timing | None = None, parallel_parts: int = 8
    ) -> None:
        """`url` such as `https://media.example.com`; raises ConfigurationError for a wrong one.
        At most `parallel_parts` parts are on their way at once, of all uploads together."""
        self._connection = connections.checked(url, key)
        self._timing = timing or Timing()
        self._tls = trusted()
        self._transport = Transport(self._connection, self._timing, self._tls)
        self._store = Store(self._timing, self._tls, parallel_parts)

    @classmethod
    def from_environment(cls, *, profile: str | None = None, timing: Timing | None = None) -> Self:
        """By a profile, REELMILL_API_URL and REELMILL_API_KEY, or a connection.json, as the command
        does. Raises ConfigurationError."""
        found = connections.find(profile=profile)
        return cls(found.url, found.key, timing=timing)

    @property
    def connection(self) -> Connection:
        """Where this client sends what it is told."""
        return self._connection

    async def close(self) -> None:
        """Close every connection."""
        await self._transport.close()
        await self._store.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
