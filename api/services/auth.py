"""Who asks: API keys and browser sessions."""

from __future__ import annotations

import struct
import time
from typing import Final

from api.adapters.postgres import keys
from api.adapters.postgres.pool import Database
from api.domain import tokens
from api.domain.models import Principal
from api.domain.scopes import Scope
from api.errors import Forbidden, Unauthenticated

_PURPOSE: Final = "session"
_SIGN_IN = "send a valid API key as `Authorization: Bearer rm_...`, or sign in"


class Auth:
    """Turns keys and session cookies into a Principal."""

    def __init__(self, database: Database, *, signing_key: bytes, session_seconds: int) -> None:
        self._database = database
        self._signing_key = signing_key
        self.session_seconds = session_seconds

    async def by_header(self, header: str | None) -> Principal:
        """The holder of `Bearer rm_...`. Raises Unauthenticated."""
        scheme, _, text = (header or "").partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated(_SIGN_IN)
        return await self.by_key(text.strip())

    async def by_key(self, text: str) -> Principal:
        """The holder of an API key. Raises Unauthenticated."""
        key = tokens.parse_api_key(text)
        if key is None:
            raise Unauthenticated(_SIGN_IN)
        async with self._database.statement() as connection:
            found = await keys.find(connection, key)
        if found is None:
            raise Unauthenticated("this API key is unknown, revoked or expired")
        return found

    async def by_session(self, cookie: str) -> Principal:
        """The holder of a session cookie; it ends with its key. Raises Unauthenticated."""
        expires, key_id = self._opened(cookie)
        if expires < time.time():
            raise Unauthenticated("the session has ended; sign in again")
        async with self._database.statement() as connection:
            found = await keys.find_by_id(connection, key_id)
        if found is None:
            raise Unauthenticated("the key behind this session is revoked or expired")
        return found

    def session_end(self, cookie: str) -> int:
        """When a session ends, in Unix time. Raises Unauthenticated."""
        return self._opened(cookie)[0]

    def _opened(self, cookie: str) -> tuple[int, str]:
        payload = tokens.unsign(self._signing_key, _PURPOSE, cookie)
        if payload is None or len(payload) <= 4:
            raise Unauthenticated(_SIGN_IN)
        (expires,) = struct.unpack(">I", payload[:4])
        return expires, payload[4:].decode()

    def session(self, principal: Principal) -> str:
        """The value of a session cookie: expiry and key id, signed. It holds no secret."""
        expires = struct.pack(">I", int(time.time()) + self.session_seconds)
        return tokens.sign(self._signing_key, _PURPOSE, expires + principal.key_id.encode())


def require(principal: Principal, scope: Scope) -> None:
    """Raise Forbidden unless the key has the scope."""
    if scope not in principal.scopes:
        raise Forbidden(f"this API key lacks the scope {scope}")
