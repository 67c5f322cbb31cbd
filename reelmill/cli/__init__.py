"""The `reelmill` command. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import NoReturn

from reelmill.cli.exits import INTERRUPTED, LOCAL, READER_GONE


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    _open_all()
    try:
        # Here, so that a Ctrl-C during the import is quiet too.
        from reelmill.cli.app import app  # noqa: PLC0415

        app(prog_name="reelmill")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except OSError as error:
        sys.exit(_unwritable(error))
    sys.exit(0)


def _open_all() -> None:
    """What the caller has closed reads and writes nothing; no file or socket of ours may take the
    number of a standard stream."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: this one
    sys.stdin = sys.stdin or open(0, closefd=False)  # noqa: SIM115 - until the process ends
    sys.stdout = sys.stdout or open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", closefd=False)  # noqa: SIM115


def _unwritable(error: OSError) -> int:
    """Standard output takes no more, so that not even an error could be told there."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)  # what is still buffered must not fail again at exit
    if isinstance(error, BrokenPipeError):
        return READER_GONE
    with contextlib.suppress(OSError):
        sys.stderr.write(f"reelmill: the output cannot be written: {error.strerror} [DISK]\n")
    return LOCAL
