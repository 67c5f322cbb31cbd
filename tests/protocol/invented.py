"""Documents of random pieces, some of them right: what no table has thought of."""

from __future__ import annotations

import random

from tests.protocol import hostile

_FIELDS = (
    *("asset", "assets", "jobs", "job", "nodes", "edges", "node", "viewer", "outputs", "attempts"),
    *("id", "key", "title", "nowhere", "__typename", "__schema", "types", "fields", "type", "name"),
)
_ARGUMENTS = ("first", "id", "after", "filter", "nothing")
_VALUES = ("1", "$v", '"x"', "[[1]]", "{a: {b: 1}}", "READY", "null", "1e9")
_DIRECTIVES = ("@skip(if: true)", "@include(if: $v)", "@nothing")
_FRAGMENTS = 8


class _Author:
    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def document(self) -> str:
        size = self._chance.choice(hostile.SIZES)
        share = size // (_FRAGMENTS + 2)
        text = f"query Q($v: Int) {{ {self._selection(0, 2 * share)} }} "
        for number in range(_FRAGMENTS):
            kind = self._chance.choice(("Asset", "Job", "Query", "Nothing"))
            text += f"fragment F{number} on {kind} {{ {self._selection(0, share)} }} "
        return text[:10_000]

    def _selection(self, depth: int, left: int) -> str:
        parts: list[str] = []
        while left > 0 and self._often(0.97):
            part = self._part(depth, left)
            parts.append(part)
            left -= len(part) + 1
        return " ".join(parts) or "id"

    def _part(self, depth: int, left: int) -> str:
        if self._often(0.1):
            return f"...F{self._chance.randrange(_FRAGMENTS)}"
        text = self._chance.choice(_FIELDS)
        if self._often(0.3):
            text = f"a{self._chance.randrange(9)}: {text}"
        if self._often(0.2):
            text += f"({self._chance.choice(_ARGUMENTS)}: {self._chance.choice(_VALUES)})"
        if self._often(0.1):
            text += f" {self._chance.choice(_DIRECTIVES)}"
        if self._often(0.5) and depth < 30:
            text += f" {{ {self._selection(depth + 1, left // 3)} }}"
        return text

    def _often(self, probability: float) -> bool:
        return self._chance.random() < probability


def invented(seed: int) -> str:
    """The document of this number: the same on every machine."""
    return _Author(seed).document()
