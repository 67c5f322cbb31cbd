"""One leader of all API processes: an advisory lock on a connection of its own."""

from __future__ import annotations

from api.adapters.postgres import pool
from api.errors import DatabaseUnavailable

_LOCK = 7_235_846_320


class Leadership:
    """Held while its connection lives; TCP keepalives let go of a lost node within seconds."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: pool.LoneConnection | None = None
        self._held = False

    async def hold(self) -> bool:
        """Take the lead or keep it; False while another process has it, or nobody can."""
        try:
            if self._connection is None or self._connection.is_closed():
                self._held = False
                self._connection = await pool.connect(self._url)
            with pool.translated():
                if self._held:
                    await self._connection.fetchval("select 1", timeout=5)
                else:
                    self._held = bool(
                        await self._connection.fetchval(
                            "select pg_try_advisory_lock($1)", _LOCK, timeout=5
                        )
                    )
        except DatabaseUnavailable:
            self.release()
        return self._held

    def release(self) -> None:
        """Let go at once."""
        self._held = False
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None
