"""Text search: from what people type to a query of the database."""

from __future__ import annotations

import pytest

from api.domain import words
from api.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("bunny", "'bunny':*"),
        ("big  Bunny", "'big':* & 'Bunny':*"),
        ("big_buck-bunny.mp4", "'big':* & 'buck':* & 'bunny':* & 'mp4':*"),
        ("it's \\ 'a' | !b & (c):*", "'it':* & 's':* & 'a':* & 'b':* & 'c':*"),
        ("schön 日本", "'schön':* & '日本':*"),
    ],
)
def test_every_word_must_be_there(text: str, query: str) -> None:
    assert words.query(text, field="filter.text") == query


@pytest.mark.parametrize("text", ["", "  ", "-_-", "'", "x" * 201])
def test_a_search_needs_something_to_find(text: str) -> None:
    with pytest.raises(InvalidInput):
        words.query(text, field="filter.text")
