"""Queries: `assets(first: 50)` with outputs, against plain resolvers and against Ariadne.

Three servers, one uvicorn process each, over the same rows. Ours is the whole product: API key, row
security, limits. The plain one is Strawberry with a query a row and no caches; Ariadne has a
loader and two queries a request. Neither knows keys or limits. Every answer is compared.
"""

from __future__ import annotations

import json
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from bench import library, load, processes
from bench.place import whole_stack
from bench.rounds import interleave
from bench.rows import Row, at_least
from bench.sizes import Sizes
from local.stack import Stack

CONNECTIONS = 8
OURS, PLAIN, ARIADNE = "reelmill", "plain resolvers", "Ariadne"


def run(sizes: Sizes) -> list[Row]:
    """The three arms in turns."""
    with whole_stack() as stack:
        library.fill(stack, sizes.assets)
        logs = stack.home / "logs"
        known = {library.DATABASE_URL: library.database_url(stack)}
        with (
            processes.server("bench.assets_naive", log=logs / "plain.log", **known) as plain,
            processes.server("bench.assets_ariadne", log=logs / "ariadne.log", **known) as ariadne,
        ):
            return _measure(sizes, stack, plain, ariadne)


def _measure(sizes: Sizes, stack: Stack, plain: int, ariadne: int) -> list[Row]:
    port = urlsplit(stack.api.url).port or 0
    key = {"authorization": f"Bearer {stack.credentials.api_key}"}
    asks = {
        OURS: partial(_ask, port, "/graphql", key),
        PLAIN: partial(_ask, plain, "/graphql/", {}),
        ARIADNE: partial(_ask, ariadne, "/graphql/", {}),
    }
    answers = [json.loads(one(0.3).body) for one in asks.values()]
    _must_agree(answers)
    arms = {name: _rate(one, sizes.query_seconds) for name, one in asks.items()}
    measured = interleave(arms, rounds=sizes.rounds, unit="requests/s")
    mine = f"{measured.middle(OURS):,.1f}/s"
    rows = []
    for peer, wanted in ((PLAIN, 3.0), (ARIADNE, 1.0)):
        print(f"  ratio to {peer}: {measured.spread(OURS, peer)}")
        theirs = f"{peer} {measured.middle(peer):,.1f}/s"
        rows.append(at_least("assets(first: 50)", mine, theirs, measured.ratio(OURS, peer), wanted))
    return rows


def _rate(ask: Any, seconds: float) -> Any:
    return lambda: ask(seconds).rate


def _ask(port: int, path: str, headers: dict[str, str], seconds: float) -> load.Asked:
    return load.ask(
        port=port,
        path=path,
        headers={"content-type": "application/json", "accept": "application/json", **headers},
        body=json.dumps({"query": library.DOCUMENT}).encode(),
        connections=CONNECTIONS,
        seconds=seconds,
    )


def _must_agree(answers: list[dict[str, Any]]) -> None:
    ours = answers[0]["data"]["assets"]
    full = len(ours["nodes"]) == 50 and all(len(n["outputs"]) == 3 for n in ours["nodes"])
    if not full or any(answer["data"] != answers[0]["data"] for answer in answers):
        raise RuntimeError("the servers do not give the same answer")
