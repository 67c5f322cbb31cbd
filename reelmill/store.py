"""Puts parts to presigned links. The API key never comes here."""

from __future__ import annotations

import asyncio
import re
import ssl
import threading
from collections import defaultdict
from collections.abc import Callable
from enum import Enum
from typing import Final

from reelmill import route as routes
from reelmill.errors import ConflictError, TransferError
from reelmill.files import SourceFile
from reelmill.lane import Answer, Lane
from reelmill.models import SignedPart
from reelmill.parts import Part
from reelmill.timing import Timing
from reelmill.wire import USER_AGENT

_RENEW: Final = frozenset({"ExpiredToken", "RequestTimeTooSkewed"})
_AGAIN: Final = frozenset(
    {"RequestTimeout", "IncompleteBody", "BadDigest", "OperationAborted", "SlowDown"}
)
_UNSIGNED: Final = "It refuses fresh links too: check the API's S3 settings, and both clocks."
_SHOWN: Final = 300


class Verdict(Enum):
    """What an answer of the store means for the part."""

    DONE = "done"
    AGAIN = "again"
    RENEW = "renew"
    GONE = "gone"
    REFUSED = "refused"


class PartError(TransferError):
    """A part was not taken. `verdict` says whether another try helps."""

    def __init__(self, message: str, verdict: Verdict) -> None:
        hint = _UNSIGNED if verdict is Verdict.RENEW else None
        super().__init__(message, hint=hint)
        self.verdict = verdict


class Store:
    """The S3 side of all uploads of one client: at most `slots` parts are on their way at once."""

    def __init__(self, timing: Timing, tls: ssl.SSLContext, slots: int) -> None:
        self._timing = timing
        self._tls = tls
        self._slots = asyncio.Semaphore(slots)
        self._idle: dict[str, list[Lane]] = defaultdict(list)

    async def put(
        self, link: SignedPart, file: SourceFile, part: Part, on_bytes: Callable[[int], None]
    ) -> None:
        """Send one part. Raises PartError, FileError, ConflictError when the upload is gone, and
        ConnectionFailedError. `on_bytes` is called in a thread."""
        async with self._slots:
            answer = await self._sent(link, file, part, on_bytes)
        code = _code(answer.body)
        found = verdict(answer.status, code)
        if found is Verdict.GONE:
            raise ConflictError(
                "the store has thrown the upload away; start again", code="UPLOAD_CLOSED"
            )
        if found is not Verdict.DONE:
            said = code or answer.body[:_SHOWN].strip() or answer.reason
            place = f"the store {routes.origin(link.url)}"
            raise PartError(
                f"{place} refused part {link.number}: {said} (HTTP status {answer.status})", found
            )

    async def close(self) -> None:
        """Close its connections."""
        for lanes in self._idle.values():
            for lane in lanes:
                lane.close()
        self._idle.clear()

    async def _sent(
        self, link: SignedPart, file: SourceFile, part: Part, on_bytes: Callable[[int], None]
    ) -> Answer:
        route = routes.to(link.url)
        lane = self._lane(routes.origin(link.url), route)
        headers = {"user-agent": USER_AGENT} | {each.name: each.value for each in link.headers}
        target = routes.target(link.url, route)
        mine = file.share()

        def send() -> Answer:
            with mine:
                return lane.put(target, headers, mine, part, on_bytes)

        try:
            answer = await in_thread(send)
        except asyncio.CancelledError:
            lane.stop()
            raise
        if lane.usable:
            self._idle[routes.origin(link.url)].append(lane)
        else:
            lane.close()
        return answer

    def _lane(self, origin: str, route: routes.Route) -> Lane:
        idle = self._idle[origin]
        while idle:
            lane = idle.pop()
            # What the store has closed would cost a part that is sent in vain.
            if lane.usable:
                return lane
            lane.close()
        return Lane(route, self._timing, self._tls)


async def in_thread(work: Callable[[], Answer]) -> Answer:
    """Run it in a thread that nothing waits for when the process ends: an executor's threads would
    keep Ctrl-C waiting for a store that does not answer."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Answer] = loop.create_future()

    def settle(answer: Answer | None, error: BaseException | None) -> None:
        if future.cancelled():
            return
        if error is not None:
            future.set_exception(error)
        elif answer is not None:
            future.set_result(answer)

    def run() -> None:
        try:
            answer, failed = work(), None
        except BaseException as error:  # noqa: BLE001 - it is raised where it is awaited
            answer, failed = None, error
        try:
            loop.call_soon_threadsafe(settle, answer, failed)
        except RuntimeError:
            return  # the loop has ended: nobody asks any more

    threading.Thread(target=run, name="reelmill-part", daemon=True).start()
    return await future


def verdict(status: int, code: str | None) -> Verdict:
    """Pure: the meaning of an HTTP status and of S3's error code, if there is one."""
    if 200 <= status < 300:
        return Verdict.DONE
    if code == "NoSuchUpload":
        return Verdict.GONE
    if status == 403 or code in _RENEW:
        return Verdict.RENEW
    if code in _AGAIN or status in {408, 425, 429} or (status >= 500 and status not in {501, 505}):
        return Verdict.AGAIN
    return Verdict.REFUSED


def _code(body: str) -> str | None:
    # Not an XML parser: the body comes from wherever the link leads.
    found = re.search(r"<Code>\s*([A-Za-z0-9.]{1,64})\s*</Code>", body)
    return found[1] if found else None
