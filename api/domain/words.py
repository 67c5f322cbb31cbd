"""Text search: what people type becomes a query of whole words, each as the beginning of a word."""

from __future__ import annotations

import string

from api.errors import InvalidInput

_MAX_TEXT = 200
# The database takes the same characters out of what it indexes.
_BLANKS = str.maketrans(dict.fromkeys(string.punctuation, " "))


def query(text: str, *, field: str) -> str:
    """A PostgreSQL tsquery for text; every word must be there.

    Raises InvalidInput when it is longer than 200 characters or has neither letter nor digit.
    """
    if len(text) > _MAX_TEXT:
        raise InvalidInput(f"a search has {_MAX_TEXT} characters at most", field=field)
    words = text.translate(_BLANKS).split()
    if not words:
        raise InvalidInput("a search needs a letter or a digit", field=field)
    return " & ".join(f"'{word}':*" for word in words)
