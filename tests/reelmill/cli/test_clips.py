"""`--clip START-END`."""

from __future__ import annotations

import pytest

from reelmill.choices import ClipMode
from reelmill.cli.commands.transcode import parse_clip


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("12.5-20", 12.5, 20),
        ("1:05-1:20.25", 65, 80.25),
        ("1:02:03.5-2:00:00", 3723.5, 7200),
        ("90-", 90, None),
        ("-30", 0, 30),
        (" 0 - 1 ", 0, 1),
        ("0-600", 0, 600),
    ],
)
def test_what_is_understood(text: str, start: float, end: float | None) -> None:
    clip = parse_clip(text, ClipMode.EXACT)
    assert (clip.start, clip.end, clip.mode) == (start, end, ClipMode.EXACT)


def test_copy() -> None:
    assert parse_clip("1-2", ClipMode.COPY).mode is ClipMode.COPY


@pytest.mark.parametrize(
    "text", ["", "-", "5", "5-3", "5-5", "a-b", "1:60-2:00", "1-2-3", "1e3-2e3", "١-٢", "nan-inf"]
)
def test_what_is_not(text: str) -> None:
    with pytest.raises(ValueError, match=r"START-END|no time|before it starts|59 seconds"):
        parse_clip(text, ClipMode.EXACT)
