"""Pure: one node of a filter graph, wanted several times."""

from __future__ import annotations

from typing import Any


def split(node: Any, kind: str, count: int) -> list[Any]:
    """The same frames `count` times; `kind` is split or asplit."""
    if count == 1:
        return [node]
    parts = node.filter_multi_output(kind, count)
    return [parts[index] for index in range(count)]
