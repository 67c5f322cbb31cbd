"""The `reelmill` command. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import sys
from typing import NoReturn

from reelmill.cli.exits import INTERRUPTED


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    try:
        # Here, so that a Ctrl-C during the import is quiet too.
        from reelmill.cli.app import app  # noqa: PLC0415

        app(prog_name="reelmill")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    sys.exit(0)
