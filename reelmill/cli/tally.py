"""How many of several things came to what was asked, and the exit code that says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from reelmill.cli import exits
from reelmill.cli.output import Output
from reelmill.cli.run import HOPELESS, exit_code
from reelmill.errors import ReelmillError


class Tally:
    """Counts. One failure says why and keeps nothing else from being tried."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._done = 0
        self._errors: list[ReelmillError] = []

    @contextmanager
    def one(self, name: str) -> Iterator[None]:
        """One thing, named before what went wrong. Raises what would be the same with all the
        others."""
        try:
            yield
        except HOPELESS:
            raise
        except ReelmillError as error:
            if name not in error.message:
                error.message = f"{name}: {error.message}"
            self._errors.append(error)
            self._output.fail(error)
        else:
            self._done += 1

    def exit_code(self) -> int:
        """0 when all were done, PARTIAL when some were, else that of the first error."""
        if not self._errors:
            return exits.OK
        return exits.PARTIAL if self._done else exit_code(self._errors[0])
