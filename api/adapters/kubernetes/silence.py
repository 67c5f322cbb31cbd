"""Runners that live and do not claim: they do not reach us, and nobody else will ever say so."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from api.adapters.kubernetes import jobs
from api.adapters.kubernetes.decisions import Doom, Tell
from api.domain.execution import Verdict
from schema.job import FailureClass

if TYPE_CHECKING:
    from api.adapters.kubernetes.cluster import Cluster
    from api.adapters.kubernetes.entry import Entry
    from api.adapters.kubernetes.seen import PodSeen
    from api.config import Settings
    from api.domain.execution import Listener

# A runner claims within a second or two of its start; a busy node takes longer.
_SILENT_SECONDS: Final = 15.0
_ASK_SECONDS: Final = 10.0
# It has reached somebody then, and will be let in or be told why not.
_ANSWERED: Final = re.compile(r"status [1-5][0-9]{2}|answered [1-5][0-9]{2}")
_LONGEST: Final = 300


class Silence:
    """Asks the database first, which knows of each claim, and reads a log only where there is none.

    `patience` is for how many seconds a runner may not reach us.
    """

    def __init__(self, cluster: Cluster, settings: Settings, listener: Listener) -> None:
        self._cluster = cluster
        self._url = settings.kubernetes_callback_url or ""
        self._listener = listener
        self.patience = settings.kubernetes_image_timeout

    async def look(self, entry: Entry, pods: Sequence[PodSeen]) -> Doom | Tell | None:
        """What is to be said of a runner whose process lives, or whether it must end."""
        running = [pod for pod in pods if pod.phase == "Running" and not pod.deleting]
        silent = entry.silent_for(running=bool(running))
        if silent < _SILENT_SECONDS or not entry.may_ask(_ASK_SECONDS):
            return None
        if await self._listener.claimed(entry.errand.task_id):
            entry.claimed, entry.runs_since = True, None
            return None
        why = _reason(await jobs.log_tail(self._cluster, running[-1].name))
        words = f"its runner does not reach {self._url}: {why or 'it does not say why'}"
        if why and silent >= self.patience and not _ANSWERED.search(why):
            return Doom(_unreachable(words))
        return Tell(words) if words != entry.said else None


def _reason(log: str) -> str:
    """The runner's own words in its last line that has some."""
    for line in reversed(log.splitlines()):
        try:
            said = json.loads(line)
        except ValueError:
            continue
        if isinstance(said, dict) and said.get("reason"):
            return str(said["reason"])[:_LONGEST]
    return ""


def _unreachable(words: str) -> Verdict:
    return Verdict(
        FailureClass.CONFIG,
        code="CALLBACK_UNREACHABLE",
        message=words,
        hint="Correct REELMILL_KUBERNETES_CALLBACK_URL, or what stands between runners and it.",
    )
