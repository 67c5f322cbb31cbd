"""API keys, and whose this one is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from reelmill import documents
from reelmill.kinds import Scope
from reelmill.methods.base import Base, model
from reelmill.models import ApiKey, NewApiKey, Viewer


class Keys(Base):
    """Needs the scope ADMIN, but for `viewer`."""

    async def viewer(self) -> Viewer:
        """Whose key this is, and what it may do."""
        return model(Viewer, (await self._transport.execute(documents.VIEWER))["viewer"])

    async def api_keys(self) -> tuple[ApiKey, ...]:
        """Every key of the project, the revoked ones too."""
        data = await self._transport.execute(documents.API_KEYS)
        return tuple(model(ApiKey, each) for each in data["apiKeys"])

    async def create_api_key(
        self, name: str, scopes: Iterable[Scope | str], *, expires_at: datetime | None = None
    ) -> NewApiKey:
        """A new key. Its secret is told here and never again."""
        wanted = {
            "name": name,
            "scopes": [str(scope) for scope in scopes],
            "expiresAt": expires_at.isoformat() if expires_at else None,
        }
        return model(NewApiKey, await self._mutate(documents.CREATE_API_KEY, wanted))

    async def revoke_api_key(self, key_id: str) -> ApiKey:
        """End a key and close its connections. Raises ConflictError for the last with ADMIN."""
        payload = await self._mutate(documents.REVOKE_API_KEY, {"id": key_id})
        return model(ApiKey, payload["apiKey"])

    async def mutations(self) -> tuple[str, ...]:
        """What the API can be told to do, by name. Raises RefusedError where introspection is
        off."""
        data = await self._transport.execute(documents.MUTATIONS)
        return tuple(each["name"] for each in data["__type"]["fields"])
