"""Pages of listings: the quick way says what the parser of XML says, or nothing."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

import pytest

from api.adapters import s3_listing
from api.domain.objects import ObjectInfo

_SPACE = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
_ONE = "<Contents><Key>a.mp4</Key><ETag>&quot;e&quot;</ETag><Size>3</Size></Contents>"
_MORE = (
    "<Contents><ETag>&#34;f&#34;</ETag><Size>0</Size><StorageClass>X</StorageClass>"
    "<Owner><ID>i</ID><DisplayName>Key</DisplayName></Owner><Key>b%2Fc+d%C3%BC&amp;.mkv</Key>"
    "</Contents>"
)


def body(inside: str, *, space: str = _SPACE, truncated: str = "true") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult{space}><Name>n</Name>'
        f"<IsTruncated>{truncated}</IsTruncated>{inside}</ListBucketResult>\n"
    ).encode()


QUICK = {
    "one": body(_ONE),
    "two, in another order, encoded": body("<EncodingType>url</EncodingType>" + _ONE + _MORE),
    "two, not encoded": body(_ONE + _MORE, truncated="false"),
    "a token in front": body("<NextContinuationToken>1&amp;2</NextContinuationToken>" + _ONE),
    "a token behind": body(_ONE + "<NextContinuationToken>a+b=%3D</NextContinuationToken>"),
    "no namespace": body(_ONE, space=""),
    "indented": body(_ONE.replace("><", ">\n  <")),
    "an etag without quotes": body(_ONE.replace("&quot;", "")),
    "a key with a quote": body(_ONE.replace("a.mp4", "&lt;a&quot;&#x2F;é.mp4")),
}
SLOW = {
    "nothing": body(""),
    "no etag": body(_ONE + "<Contents><Key>b</Key><Size>1</Size></Contents>"),
    "an empty element": body(_ONE.replace("<ETag>&quot;e&quot;</ETag>", "<ETag/>")),
    "a comment": body(f"<!-- {_ONE} -->" + _ONE),
    "CDATA": body(_ONE.replace("a.mp4", "<![CDATA[<Key>]]>")),
    "line ends": body(_ONE.replace("a.mp4", "a\r\nb.mp4")),
    "no word on the end": body(_ONE).replace(b"IsTruncated", b"Truncated"),
}


@pytest.mark.parametrize("page", QUICK.values(), ids=QUICK)
def test_the_quick_way_says_the_same(page: bytes) -> None:
    quick = s3_listing._quickly(page)
    assert quick is not None
    assert quick == s3_listing._from_tree(fromstring(page))  # noqa: S314 - our own
    assert s3_listing.objects(quick)


@pytest.mark.parametrize("page", SLOW.values(), ids=SLOW)
def test_what_looks_unusual_is_left_to_the_parser(page: bytes) -> None:
    assert s3_listing._quickly(page) is None


def test_sizes_that_are_no_numbers_and_other_encodings() -> None:
    assert s3_listing._quickly(body(_ONE.replace(">3<", ">three<"))) is None
    assert s3_listing._quickly(body(_ONE).replace(b"a.mp4", b"\xff.mp4")) is None


def test_keys_sizes_and_etags() -> None:
    found = s3_listing._quickly(body("<EncodingType>url</EncodingType>" + _ONE + _MORE))
    assert found is not None
    assert s3_listing.objects(found) == [
        ObjectInfo("a.mp4", 3, "e"),
        ObjectInfo("b/c dü&.mkv", 0, "f"),
    ]
    assert found["IsTruncated"] is True


@pytest.mark.parametrize(
    ("status", "page", "aside"),
    [
        (200, body(_ONE), True),
        (200, body(_ONE)[:-20], False),
        (503, body(_ONE), False),
        (200, b"<Error><Code>SlowDown</Code></Error>", False),
        (200, b"<Error><ListBucketResult></ListBucketResult>", False),
        (200, b"", False),
    ],
)
def test_only_a_whole_listing_is_not_searched_for_errors(
    status: int, page: bytes, aside: bool
) -> None:
    response = {"status_code": status, "body": page}
    s3_listing._set_aside(response)
    assert (response["body"] == b"") is (aside or page == b"")
