"""What is to be done about a task. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.adapters.kubernetes.diagnosis import Over

if TYPE_CHECKING:
    from api.domain.execution import Verdict


@dataclass(frozen=True, slots=True)
class Doom:
    """Its Job must be deleted: it would never come to an end that helps."""

    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Finish:
    """It is over: tell, and remove what is left."""

    over: Over


@dataclass(frozen=True, slots=True)
class Tell:
    """It waits for another reason than was told."""

    words: str


Decision = Doom | Finish | Tell
