"""LISTEN and NOTIFY: one connection a process, however many subscribers there are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from uuid import UUID

from api.adapters.postgres import pool

_CHANNEL = "reelmill"
_ITEMS_A_MESSAGE = 180  # about 40 bytes each; a payload holds 8,000

Item = tuple[str, UUID]


class Listener:
    """Hears from every process what has changed, as (kind, id), and tells of our changes."""

    def __init__(self, url: str, heard: Callable[[Item], None]) -> None:
        self._url = url
        self._heard = heard
        self._connection: pool.LoneConnection | None = None
        self._connecting = asyncio.Lock()

    async def connect(self) -> pool.LoneConnection:
        """Listen; a broken connection is replaced. Raises DatabaseUnavailable."""
        async with self._connecting:
            if self._connection is None or self._connection.is_closed():
                connection = await pool.connect(self._url)
                with pool.translated():
                    await connection.add_listener(_CHANNEL, self._receive)
                self._connection = connection
            return self._connection

    def _receive(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        for text in str(payload).split(","):
            kind, _, digits = text.partition(":")
            self._heard((kind, UUID(hex=digits)))

    async def tell(self, items: Iterable[Item]) -> None:
        """Wake every process. Raises DatabaseUnavailable."""
        connection = await self.connect()
        texts = [f"{kind}:{entity.hex}" for kind, entity in items]
        with pool.translated():
            for start in range(0, len(texts), _ITEMS_A_MESSAGE):
                payload = ",".join(texts[start : start + _ITEMS_A_MESSAGE])
                await connection.execute("select pg_notify($1, $2)", _CHANNEL, payload)

    async def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._connection.terminate()
