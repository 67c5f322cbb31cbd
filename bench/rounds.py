"""Arms in turns (A B A B), so that a busy machine is busy for all of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True, slots=True)
class Measured:
    """What each arm has shown in each round; the unit is the bench's own."""

    values: dict[str, list[float]] = field(default_factory=dict)

    def middle(self, arm: str) -> float:
        """The median of an arm."""
        return median(self.values[arm])

    def ratios(self, above: str, below: str) -> list[float]:
        """One arm over another, round by round: only what ran side by side is compared."""
        return [a / b for a, b in zip(self.values[above], self.values[below], strict=True)]

    def ratio(self, above: str, below: str) -> float:
        """The median of the rounds' ratios."""
        return median(self.ratios(above, below))

    def spread(self, above: str, below: str) -> str:
        """The least and the greatest ratio of a round."""
        found = self.ratios(above, below)
        return f"{min(found):.3g} to {max(found):.3g}"


def interleave(arms: Mapping[str, Callable[[], float]], *, rounds: int, unit: str) -> Measured:
    """Run every arm once a round; each second round backwards, so that no arm is always first."""
    measured = Measured({name: [] for name in arms})
    for number in range(1, rounds + 1):
        for name in arms if number % 2 else list(reversed(list(arms))):
            value = arms[name]()
            measured.values[name].append(value)
            load = os.getloadavg()[0]
            print(f"  round {number}  {name}: {value:,.4g} {unit}  (load {load:.1f})", flush=True)
    return measured
