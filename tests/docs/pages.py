"""The pages of the documentation, read as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`[^`\n]+`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)


def pages() -> list[Path]:
    """Every page that a reader may open."""
    top = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
    return [*(page for page in top if page.exists()), *sorted(DOCS.rglob("*.md"))]


@cache
def text(page: Path) -> str:
    return page.read_text("utf-8")


def prose(page: Path) -> str:
    """Without blocks of code: what looks like a link in there is none."""
    return _FENCE.sub("", text(page))


def links(page: Path) -> Iterator[str]:
    """Targets of all links and pictures."""
    return (found[1] for found in _LINK.finditer(_INLINE.sub("", prose(page))))


def inline_code(page: Path) -> Iterator[str]:
    """What stands between backticks."""
    return (found[0].strip("`") for found in _INLINE.finditer(prose(page)))


def anchors(page: Path) -> set[str]:
    """Names of the headings as code hosts make them: lower case, no punctuation, dashes."""
    found: set[str] = set()
    for heading in _HEADING.finditer(prose(page)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1]).lower()
        found.add(re.sub(r"[^\w\- ]", "", words).replace(" ", "-"))
    return found
