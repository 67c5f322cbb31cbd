"""Frames and bodies that went wrong on the way: seeded, so that a failure can be had again."""

from __future__ import annotations

import json
import random
from typing import Any

_SUBSCRIPTION = 'subscription { jobUpdated(id: "%s") { id status progress } }'
# What closes a socket at once comes seldom: the states behind it are to be reached too.
_KINDS = (
    *["subscribe"] * 12,
    *["complete"] * 6,
    *["ping", "pong"] * 4,
    *["connection_init", "connection_ack", "next", "error"],
)
_ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**63, 1e308, "", "x", "\0", "\U0001f600", "é" * 50, "x" * 5_000,
    [], [[]], {}, {"a": None}, {"": {}}, {"__proto__": 1}, ["x"] * 300,
)  # fmt: skip


class Mutator:
    """Makes messages for one conversation. `job` is one that can be watched, `key` one that is
    valid."""

    def __init__(self, seed: int, job: str, key: str) -> None:
        self._chance = random.Random(seed)
        self._job = job
        self._key = key

    def conversation(self) -> list[str | bytes]:
        """What one client says, in its order. Half of them begin as they should."""
        talk: list[str | bytes] = []
        if self._chance.random() < 0.6:
            talk.append(json.dumps(self._init()))
        gentle = self._chance.random() < 0.5
        for _ in range(self._chance.randrange(1, 12)):
            calm = gentle and self._chance.random() < 0.95
            talk.append(json.dumps(self._frame()) if calm else self.message())
        return talk

    def message(self) -> str | bytes:
        """One frame: right, odd, torn or not JSON at all."""
        frame: Any = self._frame()
        for _ in range(self._chance.choice((0, 0, 1, 1, 2, 4))):
            frame = self._bent(frame)
        text = json.dumps(frame)
        turn = self._chance.random()
        if turn < 0.08:
            return self._torn(text)
        if turn < 0.12:
            return text.encode()
        if turn < 0.14:
            return self._chance.randbytes(self._chance.randrange(200))
        if turn < 0.17:
            return self._chance.choice("[{") * self._chance.choice((10, 500, 50_000))
        if turn < 0.18:
            return '{"type": "ping", "payload": {"x": "' + "x" * 600_000 + '"}}'
        return text

    def body(self) -> bytes:
        """The same for a POST."""
        payload: Any = self._operation()
        for _ in range(self._chance.choice((0, 1, 1, 2, 4))):
            payload = self._bent(payload)
        text = json.dumps(payload)
        turn = self._chance.random()
        if turn < 0.1:
            return self._torn(text).encode("utf-8", "replace")
        if turn < 0.15:
            return self._chance.randbytes(self._chance.randrange(300))
        if turn < 0.2:
            return text.encode("utf-16")
        return text.encode()

    def _init(self) -> dict[str, Any]:
        return {"type": "connection_init", "payload": {"authorization": f"Bearer {self._key}"}}

    def _frame(self) -> dict[str, Any]:
        kind = self._chance.choice(_KINDS)
        if kind == "connection_init":
            return self._init()
        name = str(self._chance.randrange(4))
        if kind == "subscribe":
            return {"type": kind, "id": name, "payload": self._operation()}
        return {"type": kind, "id": name}

    def _operation(self) -> dict[str, Any]:
        query = self._chance.choice(
            (
                _SUBSCRIPTION % self._job,
                _SUBSCRIPTION % "job_0",
                "{ __typename viewer { keyName } }",
                "mutation { __typename }",
                "query($i: ID!) { job(id: $i) { id } }",
                "{ __schema { types { name } } }",
                "query A { __typename } query B { __typename }",
            )
        )
        operation: dict[str, Any] = {"query": query}
        if self._chance.random() < 0.5:
            operation["variables"] = {"i": self._chance.choice((self._job, *_ODD))}
        if self._chance.random() < 0.3:
            operation["operationName"] = self._chance.choice(("A", "Z", *_ODD))
        if self._chance.random() < 0.2:
            operation["extensions"] = self._chance.choice(_ODD)
        return operation

    def _bent(self, value: Any) -> Any:
        """One thing somewhere inside is another thing."""
        if not isinstance(value, dict) or not value or self._chance.random() < 0.15:
            return self._chance.choice(_ODD)
        bent = dict(value)
        name = self._chance.choice(list(bent))
        turn = self._chance.random()
        if turn < 0.2:
            del bent[name]
        elif turn < 0.3:
            bent[str(self._chance.choice(_ODD))[:300]] = bent.pop(name)
        elif turn < 0.6 and isinstance(bent[name], dict):
            bent[name] = self._bent(bent[name])
        elif turn < 0.7 and isinstance(bent[name], str):
            bent[name] = self._torn(bent[name])
        else:
            bent[name] = self._chance.choice(_ODD)
        return bent

    def _torn(self, text: str) -> str:
        """A piece left out, doubled, or overwritten."""
        start = self._chance.randrange(len(text) + 1)
        end = min(len(text), start + self._chance.randrange(20))
        piece = self._chance.choice(("", text[start:end] * 2, "\ufeff", "}", '"', "\\u0000", "{"))
        return text[:start] + piece + text[end:]
