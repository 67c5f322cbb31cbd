"""API keys from the administrator's side: make, list, revoke."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import structlog

from api.adapters.postgres import events, keys
from api.domain import tokens
from api.errors import InvalidInput, LastAdminKey, NotFound, TooMany

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.adapters.postgres.pool import Database
    from api.domain.models import ApiKey, Principal
    from api.domain.scopes import Scope
    from api.services.connections import Connections

_MAX_NAME: Final = 100
_MAX_KEYS: Final = 1000

log = structlog.get_logger(__name__)


class Keys:
    """The keys of one project. Every caller has checked the scope ADMIN."""

    def __init__(self, database: Database, connections: Connections) -> None:
        self._database = database
        self._connections = connections

    async def create(
        self, who: Principal, *, name: str, scopes: Sequence[Scope], expires_at: datetime | None
    ) -> tuple[ApiKey, str]:
        """A new key and its text, which is never shown again.

        Raises InvalidInput, or TooMany beyond 1,000 keys.
        """
        _check(name, scopes, expires_at)
        fresh = tokens.new_api_key()
        wanted = list(dict.fromkeys(scopes))
        async with self._database.tenant(who.project_id) as connection:
            await keys.lock(connection, who.project_id)
            if await keys.count(connection, who.project_id) >= _MAX_KEYS:
                raise TooMany(f"a project has {_MAX_KEYS:,} keys at most, revoked ones included")
            made = await keys.insert(
                connection, who.project_id, fresh, name=name, scopes=wanted, expires_at=expires_at
            )
            # Keys have ids of another form than all else: the payload names them.
            await events.append(
                connection, who.project_id, "API_KEY_CREATED", who.project_id, {"keyId": made.id}
            )
        log.info("API key created", key_id=made.id, by=who.key_id)
        return made, fresh.text

    async def listed(self, who: Principal) -> list[ApiKey]:
        """Every key, newest first."""
        async with self._database.tenant(who.project_id) as connection:
            return await keys.listed(connection, who.project_id)

    async def revoke(self, who: Principal, key_id: str) -> ApiKey:
        """End a key at once. Twice is no error.

        Raises NotFound, or LastAdminKey when nobody could manage keys any more.
        """
        async with self._database.tenant(who.project_id) as connection:
            await keys.lock(connection, who.project_id)
            known = {key.id: key for key in await keys.listed(connection, who.project_id)}
            found = known.get(key_id)
            if found is None:
                raise NotFound("there is no such API key in this project", field="input.id")
            if found.revoked_at is not None:
                return found
            if not await keys.other_admins(connection, who.project_id, key_id):
                raise LastAdminKey("create another key with ADMIN first", field="input.id")
            revoked = await keys.revoke(connection, who.project_id, key_id)
            await events.append(
                connection, who.project_id, "API_KEY_REVOKED", who.project_id, {"keyId": key_id}
            )
        self._connections.revoked([key_id])
        log.info("API key revoked", key_id=key_id, by=who.key_id)
        return revoked or found


def _check(name: str, scopes: Sequence[Scope], expires_at: datetime | None) -> None:
    if not 1 <= len(name.strip()) <= _MAX_NAME:
        raise InvalidInput(f"a name has 1 to {_MAX_NAME} characters", field="input.name")
    if not scopes:
        raise InvalidInput("a key needs one scope at least", field="input.scopes")
    if expires_at is None:
        return
    if expires_at.tzinfo is None:
        raise InvalidInput(
            "a time needs its zone, such as 2030-01-01T00:00:00Z", field="input.expiresAt"
        )
    if expires_at <= datetime.now(UTC):
        raise InvalidInput("this time has passed", field="input.expiresAt")
