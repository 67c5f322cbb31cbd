"""Which display fits: bars for somebody who looks on, lines for files and pipes."""

from __future__ import annotations

import sys

from reelmill.cli.display import Display
from reelmill.cli.lines import Lines
from reelmill.cli.output import Output, is_terminal


def open_display(output: Output, *, many: bool = False) -> Display:
    """Bars on a terminal, a line now and then elsewhere. Of `many`, only what is under way has a
    bar."""
    if is_terminal(sys.stderr):
        # Bars take a tenth of a second to import.
        from reelmill.cli.bars import Bars  # noqa: PLC0415

        return Bars(many=many)
    return Lines(output)
