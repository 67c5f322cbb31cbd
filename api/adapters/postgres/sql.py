"""Named queries: each `.sql` file holds blocks that begin with `-- name: purpose`."""

from __future__ import annotations

import re
from importlib import resources

_HEADER = re.compile(r"^-- (?P<name>[a-z_]+): (?P<purpose>.+)$", re.MULTILINE)


def load(noun: str) -> dict[str, str]:
    """Read `queries/<noun>.sql`. Raises ValueError when a name stands twice."""
    text = (resources.files(__package__) / "queries" / f"{noun}.sql").read_text("utf-8")
    heads = list(_HEADER.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    found: dict[str, str] = {}
    for head, end in zip(heads, ends, strict=True):
        if head["name"] in found:
            raise ValueError(f"{noun}.sql has two queries named {head['name']}")
        found[head["name"]] = text[head.end() : end].strip().rstrip(";")
    return found
