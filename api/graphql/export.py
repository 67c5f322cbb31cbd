"""`python -m api.graphql.export`: write the contract to `schema/schema.graphql`.

With `--check`, write nothing and fail when the file is not what the code says.
"""

from __future__ import annotations

import sys
from pathlib import Path

from api.graphql.schema import build

_FILE = Path(__file__).resolve().parents[2] / "schema" / "schema.graphql"


def main() -> int:
    """Write or compare."""
    text = build().as_str() + "\n"
    if "--check" not in sys.argv[1:]:
        _FILE.write_text(text, "utf-8")
        return 0
    if _FILE.read_text("utf-8") != text:
        print("schema/schema.graphql is stale; run: make schema", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
