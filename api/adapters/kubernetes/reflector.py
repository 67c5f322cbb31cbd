"""A copy of the cluster's objects of one kind that follows them: list, watch, and list again.

The client's own Watch builds its objects three times over, retries an expired version with the
same version, and has no pause between connections. This one never gives up, and what it holds is
slim (`seen.py`).
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar
from uuid import UUID

import structlog

from api.adapters.kubernetes.cluster import ClusterRefusal
from api.errors import ClusterUnavailable

if TYPE_CHECKING:
    from api.adapters.kubernetes.cluster import Cluster

Json = dict[str, Any]


class Seen(Protocol):
    """What is kept of an object."""

    @property
    def uid(self) -> UUID:
        """Its identity; a name may come again."""


S = TypeVar("S", bound=Seen)

_PAGE: Final = 500
_FIRST_PAUSE: Final = 0.2
_LONGEST_PAUSE: Final = 30.0
_WATCH_SECONDS: Final = 240.0
# Bookmarks come about once a minute where nothing happens; silence for longer is a dead connection.
_SILENCE_SECONDS: Final = 100.0
# A watch that lives no longer has told nothing worth to go on from.
_SHORT_SECONDS: Final = 5.0
_GONE: Final = 410

log = structlog.get_logger(__name__)


class _Expired(Exception):  # noqa: N818 - part of the protocol
    """The server has forgotten the version we stand at."""


class Reflector(Generic[S]):
    """`changed` is called for each object with what it was and what it is, None for not there."""

    def __init__(
        self,
        cluster: Cluster,
        path: str,
        selector: str,
        *,
        keep: Callable[[Json], S],
        changed: Callable[[S | None, S | None], None],
    ) -> None:
        self._cluster = cluster
        self._path = path
        self._selector = selector
        self._keep = keep
        self._changed = changed
        self._items: dict[UUID, S] = {}
        self._heard = time.monotonic()
        self.ready = asyncio.Event()

    @property
    def items(self) -> Mapping[UUID, S]:
        """Everything that is there, by uid."""
        return self._items

    @property
    def age(self) -> float:
        """Seconds since the cluster has said anything, bookmarks included."""
        return time.monotonic() - self._heard

    async def run(self) -> None:
        """Follow the cluster until canceled."""
        pause = _FIRST_PAUSE
        while True:
            try:
                version = await self._list()
                pause = _FIRST_PAUSE
                while True:
                    began = time.monotonic()
                    version = await self._watch(version)
                    if time.monotonic() - began < _FIRST_PAUSE:
                        # A server that closes each watch at once must not be called in a loop.
                        await asyncio.sleep(_FIRST_PAUSE)
            except _Expired:
                log.info("a watch has expired and is listed anew", path=self._path)
            except (ClusterUnavailable, ClusterRefusal) as error:
                log.warning("a watch waits for the cluster", path=self._path, reason=str(error))
                pause = min(2 * pause, _LONGEST_PAUSE)
            except Exception:
                log.exception("a watch has failed and begins anew", path=self._path)
                pause = min(2 * pause, _LONGEST_PAUSE)
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - no secret

    async def _list(self) -> str:
        """Read all, tell of every difference, and return the version to watch from."""
        found: dict[UUID, S] = {}
        token: str | None = ""
        version = ""
        while token is not None:
            page = await self._page(token)
            for raw in page.get("items") or ():
                if (seen := self._kept(raw)) is not None:
                    found[seen.uid] = seen
            version = str(page["metadata"]["resourceVersion"])
            token = page["metadata"].get("continue") or None
        before, self._items = self._items, found
        self.ready.set()
        for uid in before.keys() - found.keys():
            self._changed(before[uid], None)
        for uid, now in found.items():
            if before.get(uid) != now:
                self._changed(before.get(uid), now)
        return version

    async def _page(self, token: str) -> Json:
        query = [("labelSelector", self._selector), ("limit", str(_PAGE))]
        if token:
            query.append(("continue", token))
        try:
            page = await self._cluster.call("GET", self._path, query=query)
        except ClusterRefusal as refusal:
            if refusal.status == _GONE:
                raise _Expired from refusal
            raise
        self._heard = time.monotonic()
        return page

    async def _watch(self, version: str) -> str:
        """Follow for some minutes; returns the version to go on from. Raises _Expired.

        A connection that breaks is no reason to list: whatever was missed comes with the next one.
        """
        seconds = _WATCH_SECONDS * random.uniform(1.0, 1.25)  # noqa: S311 - no secret
        query = [
            ("labelSelector", self._selector),
            ("watch", "true"),
            ("allowWatchBookmarks", "true"),
            ("resourceVersion", version),
            ("timeoutSeconds", str(int(seconds))),
        ]
        began = time.monotonic()
        try:
            async for event in self._cluster.lines(
                self._path, query=query, silence=_SILENCE_SECONDS
            ):
                self._heard = time.monotonic()
                version = self._take(event)
        except ClusterUnavailable as error:
            if time.monotonic() - began < _SHORT_SECONDS:
                raise  # with longer and longer pauses
            log.info("a watch was cut off", path=self._path, reason=str(error))
        except ClusterRefusal as refusal:
            if refusal.status == _GONE:
                raise _Expired from refusal
            raise
        return version

    def _take(self, event: Json) -> str:
        kind, raw = event["type"], event["object"]
        if kind == "ERROR":
            if raw.get("code") == _GONE:
                raise _Expired
            raise ClusterRefusal(
                int(raw.get("code") or 0), str(raw.get("reason")), str(raw.get("message"))
            )
        version = str(raw["metadata"]["resourceVersion"])
        if kind == "BOOKMARK":
            return version
        if (seen := self._kept(raw)) is None:
            return version
        before = self._items.get(seen.uid)
        if kind == "DELETED":
            self._items.pop(seen.uid, None)
            self._changed(before or seen, None)
        elif before != seen:
            self._items[seen.uid] = seen
            self._changed(before, seen)
        return version

    def _kept(self, raw: Json) -> S | None:
        """An object that we cannot read must not end the watch of all others."""
        try:
            return self._keep(raw)
        except (KeyError, TypeError, ValueError, AttributeError):
            log.exception("an object of the cluster cannot be read", path=self._path)
            return None
