"""Range headers."""

from __future__ import annotations

import pytest

from api.http.ranges import ByteRange, UnsatisfiableError, parse, same, wanted


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-0", ByteRange(0, 0)),
        ("bytes=2-5", ByteRange(2, 5)),
        ("bytes=2-", ByteRange(2, 9)),
        ("bytes=2-999", ByteRange(2, 9)),
        ("bytes=-3", ByteRange(7, 9)),
        ("bytes=-999", ByteRange(0, 9)),
        ("Bytes= 0-1 ", ByteRange(0, 1)),
        (None, None),
        ("bytes=-", None),
        ("bytes=5-2", None),
        ("bytes=0-1,3-4", None),
        ("bytes=a-b", None),
        ("bytes=٣-٤", None),
        ("items=0-1", None),
        ("bytes=" + "9" * 30 + "-", None),
    ],
)
def test_of_ten_bytes(header: str | None, expected: ByteRange | None) -> None:
    assert parse(header, 10) == expected


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-12", "bytes=-0"])
def test_behind_the_end(header: str) -> None:
    with pytest.raises(UnsatisfiableError):
        parse(header, 10)


def test_an_empty_object_has_no_range() -> None:
    with pytest.raises(UnsatisfiableError):
        parse("bytes=0-", 0)


def test_as_headers() -> None:
    part = ByteRange(2, 5)
    assert (part.length, part.request, part.content_range(10)) == (4, "bytes=2-5", "bytes 2-5/10")


def test_if_range_of_another_version_asks_for_the_whole() -> None:
    assert wanted("bytes=0-1", '"b"', '"a"', 10) is None
    assert wanted("bytes=0-1", '"a"', '"a"', 10) == ByteRange(0, 1)


def test_if_none_match() -> None:
    assert same('"x", W/"a"', '"a"')
    assert same("*", '"a"')
    assert not same('"b"', '"a"')
    assert not same(None, '"a"')
