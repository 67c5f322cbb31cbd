"""Signed links of one upload: asked for in batches, just before they are needed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from reelmill import documents
from reelmill.models import SignedPart
from reelmill.parts import batch
from reelmill.transport import Transport


@dataclass(frozen=True, slots=True)
class Link:
    """A link and the generation that it was signed in: links of one generation expire together."""

    part: SignedPart
    generation: int


class Links:
    """Hands out each part's link. Parts are taken in order, and again when one is sent again."""

    def __init__(
        self,
        transport: Transport,
        upload_id: str,
        *,
        last: int,
        limit: int,
        first: Iterable[SignedPart],
    ) -> None:
        self._transport = transport
        self._upload_id = upload_id
        self._last = last
        self._limit = limit
        self._ready = {part.number: part for part in first}
        self._done: set[int] = set()
        self._generation = 0
        self._lock = asyncio.Lock()

    async def take(self, number: int) -> Link:
        """The link of one part. Raises what the API raises."""
        async with self._lock:
            if number not in self._ready:
                await self._sign(number)
            return Link(self._ready.pop(number), self._generation)

    def done(self, number: int) -> None:
        """This part is stored and will not be asked for again."""
        self._done.add(number)
        self._ready.pop(number, None)

    def expired(self, link: Link) -> None:
        """The store no longer takes this link, so those signed with it are thrown away too."""
        if link.generation == self._generation:
            self._generation += 1
            self._ready.clear()

    async def _sign(self, number: int) -> None:
        # With links in stock only this one is missing: it is being sent again.
        limit = 1 if self._ready else self._limit
        numbers = batch(number, self._last, self._done, limit)
        data = await self._transport.execute(
            documents.SIGN_PARTS, {"input": {"uploadId": self._upload_id, "partNumbers": numbers}}
        )
        for signed in data["signUploadParts"]["parts"]:
            part = SignedPart.model_validate(signed)
            self._ready[part.number] = part
