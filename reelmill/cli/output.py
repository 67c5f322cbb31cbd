"""Standard output for results, standard error for words, and nothing mixed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

from reelmill.cli.format import safe
from reelmill.errors import ReelmillError


class Output:
    """Writes what a command has to say, as JSON or for people."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        for stream in (sys.stdout, sys.stderr):
            # A file name may hold anything; what cannot be shown must not end the command. What
            # this makes of a lone surrogate is also its escape in JSON.
            _reconfigure(stream)

    def document(self, value: Any) -> None:
        """One JSON document, on one line."""
        sys.stdout.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")
        sys.stdout.flush()

    def line(self, text: str = "") -> None:
        """A line of the result, never wrapped."""
        sys.stdout.write(text + "\n")

    def say(self, text: str) -> None:
        """A line for people, beside the result."""
        sys.stdout.flush()
        sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def fail(self, error: ReelmillError) -> None:
        """Why the command did not do what was asked."""
        if self.as_json:
            self.document({"error": error_as_json(error)})
        self.say(f"reelmill: {error_as_text(error)}")

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Aligned columns; on a terminal they fit its width."""
        safe_rows = [[safe(cell) for cell in row] for row in rows]
        if is_terminal(sys.stdout):
            _draw(headings, safe_rows)
            return
        widths = [
            max(len(cell) for cell in column) for column in zip(headings, *safe_rows, strict=True)
        ]
        for row in (headings, *safe_rows):
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.line("  ".join(cells).rstrip())


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


def _reconfigure(stream: TextIO) -> None:
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")


def _draw(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    # Drawing takes a tenth of a second to import, and is for terminals alone.
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console(highlight=False).print(table)
