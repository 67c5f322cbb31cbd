"""Scans of the store, the gallery, and the project's log."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing

from reelmill import documents
from reelmill.errors import ConnectionFailedError, NotFoundError, ProtocolError, UnavailableError
from reelmill.gallery import Gallery
from reelmill.methods.base import Base, model, names
from reelmill.models import Event, Scan, Viewer
from reelmill.timing import Patience
from reelmill.watch import watch


class Scans(Base):
    """What happens to the project as a whole."""

    async def scan(self, prefix: str = "") -> Scan:
        """Register the media that lie in the in bucket, all or below a folder.

        Answers after some seconds with what is known by then; a scan that is RUNNING goes on by
        itself, see `watch_scan`.
        """
        wanted = {"prefix": prefix, "idempotencyKey": uuid.uuid4().hex}
        payload = await self._mutate(documents.START_SCAN, wanted)
        if payload["scan"] is None:
            raise ProtocolError("the server started no scan and did not say why")
        return model(Scan, payload["scan"] | {"files": payload["files"]})

    async def scan_state(self, scan_id: str) -> Scan:
        """A scan as it is now. Raises NotFoundError."""
        data = await self._transport.execute(documents.SCAN, {"id": scan_id})
        if data["scan"] is None:
            raise NotFoundError(f"there is no scan {scan_id} in this project")
        return model(Scan, data["scan"])

    async def watch_scan(self, scan_id: str) -> AsyncGenerator[Scan, None]:
        """The scan as it is, then every change, to its end; over sockets or by asking."""
        states = watch(
            lambda: self._scan_stream(scan_id), lambda: self.scan_state(scan_id), self._timing
        )
        async with aclosing(states):
            async for scan in states:
                yield scan

    async def gallery(self, *, first: int = 50, refresh: bool = False) -> Gallery:
        """What was made last, with links. The server keeps it for minutes, unless `refresh`."""
        variables = {"first": first, "refresh": refresh}
        data = await self._transport.execute(documents.GALLERY, variables)
        return model(Gallery, data["gallery"])

    async def events(
        self, *, after: str | None = None, types: Iterable[str] | None = None
    ) -> AsyncGenerator[Event, None]:
        """The project's log, behind a cursor or from now on, without end and without a gap.

        A connection that breaks is opened again behind the last event. Raises ConflictError
        (EVENTS_EXPIRED) for a cursor from before what is kept, and ConnectionFailedError when the
        server stays away.
        """
        if after is None:
            # From this very moment: what happens while the first socket breaks is not lost.
            data = await self._transport.execute(documents.VIEWER)
            after = model(Viewer, data["viewer"]).project.event_cursor
        wanted = names(types)
        patience = self._patience()
        while True:
            try:
                stream = self._stream(documents.EVENTS, {"after": after, "types": wanted})
                async with aclosing(stream):
                    async for answer in stream:
                        event = model(Event, answer["events"])
                        yield event
                        after, patience = event.cursor, self._patience()
            except (ConnectionFailedError, UnavailableError):
                pause = patience.next_pause()
                if pause is None:
                    raise
            else:
                pause = self._timing.pause_after(1)  # the server stops, or has ended this socket
            await asyncio.sleep(pause)

    def _patience(self) -> Patience:
        return Patience(self._timing, self._timing.patience)

    async def _scan_stream(self, scan_id: str) -> AsyncGenerator[Scan, None]:
        answers = self._stream(documents.SCAN_UPDATED, {"id": scan_id})
        async with aclosing(answers):
            async for data in answers:
                yield model(Scan, data["scanUpdated"])
