"""Blocks of code in the pages, and the GraphQL operations that stand in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.docs.pages import ROOT, text

_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
# A literal of Python, JavaScript or a shell that may hold an operation.
_LITERAL = re.compile(r"\"\"\"(.*?)\"\"\"|'([^']*)'|`([^`]*)`", re.DOTALL)
_OPERATION = re.compile(
    r"(?:\s*#.*\n)*\s*(?:query|mutation|subscription)\b *\w* *[({]|\s*\{ *\w+ *\}\s*$"
)
_INLINE = re.compile(r"`([^`\n]+)`")
_BODY = re.compile(r"\s*\{\s*\"query\"")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block; `line` is that of its first line of code."""

    page: Path
    line: int
    language: str
    code: str


@dataclass(frozen=True, slots=True)
class Operation:
    """A GraphQL document, and the variables that are sent with it, where a page shows them."""

    page: Path
    line: int
    document: str
    variables: dict[str, Any] = field(default_factory=dict)

    def place(self, line: int = 1) -> str:
        """Where a line of the document stands, for people."""
        return f"{self.page.relative_to(ROOT)}:{self.line + line - 1}"


def blocks(page: Path) -> Iterator[Block]:
    """Every fenced block of a page."""
    whole = text(page)
    for found in _FENCE.finditer(whole):
        line = whole.count("\n", 0, found.start(3)) + 1
        yield Block(page, line, found[2], found[3])


def operations(page: Path) -> Iterator[Operation]:
    """Blocks of GraphQL, what other blocks hold in literals (documents, request bodies), and what
    stands between backticks in a sentence.
    """
    yield from _inline(page)
    for block in blocks(page):
        if block.language == "graphql":
            yield Operation(page, block.line, block.code)
        else:
            yield from _quoted(block)


def examples(script: Path) -> Iterator[Operation]:
    """Operations in the literals of a script."""
    yield from _quoted(Block(script, 1, script.suffix, text(script)))


def _inline(page: Path) -> Iterator[Operation]:
    # Blocks are blanked, not cut out: lines keep their numbers.
    sentences = _FENCE.sub(lambda found: "\n" * found[0].count("\n"), text(page))
    for found in _INLINE.finditer(sentences):
        if _OPERATION.match(found[1]) and found[1].rstrip().endswith("}"):
            yield Operation(page, sentences.count("\n", 0, found.start()) + 1, found[1])


def _quoted(block: Block) -> Iterator[Operation]:
    for found in _LITERAL.finditer(block.code):
        number = found.lastindex or 0
        line = block.line + block.code.count("\n", 0, found.start(number))
        content = found[number]
        if _BODY.match(content):
            body = json.loads(content)
            yield Operation(block.page, line, body["query"], body.get("variables") or {})
        elif _OPERATION.match(content):
            yield Operation(block.page, line, content)
