"""Exit codes, and which error means which. Documented in docs/reference/cli.md."""

from __future__ import annotations

from typing import Final

OK: Final = 0
FAILED: Final = 1
USAGE: Final = 2  # the option parser's own
NO_CONNECTION: Final = 3
PARTIAL: Final = 4
UNAUTHENTICATED: Final = 5
NOT_FOUND: Final = 6
REFUSED: Final = 7
LOCAL: Final = 8
UNEXPECTED: Final = 70
INTERRUPTED: Final = 130
READER_GONE: Final = 141
TERMINATED: Final = 143
