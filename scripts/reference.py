"""Writes the tables of docs/reference that can be read off the code.

python scripts/reference.py            write them
python scripts/reference.py --check    write nothing; exit 1 and name each page that is stale

Only what stands between `<!-- generated: NAME -->` and `<!-- end -->` is replaced; the words
around it are written by hand. Run it with a Python that has the requirements: .venv/bin/python.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Run by path, the folder of this file stands on the path and not the repository.
sys.path.insert(0, str(ROOT))

import reference_errors  # noqa: E402 - needs the path above
import reference_graphql  # noqa: E402
import reference_metrics  # noqa: E402
import reference_sdk  # noqa: E402
import reference_shapes  # noqa: E402

PAGES = ROOT / "docs" / "reference"
TABLES: Mapping[str, Callable[[], str]] = {
    "api-settings": reference_shapes.settings,
    "recipe": reference_shapes.recipe,
    "presets": reference_shapes.presets,
    "protocol": reference_shapes.protocol,
    "refusals": reference_errors.refusals,
    "runner-codes": reference_errors.runner_codes,
    "failure-classes": reference_errors.failure_classes,
    "metrics": reference_metrics.rows,
    "queries": reference_graphql.queries,
    "mutations": reference_graphql.mutations,
    "subscriptions": reference_graphql.subscriptions,
    "types": reference_graphql.types,
    "client": reference_sdk.client,
    "client-errors": reference_sdk.errors,
    "client-enumerations": reference_sdk.enumerations,
    "client-values": reference_sdk.values,
}
_BLOCK = re.compile(r"(<!-- generated: (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


class UnknownTableError(Exception):
    """A page asks for a table that nobody makes."""


def main() -> int:
    """Write, or compare."""
    if sys.argv[1:] not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    fresh = {page: filled(page.read_text("utf-8")) for page in sorted(PAGES.glob("*.md"))}
    changed = [page for page, text in fresh.items() if page.read_text("utf-8") != text]
    if sys.argv[1:] == ["--check"]:
        for page in changed:
            name = page.relative_to(ROOT)
            print(f"{name} is stale; run: .venv/bin/python scripts/reference.py", file=sys.stderr)
        return 1 if changed else 0
    for page in changed:
        page.write_text(fresh[page], "utf-8")
        print(f"wrote {page.relative_to(ROOT)}")
    return 0


def filled(page: str) -> str:
    """A page with all its tables made anew. Raises UnknownTableError."""
    return _BLOCK.sub(_table, page)


def _table(block: re.Match[str]) -> str:
    make = TABLES.get(block["name"])
    if make is None:
        raise UnknownTableError(f"there is no table {block['name']!r}")
    return f"{block[1]}\n{make().strip()}\n\n{block[3]}"


if __name__ == "__main__":
    sys.exit(main())
