"""What people change of an asset: its title, tags and metadata, and whether there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from api.adapters.postgres import assets, events
from api.domain.models import Asset, Json, Principal
from api.domain.states import AssetStatus
from api.errors import AssetBusy, InvalidInput, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from api.adapters.postgres.pool import Database
    from api.services.options import Options

_MAX_TITLE: Final = 300
_MAX_TAGS: Final = 50
_MAX_TAG: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetChange:
    """What to change; None leaves a field as it is."""

    title: str | None = None
    tags: Sequence[str] | None = None
    add_tags: Sequence[str] | None = None
    remove_tags: Sequence[str] | None = None
    metadata: Json | None = None
    options: dict[str, Any] | None = None


class Assets:
    """Change and delete. `cleaner` is told when there is something to delete."""

    def __init__(self, database: Database, options: Options, cleaner: Callable[[], None]) -> None:
        self._database = database
        self._options = options
        self._cleaner = cleaner

    async def update(self, who: Principal, asset_id: UUID, change: AssetChange) -> Asset:
        """Change what is given. Raises NotFound, AssetBusy while it is being deleted, and what
        wrong options raise."""
        check_title(change.title)
        options = None
        if change.options is not None:
            options = (await self._options.checked(who, change.options)).stored()
        async with self._database.tenant(who.project_id) as connection:
            asset = await assets.lock(connection, asset_id)
            if asset is None:
                raise NotFound("there is no such asset in this project", field="input.id")
            changed = await assets.edit(
                connection,
                asset_id,
                title=change.title,
                tags=_tags(asset, change),
                metadata=change.metadata,
                options=options,
            )
            if changed is None:
                raise AssetBusy("the asset is being deleted", field="input.id")
            await events.append(connection, who.project_id, "ASSET_UPDATED", asset_id)
        return changed

    async def delete(self, who: Principal, asset_id: UUID, *, delete_source: bool) -> Asset:
        """Begin to delete; asked twice, the source goes if it was asked for once.

        Raises NotFound, or AssetBusy while a job of it has not ended.
        """
        async with self._database.tenant(who.project_id) as connection:
            asset = await assets.lock(connection, asset_id)
            if asset is None:
                raise NotFound("there is no such asset in this project", field="input.id")
            if await assets.is_busy(connection, asset_id):
                raise AssetBusy("cancel its jobs, or wait until they end", field="input.id")
            doomed = await assets.doom(connection, asset_id, delete_source=delete_source)
            if asset.status is not AssetStatus.DELETING:
                await events.append(connection, who.project_id, "ASSET_DELETING", asset_id)
        self._cleaner()
        return doomed or asset


def check_title(title: str | None, *, field: str = "input.title") -> None:
    """Raise InvalidInput unless a title, where there is one, has 1 to 300 characters."""
    if title is not None and not 1 <= len(title) <= _MAX_TITLE:
        raise InvalidInput(f"a title has 1 to {_MAX_TITLE} characters", field=field)


def check_tags(tags: Sequence[str], *, field: str = "input.tags") -> list[str]:
    """The tags without blanks around them, each once, in order. Raises InvalidInput."""
    found = list(dict.fromkeys(tag.strip() for tag in tags))
    if len(found) > _MAX_TAGS:
        raise InvalidInput(f"an asset has {_MAX_TAGS} tags at most", field=field)
    if any(not 1 <= len(tag) <= _MAX_TAG for tag in found):
        raise InvalidInput(f"a tag has 1 to {_MAX_TAG} characters", field=field)
    return found


def _tags(asset: Asset, change: AssetChange) -> list[str] | None:
    """All its tags from now on; None where nothing is said of them. Raises InvalidInput."""
    if change.add_tags is None and change.remove_tags is None:
        return None if change.tags is None else check_tags(change.tags)
    removed = {tag.strip() for tag in change.remove_tags or ()}
    kept = [tag for tag in asset.tags if tag not in removed]
    return check_tags([*kept, *(change.add_tags or ())], field="input.addTags")
