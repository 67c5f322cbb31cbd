"""What every resolver gets: who asks, the services, the loaders."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import strawberry

from api.domain.scopes import Scope
from api.errors import Unauthenticated
from api.graphql.loaders import Loaders
from api.services.auth import require

if TYPE_CHECKING:
    from api.config import Settings
    from api.domain.models import Job, Principal, Scan
    from api.services.assets import Assets
    from api.services.auth import Auth
    from api.services.captions import Captions
    from api.services.connections import Connection, Connections
    from api.services.doctor import Doctor
    from api.services.feed import Feed
    from api.services.gallery import Gallery
    from api.services.hub import Hub
    from api.services.keys import Keys
    from api.services.library import Library
    from api.services.links import Links
    from api.services.options import Options
    from api.services.playback import Playback
    from api.services.presets import Presets
    from api.services.scan import Scans
    from api.services.shares import Shares
    from api.services.transcodes import Transcodes
    from api.services.upload_credentials import UploadCredentials
    from api.services.uploads import Uploads


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The use cases behind the contract."""

    settings: Settings
    assets: Assets
    auth: Auth
    captions: Captions
    connections: Connections
    doctor: Doctor
    keys: Keys
    library: Library
    hub: Hub[Job]
    scan_hub: Hub[Scan]
    feed: Feed
    gallery: Gallery
    links: Links
    options: Options
    playback: Playback
    presets: Presets
    scans: Scans
    shares: Shares
    transcodes: Transcodes
    uploads: Uploads
    upload_credentials: UploadCredentials


@dataclass(slots=True, kw_only=True)
class Context:
    """One request, or one WebSocket connection; `principal` is set once who asks is known."""

    services: Services
    principal: Principal | None = None
    cookie: str | None = None
    connection: Connection | None = None
    connection_params: dict[str, Any] = field(default_factory=dict)
    _loaders: Loaders | None = None

    @property
    def who(self) -> Principal:
        """Who asks. Raises Unauthenticated."""
        if self.principal is None:
            raise Unauthenticated("send a valid API key as `Authorization: Bearer rm_...`")
        return self.principal

    @property
    def reader(self) -> Principal:
        """Who asks, with the scope READ. Raises Unauthenticated or Forbidden."""
        return self._with(Scope.READ)

    @property
    def writer(self) -> Principal:
        """Who asks, with the scope WRITE. Raises Unauthenticated or Forbidden."""
        return self._with(Scope.WRITE)

    @property
    def admin(self) -> Principal:
        """Who asks, with the scope ADMIN. Raises Unauthenticated or Forbidden."""
        return self._with(Scope.ADMIN)

    def _with(self, scope: Scope) -> Principal:
        require(self.who, scope)
        return self.who

    @property
    def loaders(self) -> Loaders:
        """Batches reads of the same kind within one operation."""
        if self._loaders is None:
            self._loaders = Loaders.of(self.services, self.reader)
        return self._loaders


Info = strawberry.Info[Context, None]
