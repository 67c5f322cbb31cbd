"""Links to films for people without a key: made, listed and revoked by those who have one, and
opened by anybody who has the link."""

from __future__ import annotations

import re
import secrets
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import structlog

from api.adapters.postgres import assets, events, outputs, shares
from api.domain import films
from api.domain.states import AssetStatus
from api.errors import AssetBusy, Conflict, InvalidInput, NotFound, ShareEnded, TooMany
from api.services.assets import check_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.adapters.postgres.pool import Connection, Database
    from api.domain.models import Asset, Output, Principal, Share
    from api.services.playback import Playback

_SECONDS: Final = 7 * 86_400
_LEAST: Final = 60
_MOST: Final = 366 * 86_400
_MOST_LIVE: Final = 100
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be shared, either an asset or one output, and for how long: `seconds` from now or
    until a time; seven days where neither is said."""

    asset_id: UUID | None = None
    output_id: UUID | None = None
    title: str | None = None
    seconds: int | None = None
    expires_at: datetime | None = None


class Shares:
    """The links of all projects. `public_url` is where their pages are."""

    def __init__(self, database: Database, playback: Playback, public_url: str) -> None:
        self._database = database
        self._playback = playback
        self._base = public_url.rstrip("/")

    async def create(self, who: Principal, wanted: Wanted) -> tuple[Share, str]:
        """A new link and its address, which is never shown again.

        Raises InvalidInput, NotFound, AssetBusy, Conflict where nothing plays yet, or TooMany.
        """
        check_title(wanted.title)
        expires_at = _end(wanted)
        token = secrets.token_urlsafe(32)
        async with self._database.tenant(who.project_id) as connection:
            asset = await _shared(connection, wanted)
            if await shares.live(connection, asset.id) >= _MOST_LIVE:
                raise TooMany(f"an asset has {_MOST_LIVE} links at most; revoke some")
            made = await shares.insert(
                connection,
                who.project_id,
                asset_id=asset.id,
                output_id=wanted.output_id,
                title=wanted.title,
                token=token,
                expires_at=expires_at,
            )
            await events.append(connection, who.project_id, "SHARE_CREATED", made.id)
        log.info("share link created", share_id=str(made.id), by=who.key_id)
        return made, f"{self._base}/s/{token}"

    async def revoke(self, who: Principal, share_id: UUID) -> Share:
        """End a link at once. Twice is no error. Raises NotFound."""
        async with self._database.tenant(who.project_id) as connection:
            revoked = await shares.revoke(connection, share_id)
            if revoked is not None:
                await events.append(connection, who.project_id, "SHARE_REVOKED", share_id)
                return revoked
            known = await shares.get_many(connection, [share_id])
        if not known:
            raise NotFound("there is no such share link in this project", field="input.id")
        return known[0]

    async def by_id(self, who: Principal, wanted: Sequence[UUID]) -> list[Share | None]:
        """Many links at once, in the order asked for."""
        async with self._database.tenant(who.project_id) as connection:
            found = {share.id: share for share in await shares.get_many(connection, wanted)}
        return [found.get(share_id) for share_id in wanted]

    async def of_assets(self, who: Principal, wanted: Sequence[UUID]) -> list[list[Share]]:
        """The links of many assets at once, newest first."""
        found: dict[UUID, list[Share]] = defaultdict(list)
        async with self._database.tenant(who.project_id) as connection:
            for share in await shares.of_assets(connection, wanted):
                found[share.asset_id].append(share)
        return [found[asset_id] for asset_id in wanted]

    async def film(self, token: str) -> dict[str, Any]:
        """What a page needs to play the film behind a link, and nothing else of its project.

        Raises NotFound for a link that nobody has made, or whose film is gone; ShareEnded.
        """
        if not _TOKEN.fullmatch(token):
            raise NotFound("there is no such link")
        # Nobody says whose it is before it is found; all else is read inside its project.
        async with self._database.system() as connection:
            share = await shares.find(connection, token)
        if share is None:
            raise NotFound("there is no such link")
        if share.revoked_at is not None or share.expires_at <= datetime.now(UTC):
            raise ShareEnded("this link has ended; ask whoever sent it for a new one")
        async with self._database.tenant(share.project_id) as connection:
            asset = await assets.get(connection, share.asset_id)
            made = await outputs.of_assets(connection, [share.asset_id])
        found = films.film(made, share.output_id)
        if asset is None or found is None:
            raise NotFound("this film is not there any more")
        return await self._page(share, asset, found)

    async def _page(self, share: Share, asset: Asset, film: films.Film) -> dict[str, Any]:
        shown = [film.played, film.poster, film.thumbnails, *film.captions]
        links = await self._playback.shared(share, [output for output in shown if output])
        facts = film.played.facts
        return {
            "title": share.title or facts.get("title") or asset.title,
            "kind": film.played.kind,
            "contentType": film.played.content_type,
            "duration": facts.get("duration"),
            "width": facts.get("width"),
            "height": facts.get("height"),
            "playbackUrl": links[film.played.id],
            "posterUrl": links[film.poster.id] if film.poster else None,
            "thumbnailsUrl": links[film.thumbnails.id] if film.thumbnails else None,
            "captions": [_caption(each, links[each.id]) for each in film.captions],
            "expiresAt": share.expires_at,
        }


def _caption(output: Output, url: str) -> dict[str, Any]:
    return {
        "url": url,
        "language": films.language(output),
        "label": output.facts.get("label"),
        "saved": films.is_saved(output),
    }


async def _shared(connection: Connection, wanted: Wanted) -> Asset:
    """The asset that is to be seen. Raises NotFound, AssetBusy, InvalidInput or Conflict."""
    if (wanted.asset_id is None) == (wanted.output_id is None):
        raise InvalidInput("give either assetId or outputId", field="input.assetId")
    asset_id = wanted.asset_id
    if wanted.output_id is not None:
        output = await outputs.get(connection, wanted.output_id)
        if output is None:
            raise NotFound("there is no such output in this project", field="input.outputId")
        if output.kind not in films.PLAYABLE:
            raise InvalidInput("this output is nothing that plays", field="input.outputId")
        asset_id = output.asset_id
    # Locked: an asset that is deleted meanwhile would take the link along.
    asset = await assets.lock(connection, asset_id) if asset_id else None
    if asset is None:
        raise NotFound("there is no such asset in this project", field="input.assetId")
    if asset.status is AssetStatus.DELETING:
        raise AssetBusy("the asset is being deleted")
    if films.film(await outputs.of_assets(connection, [asset.id]), wanted.output_id) is None:
        raise Conflict("nothing of this asset plays yet; transcode it first", field="input.assetId")
    return asset


def _end(wanted: Wanted) -> datetime:
    now = datetime.now(UTC)
    if wanted.expires_at is None:
        seconds, field = _SECONDS if wanted.seconds is None else wanted.seconds, "input.expiresIn"
    elif wanted.seconds is not None:
        raise InvalidInput("give either expiresIn or expiresAt", field="input.expiresAt")
    elif wanted.expires_at.tzinfo is None:
        raise InvalidInput(
            "a time needs its zone, such as 2030-01-01T00:00:00Z", field="input.expiresAt"
        )
    else:
        seconds, field = int((wanted.expires_at - now).total_seconds()), "input.expiresAt"
    if not _LEAST <= seconds <= _MOST:
        raise InvalidInput("a share link lives one minute to 366 days", field=field)
    return wanted.expires_at or now + timedelta(seconds=seconds)
