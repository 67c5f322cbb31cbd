"""Assets that a job is to read: looked up for whoever asks, as the store has them now."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from api.adapters.postgres import assets
from api.adapters.postgres import keys as projects
from api.domain import ids, keys
from api.errors import NotFound, SourceEmpty, SourceNotFound
from schema import inputs as further

if TYPE_CHECKING:
    from api.adapters.postgres.pool import Connection, Database
    from api.adapters.s3 import Storage
    from api.domain.models import Asset, Principal
    from schema.recipe import Recipe


class Finder:
    """Nothing of another project is ever found."""

    def __init__(self, database: Database, storage: Storage, bucket: str) -> None:
        self._database = database
        self._storage = storage
        self._bucket = bucket

    async def by_id(self, who: Principal, asset_id: UUID, *, field: str = "input.assetId") -> Asset:
        """One asset. Raises NotFound, and what `by_key` raises."""
        async with self._database.tenant(who.project_id) as connection:
            asset = await assets.get(connection, asset_id)
        if asset is None:
            raise NotFound("there is no such asset in this project", field=field)
        found = await self.by_key(who, asset.key, field=field)
        if found.id != asset_id:
            raise NotFound("the asset was deleted meanwhile", field=field)
        return found

    async def by_key(self, who: Principal, key: str, *, field: str = "input.sourceKey") -> Asset:
        """The asset at a key as the store has it now; registered if nobody did before.

        Raises InvalidKey, SourceNotFound, SourceEmpty, and AssetBusy while it is being deleted.
        """
        checked = keys.check(key, field=field)
        async with self._database.system() as connection:
            await _check_owner(connection, who, checked, field)
        found = await self._storage.head(self._bucket, checked)
        if found is None:
            raise SourceNotFound(
                f"the bucket {self._bucket} has no object {checked!r}; upload it first",
                field=field,
            )
        if found.size == 0:
            raise SourceEmpty(f"the object {checked!r} is empty", field=field)
        async with self._database.tenant(who.project_id) as connection:
            return await assets.upsert(
                connection,
                who.project_id,
                bucket=self._bucket,
                key=checked,
                etag=found.etag,
                size=found.size,
            )

    async def inputs(self, who: Principal, recipe: Recipe) -> list[Asset]:
        """Every asset that a recipe names beside its source, in its order; raises as above."""
        return [await self.named(who, ref, field="input.recipe") for ref in further.named(recipe)]

    async def named(self, who: Principal, ref: further.AssetRef, *, field: str) -> Asset:
        """One that is named; raises as above."""
        if ref.asset_id is None:
            return await self.by_key(who, ref.key or "", field=field)
        return await self.by_id(
            who, ids.expect(ids.Kind.ASSET, ref.asset_id, field=field), field=field
        )


async def _check_owner(connection: Connection, who: Principal, key: str, field: str) -> None:
    foreign = await projects.nested_prefixes(connection, who.project_id, who.prefix)
    if not key.startswith(who.prefix) or key.startswith(tuple(foreign)):
        raise SourceNotFound(f"this project has no object {key!r}", field=field)
