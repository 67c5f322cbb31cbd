"""What jobs by preset inherit."""

from __future__ import annotations

from reelmill import option_documents as documents
from reelmill.errors import NotFoundError
from reelmill.methods.base import Base, model
from reelmill.options import AssetOptions, MediaOptions


class Options(Base):
    """Media options of the project and of assets."""

    async def defaults(self) -> MediaOptions:
        """What the project's jobs by preset inherit."""
        data = await self._transport.execute(documents.DEFAULTS)
        return model(MediaOptions, data["viewer"]["project"]["defaults"])

    async def set_defaults(self, options: MediaOptions) -> MediaOptions:
        """Put these in place of all earlier ones; needs the scope ADMIN."""
        payload = await self._mutate(documents.UPDATE_PROJECT, {"defaults": options.as_input()})
        return model(MediaOptions, payload["project"]["defaults"])

    async def asset_options(self, asset_id: str) -> AssetOptions:
        """Those of an asset, and where they come from. Raises NotFoundError."""
        data = await self._transport.execute(documents.ASSET_OPTIONS, {"id": asset_id})
        if data["asset"] is None:
            raise NotFoundError(f"there is no asset {asset_id} in this project")
        return model(AssetOptions, data["asset"]["options"])
