"""What looks like a secret is taken out of text that people see: of log lines, and of what programs
have said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

# They work on the finished line: a secret inside an exception's text or a nested value is found
# too. None of them may run over a quote or a backslash, or the line would be JSON no more; and none
# may begin at a word's border, because the `n` of an escaped line break joins the word behind it.
_SECRETS: Final[Sequence[tuple[re.Pattern[bytes], bytes]]] = (
    (re.compile(rb"rm_([0-9a-z]{12})_[0-9a-z]+"), rb"rm_\1_***"),
    (re.compile(rb"(?i)(bearer) +[^\s\"\\,;]{16,}"), rb"\1 ***"),
    (re.compile(rb"(reelmill_session=)[^\s\"\\;]+"), rb"\1***"),
    (re.compile(rb"/play/[^/\s\"\\?]+"), "/play/…".encode()),
    (re.compile(rb"/s/[A-Za-z0-9_-]{43}"), "/s/…".encode()),
    # A presigned link, in either signature version: the whole query goes.
    (re.compile(rb"\?[^\s\"\\]*(?:X-Amz-|Signature=)[^\s\"\\]*", re.IGNORECASE), b"?***"),
    (re.compile(rb"(?i)(x-amz-[a-z-]+|signature)=[^\s\"\\&]+"), rb"\1=***"),
    # A password in a URL.
    (re.compile(rb"(://[^\s\"\\/:@]*):[^\s\"\\/@]+@"), rb"\1:***@"),
    (
        re.compile(
            rb'(?i)("(?:[a-z0-9_.-]*(?:authorization|cookie|password|secret|signature|token|'
            rb'api[_-]?key|secret[_-]?access[_-]?key))":)"(?:[^"\\]|\\.)*"'
        ),
        rb'\1"***"',
    ),
)


def redact(line: bytes) -> bytes:
    """Take API keys, credentials, cookies, presigned queries and links' tokens out of a line."""
    for pattern, replacement in _SECRETS:
        line = pattern.sub(replacement, line)
    return line


def without(text: str) -> str:
    """The same for a text of any kind."""
    return redact(text.encode(errors="replace")).decode(errors="replace")
