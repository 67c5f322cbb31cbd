"""The same with many assets or jobs: one request for a hundred of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final

from reelmill import documents
from reelmill.errors import RefusedError, from_user_errors
from reelmill.methods.base import Base, M, given, model
from reelmill.models import Asset, Job
from reelmill.transport import place

MOST: Final = 100  # what one request takes


class Bulk(Base):
    """Each thing stands for itself: one that is refused keeps no other from being done.

    The answers are in the order of the ids, and have the error in the place of what was refused.
    An error that is raised is about a whole request: what was asked in hundreds before it is done,
    and may be asked again, to retry jobs with the same key.
    """

    async def update_assets(
        self,
        asset_ids: Iterable[str],
        *,
        add_tags: Iterable[str] = (),
        remove_tags: Iterable[str] = (),
    ) -> list[Asset | RefusedError]:
        """Give tags to many assets and take others away. Raises InvalidInputError without a tag."""
        wanted = {"addTags": list(add_tags) or None, "removeTags": list(remove_tags) or None}
        return await self._many(documents.UPDATE_ASSETS, Asset, asset_ids, wanted)

    async def delete_assets(
        self, asset_ids: Iterable[str], *, delete_source: bool = False
    ) -> list[Asset | RefusedError]:
        """`delete_asset` for many: what is busy (ASSET_BUSY) stays."""
        wanted = {"deleteSource": delete_source}
        return await self._many(documents.DELETE_ASSETS, Asset, asset_ids, wanted)

    async def cancel_jobs(self, job_ids: Iterable[str]) -> list[Job | RefusedError]:
        """`cancel_job` for many."""
        return await self._many(documents.CANCEL_JOBS, Job, job_ids, {})

    async def retry_jobs(
        self, job_ids: Iterable[str], *, idempotency_key: str | None = None
    ) -> list[Job | RefusedError]:
        """`retry_job` for many: the new jobs. With the same key they are the same, each for its
        job."""
        wanted = {"idempotencyKey": idempotency_key or uuid.uuid4().hex}
        return await self._many(documents.RETRY_JOBS, Job, job_ids, wanted)

    async def _many(
        self, document: str, kind: type[M], ids: Iterable[str], wanted: Mapping[str, Any]
    ) -> list[M | RefusedError]:
        asked = list(ids)
        found: list[M | RefusedError] = []
        for start in range(0, len(asked), MOST):
            some = asked[start : start + MOST]
            data = await self._transport.execute(
                document, {"input": {"ids": some, **given(wanted)}}, partly=True
            )
            found += _told(kind, next(iter(data.values())))
        return found


def _told(kind: type[M], payload: Mapping[str, Any]) -> list[M | RefusedError]:
    """What has become of each."""
    refused = {place(each): each for each in payload["userErrors"]}
    (nodes,) = (value for name, value in payload.items() if name != "userErrors")
    return [
        model(kind, node) if node is not None else from_user_errors([refused[at]])
        for at, node in enumerate(nodes)
    ]
