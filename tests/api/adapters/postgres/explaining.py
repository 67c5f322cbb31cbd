"""How many rows a statement reads."""

from __future__ import annotations

from typing import Any

import orjson

from api.adapters.postgres.pool import Connection


class Explaining:
    """Runs what it is asked under EXPLAIN, and notes the rows that each statement has read."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.seen: list[float] = []
        self.plans: list[dict[str, Any]] = []

    async def fetch(self, statement: str, *arguments: Any) -> list[Any]:
        explain = f"explain (analyze, timing off, format json) {statement}"
        plan = orjson.loads(await self._connection.fetchval(explain, *arguments))[0]["Plan"]
        self.plans.append(plan)
        self.seen.append(_read(plan))
        return await self._connection.fetch(statement, *arguments)


def _read(node: dict[str, Any]) -> float:
    """Rows that the lowest steps have looked at, those that they have thrown away too."""
    mine = 0.0 if "Plans" in node else float(node["Actual Rows"])
    mine += float(node.get("Rows Removed by Filter", 0))
    return mine * float(node["Actual Loops"]) + sum(map(_read, node.get("Plans", ())))
