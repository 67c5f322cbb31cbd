"""Standard output for results, standard error for words, and nothing mixed."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

from reelmill.cli import tables
from reelmill.cli.format import safe
from reelmill.cli.tables import Last
from reelmill.errors import ReelmillError


class Output:
    """Writes what a command has to say, as JSON or for people."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        for stream in (sys.stdout, sys.stderr):
            # A file name may hold anything; what cannot be shown must not end the command. What
            # this makes of a lone surrogate is also its escape in JSON.
            _reconfigure(stream)

    @property
    def on_terminal(self) -> bool:
        """Whether a person reads the result as it is written."""
        return is_terminal(sys.stdout)

    def document(self, value: Any) -> None:
        """One JSON document, on one line."""
        with _named():
            sys.stdout.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")
            sys.stdout.flush()

    def line(self, text: str = "") -> None:
        """A line of the result, never wrapped."""
        with _named():
            sys.stdout.write(text + "\n")

    def say(self, text: str) -> None:
        """A line for people, beside the result."""
        try:
            with _named():
                sys.stdout.flush()
        finally:  # nobody may read the result any more, and these words all the more
            sys.stderr.write(text + "\n")
            sys.stderr.flush()

    def fail(self, error: ReelmillError) -> None:
        """Why the command did not do what was asked."""
        if self.as_json:
            self.document({"error": error_as_json(error)})
        self.say(f"reelmill: {error_as_text(error)}")

    def table(
        self, headings: Sequence[str], rows: Sequence[Sequence[str]], *, last: Last = Last.WHOLE
    ) -> None:
        """Aligned columns. `last` is what a terminal does with a last column that is too long."""
        width = shutil.get_terminal_size().columns if self.on_terminal else None
        head, *body = tables.lines(headings, rows, width=width, last=last)
        bold = self.on_terminal and "NO_COLOR" not in os.environ
        self.line(f"\x1b[1m{head}\x1b[0m" if bold else head)
        for text in body:
            self.line(text)


def is_terminal(stream: TextIO) -> bool:
    """Whether a person looks at it, and it can move its cursor."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def error_as_json(error: ReelmillError) -> Mapping[str, str | None]:
    """The stable shape of an error."""
    return {"code": error.code, "message": error.message, "hint": error.hint}


def error_as_text(error: ReelmillError) -> str:
    """One line, and a second one with what to do."""
    hint = f"\n  {safe(error.hint)}" if error.hint else ""
    return f"{safe(error.message)} [{error.code}]{hint}"


@contextmanager
def _named() -> Iterator[None]:
    """A full disk behind standard output has no file name of its own."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OSError(error.errno, error.strerror, "standard output") from error


def _reconfigure(stream: TextIO) -> None:
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")
