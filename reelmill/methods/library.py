"""What lies in the store, and what can be made of it: assets, presets, usage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from reelmill import documents
from reelmill.errors import NotFoundError
from reelmill.kinds import AssetKind, AssetOrder, AssetStatus
from reelmill.methods.base import Base, given, model, names, page
from reelmill.models import Asset, Page, Preset, Usage
from reelmill.options import MediaOptions
from reelmill.recipes import Recipe, as_input


class Library(Base):
    """Sources and recipes."""

    async def presets(self) -> tuple[Preset, ...]:
        """The recipes that have a name."""
        data = await self._transport.execute(documents.PRESETS)
        return tuple(model(Preset, each) for each in data["presets"])

    async def assets(
        self,
        *,
        first: int = 50,
        after: str | None = None,
        key: str | None = None,
        prefix: str | None = None,
        status: Iterable[AssetStatus | str] | None = None,
        kind: AssetKind | str | None = None,
        tag: str | None = None,
        text: str | None = None,
        sha256: str | None = None,
        md5: str | None = None,
        video_codec: Iterable[str] | None = None,
        audio_codec: Iterable[str] | None = None,
        duration_from: float | None = None,
        duration_to: float | None = None,
        size_from: int | None = None,
        size_to: int | None = None,
        order: AssetOrder | str = AssetOrder.CREATED_AT_DESC,
    ) -> Page[Asset]:
        """A page of 1 to 100 sources, newest first unless `order` says otherwise. Filtered by exact
        key, folder, status, kind, tag, digests in hex, `text` (every word begins a word of title,
        key or tags), codecs (any of these), seconds and bytes (from: at least; to: at most). A
        cursor is for the order that it was made in."""
        wanted = {
            "key": key,
            "prefix": prefix,
            "status": names(status),
            "kind": None if kind is None else str(kind),
            "tag": tag,
            "text": text,
            "sha256": sha256,
            "md5": md5,
            "videoCodec": names(video_codec),
            "audioCodec": names(audio_codec),
            "durationFrom": duration_from,
            "durationTo": duration_to,
            "sizeFrom": size_from,
            "sizeTo": size_to,
        }
        variables = {"first": first, "after": after, "filter": given(wanted), "order": str(order)}
        data = await self._transport.execute(documents.ASSETS, variables)
        return page(Asset, data["assets"])

    async def asset(self, asset_id: str) -> Asset:
        """One source. Raises NotFoundError."""
        data = await self._transport.execute(documents.ASSET, {"id": asset_id})
        if data["asset"] is None:
            raise NotFoundError(f"there is no asset {asset_id} in this project")
        return model(Asset, data["asset"])

    async def update_asset(
        self,
        asset_id: str,
        *,
        title: str | None = None,
        tags: Iterable[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        options: MediaOptions | None = None,
    ) -> Asset:
        """Change what is said here; `tags`, `metadata` and `options` take the place of the earlier
        ones."""
        wanted = {
            "id": asset_id,
            "title": title,
            "tags": None if tags is None else list(tags),
            "metadata": metadata,
            "options": options.as_input() if options is not None else None,
        }
        payload = await self._mutate(documents.UPDATE_ASSET, wanted)
        return model(Asset, payload["asset"])

    async def delete_asset(self, asset_id: str, *, delete_source: bool = False) -> Asset:
        """Delete it with its jobs and what only they refer to; with `delete_source` the object in
        the in bucket too. Raises ConflictError (ASSET_BUSY) while a job of it is not final."""
        wanted = {"id": asset_id, "deleteSource": delete_source}
        payload = await self._mutate(documents.DELETE_ASSET, wanted)
        return model(Asset, payload["asset"])

    async def usage(self, *, begin: datetime | None = None, end: datetime | None = None) -> Usage:
        """What the project holds now, and what the jobs that ended between two times cost."""
        variables = {
            "from": begin.isoformat() if begin else None,
            "to": end.isoformat() if end else None,
        }
        data = await self._transport.execute(documents.USAGE, variables)
        return model(Usage, data["usage"])

    async def save_preset(
        self,
        name: str,
        recipe: Recipe | Mapping[str, Any],
        *,
        title: str | None = None,
        description: str | None = None,
    ) -> Preset:
        """Give a recipe a name; saving again makes the next version. Raises ConflictError
        (PRESET_BUILTIN) for the name of a built-in one."""
        wanted = {
            "name": name,
            "title": title,
            "description": description,
            "recipe": as_input(recipe),
        }
        payload = await self._mutate(documents.SAVE_PRESET, wanted)
        return model(Preset, payload["preset"])

    async def delete_preset(self, name: str) -> str:
        """Take a name away; jobs keep their recipes."""
        payload = await self._mutate(documents.DELETE_PRESET, {"name": name})
        return str(payload["name"])
