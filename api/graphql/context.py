"""What every resolver gets: who asks, the services, the loaders."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import strawberry

from api.errors import Unauthenticated
from api.graphql.loaders import Loaders

if TYPE_CHECKING:
    from api.config import Settings
    from api.domain.models import Principal
    from api.services.auth import Auth
    from api.services.hub import Hub
    from api.services.library import Library
    from api.services.links import Links
    from api.services.playback import Playback
    from api.services.scan import Scans
    from api.services.transcodes import Transcodes
    from api.services.uploads import Uploads


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The use cases behind the contract."""

    settings: Settings
    auth: Auth
    library: Library
    hub: Hub
    links: Links
    playback: Playback
    scans: Scans
    transcodes: Transcodes
    uploads: Uploads


@dataclass(slots=True, kw_only=True)
class Context:
    """One request, or one WebSocket connection; `principal` is set once who asks is known."""

    services: Services
    principal: Principal | None = None
    cookie: str | None = None
    connection_params: dict[str, Any] = field(default_factory=dict)
    _loaders: Loaders | None = None

    @property
    def who(self) -> Principal:
        """Who asks. Raises Unauthenticated."""
        if self.principal is None:
            raise Unauthenticated("send a valid API key as `Authorization: Bearer rm_...`")
        return self.principal

    @property
    def loaders(self) -> Loaders:
        """Batches reads of the same kind within one operation."""
        if self._loaders is None:
            self._loaders = Loaders.of(self.services.library, self.who)
        return self._loaders


Info = strawberry.Info[Context, None]
