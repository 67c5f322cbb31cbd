"""Share links: made, listed, revoked."""

from __future__ import annotations

from datetime import datetime

from reelmill import share_documents as documents
from reelmill.errors import NotFoundError
from reelmill.methods.base import Base, model
from reelmill.shares import NewShareLink, ShareLink


class Shares(Base):
    """Links that open without a key."""

    async def create_share_link(
        self,
        *,
        asset_id: str | None = None,
        output_id: str | None = None,
        title: str | None = None,
        expires_in: int | None = None,
        expires_at: datetime | None = None,
    ) -> NewShareLink:
        """Share an asset, or one of its outputs. It ends after `expires_in` seconds, or at a time;
        after seven days where neither is said. Its address is told here and never again. Raises
        ConflictError while nothing of the asset plays."""
        wanted = {
            "assetId": asset_id,
            "outputId": output_id,
            "title": title,
            "expiresIn": expires_in,
            "expiresAt": expires_at.isoformat() if expires_at else None,
        }
        return model(NewShareLink, await self._mutate(documents.CREATE_SHARE_LINK, wanted))

    async def revoke_share_link(self, share_id: str) -> ShareLink:
        """End a link at once; twice is no error. Raises NotFoundError."""
        payload = await self._mutate(documents.REVOKE_SHARE_LINK, {"id": share_id})
        return model(ShareLink, payload["shareLink"])

    async def share_links(self, asset_id: str) -> tuple[ShareLink, ...]:
        """The links of an asset, newest first, the ended ones too. Raises NotFoundError."""
        data = await self._transport.execute(documents.SHARE_LINKS, {"id": asset_id})
        if data["asset"] is None:
            raise NotFoundError(f"there is no asset {asset_id} in this project")
        return tuple(model(ShareLink, each) for each in data["asset"]["shareLinks"])
