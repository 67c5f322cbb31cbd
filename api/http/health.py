"""`/healthz`: the process lives. `/readyz`: what it stands on answers too."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.errors import Refusal
from api.http.responses import Json

Check = Callable[[], Awaitable[None]]
_FRESH = {"cache-control": "no-store"}
_log = structlog.get_logger(__name__)


class Readiness:
    """Runs every check at once, within `deadline` seconds, and keeps the answer for `keep`.

    Many probes at the same moment cost one round of checks.
    """

    def __init__(
        self, checks: Mapping[str, Check], *, deadline: float = 2.0, keep: float = 1.0
    ) -> None:
        self._checks = checks
        self._deadline = deadline
        self._keep = keep
        self._lock = asyncio.Lock()
        self._answer: dict[str, str] = {}
        self._until = 0.0

    async def look(self) -> dict[str, str]:
        """Each part with `ok` or the code of what is wrong with it."""
        async with self._lock:
            if time.monotonic() >= self._until:
                states = await asyncio.gather(*(self._state(name) for name in self._checks))
                self._answer = dict(zip(self._checks, states, strict=True))
                self._until = time.monotonic() + self._keep
            return self._answer

    async def _state(self, name: str) -> str:
        try:
            async with asyncio.timeout(self._deadline):
                await self._checks[name]()
        except TimeoutError:
            _log.warning("not ready", part=name, reason=f"no answer in {self._deadline} s")
            return "TIMEOUT"
        except Refusal as refusal:
            _log.warning("not ready", part=name, reason=refusal.message)
            return refusal.code
        except Exception:  # noqa: BLE001 - whatever is wrong with a part, the probe gets an answer
            _log.warning("not ready", part=name, exc_info=True)
            return "ERROR"
        return "ok"


def routes(*, checks: Mapping[str, Check]) -> list[Route]:
    """For example `checks={"database": database.ping, "storage": storage.ping}`."""
    readiness = Readiness(checks)

    async def healthz(_request: Request) -> Response:
        return Json({"status": "ok"}, headers=_FRESH)

    async def readyz(_request: Request) -> Response:
        parts = await readiness.look()
        ready = all(state == "ok" for state in parts.values())
        status = "ok" if ready else "unavailable"
        return Json({"status": status, "checks": parts}, 200 if ready else 503, _FRESH)

    return [Route("/healthz", healthz), Route("/readyz", readyz)]
