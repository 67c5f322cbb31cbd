"""The schema without a server: what a document costs, and what it is answered."""

from __future__ import annotations

import asyncio
import gc
import time
from typing import Any, cast

from strawberry.types import ExecutionResult

from api.graphql.context import Context
from api.graphql.schema import Schema, build


class _NoServices:
    """Whatever a resolver asks of it fails: documents are to be refused or to be cheap."""

    def __getattr__(self, name: str) -> Any:
        raise LookupError(name)


class Bench:
    """One schema; each measurement is of a document that it has not seen."""

    def __init__(self, *, introspection: bool = True) -> None:
        self._introspection = introspection
        self.schema: Schema = build(introspection=introspection)
        self._loop = asyncio.new_event_loop()
        # What is done once in a process is not what a document costs; nor is a look through all
        # that the tests keep in memory. The server does the same when it starts.
        gc.collect()
        gc.freeze()
        self.ask("{ __typename }")
        self.ask("{ nothing }")

    def close(self) -> None:
        """End the event loop."""
        gc.unfreeze()
        self._loop.close()

    def ask(
        self, document: str, variables: dict[str, Any] | None = None
    ) -> ExecutionResult | Exception:
        """The answer, or what the endpoint turns into one."""

        async def answer() -> ExecutionResult | Exception:
            context = Context(services=cast("Any", _NoServices()))
            try:
                return await self.schema.execute(
                    document, variable_values=variables, context_value=context
                )
            except Exception as error:  # noqa: BLE001 - the endpoint answers each of them
                return error

        return self._loop.run_until_complete(answer())

    def cost(self, document: str, variables: dict[str, Any] | None = None) -> float:
        """Seconds of CPU, the best of three: what else the machine does is not the document's."""
        best = float("inf")
        for turn in range(3):
            # Commas mean nothing in GraphQL, but to a cache it is another document.
            fresh = document + "," * (turn + 1)
            started = time.process_time()
            self.ask(fresh, variables)
            best = min(best, time.process_time() - started)
            if best < _CLEAR:
                break
        return best


_CLEAR = 0.02
