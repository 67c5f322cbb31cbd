"""Reads pages of a listing at a twentieth of the SDK's cost.

The SDK parses a page twice, once only to see whether it is an error in disguise, makes a date of
every time and decodes every key by itself. Here one regular expression takes out what is wanted of
a page that looks as stores write it; whatever looks different is parsed as XML.
"""

# ruff: noqa: SLF001 - the SDK's parsers are meant for subclasses, and their steps bear underscores.

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import unquote_plus
from xml.etree.ElementTree import Element

from aiobotocore.parsers import AioResponseParserFactory, AioRestXMLParser
from aiobotocore.session import AioSession

from api.domain.objects import ObjectInfo

_LISTING: Final = "ListObjectsV2Output"
_ASIDE: Final = "reelmill_listing"  # where a page waits in the SDK's response
_OBJECTS: Final = "reelmill_objects"
_BEGINS: Final = re.compile(rb"\s*(?:<\?xml[^>]*\?>\s*)?<ListBucketResult[\s>]")
# One pattern a field: a search for a fixed beginning, and lists of plain strings, are the fastest.
_COLUMNS: Final = tuple(re.compile(f"<{n}>([^<]*)</{n}>") for n in ("Key", "ETag", "Size"))
_HOW: Final = re.compile("<(IsTruncated|NextContinuationToken|EncodingType)>([^<]*)</")
_NUL: Final = "\0"  # XML has none, so nothing that was joined by it can contain it


def objects(page: Mapping[str, Any]) -> list[ObjectInfo]:
    """The objects of an answer to ListObjectsV2, as these parsers leave them there."""
    found: list[ObjectInfo] = page.get(_OBJECTS, [])
    return found


class _Parser(AioRestXMLParser):
    """The SDK's own parser for everything but a page of objects.

    `inner` are methods that the SDK gives its parsers and leaves out of its types.
    """

    def _do_parse(self, response: dict[str, Any], shape: Any) -> dict[str, Any]:
        inner: Any = super()
        if getattr(shape, "name", None) != _LISTING:
            parsed: dict[str, Any] = inner._do_parse(response, shape)
            return parsed
        body: bytes = response.pop(_ASIDE, None) or response["body"]
        found = _quickly(body)
        if found is None:
            # Raises the SDK's own error for what is no XML.
            found = _from_tree(inner._parse_xml_string_to_dom(body))
        return {"ResponseMetadata": inner._populate_response_metadata(response), **found}


def _set_aside(response_dict: dict[str, Any], **_: Any) -> None:
    """Before the SDK looks for an error in an answer of status 200, which costs a whole parse.

    A body that begins as a listing and ends as one is neither an error nor cut off.
    """
    body: bytes = response_dict["body"]
    whole = body.rstrip().endswith(b"</ListBucketResult>")
    if response_dict["status_code"] == 200 and whole and _BEGINS.match(body):
        response_dict[_ASIDE] = body
        response_dict["body"] = b""


def _quickly(body: bytes) -> dict[str, Any] | None:
    """What `_from_tree` says of the same page, or None when a page has unusual forms."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    count = text.count("<Contents>")
    # Comments, CDATA, line ends that a parser would change, and pages without objects.
    if not count or any(odd in text for odd in ("<!", "\r", _NUL)):
        return None
    head = text[: text.index("<Contents>")]
    tail = text[text.rindex("</Contents>") :]
    how = {name: html.unescape(value) for name, value in _HOW.findall(head + tail)}
    # Each stands in an object once at most, so where there are as many as objects, all have one.
    columns = [pattern.findall(text, len(head)) for pattern in _COLUMNS]
    if "IsTruncated" not in how or any(len(column) != count for column in columns):
        return None
    keys, etags, sizes = columns
    try:
        return _page(how, _plain(keys), _plain(etags), sizes)
    except ValueError:
        return None


def _plain(values: list[str]) -> list[str]:
    """Without XML's entities, all at once. A pair of quotes is what most etags have."""
    joined = _NUL.join(values).replace("&quot;", '"')
    return (html.unescape(joined) if "&" in joined else joined).split(_NUL)


def _from_tree(root: Element) -> dict[str, Any]:
    """Objects, and how to go on."""
    space = root.tag.partition("}")[0] + "}" if root.tag.startswith("{") else ""
    names = ("IsTruncated", "NextContinuationToken", "EncodingType")
    how = {name: root.findtext(space + name) or "" for name in names}
    items = list(root.iterfind(f"{space}Contents"))

    def column(name: str) -> list[str]:
        return [item.findtext(space + name) or "" for item in items]

    return _page(how, column("Key"), column("ETag"), [size or "0" for size in column("Size")])


def _page(
    how: Mapping[str, str], keys: list[str], etags: Iterable[str], sizes: Iterable[str]
) -> dict[str, Any]:
    # The SDK asks for this form, since XML cannot hold every key. Not every store knows it.
    if how.get("EncodingType") == "url":
        keys = [unquote_plus(key) if "%" in key or "+" in key else key for key in keys]
    bare = (etag.strip('"') or None for etag in etags)
    found = list(map(ObjectInfo._make, zip(keys, map(int, sizes), bare, strict=True)))
    parsed: dict[str, Any] = {"IsTruncated": how.get("IsTruncated") == "true", _OBJECTS: found}
    if token := how.get("NextContinuationToken"):
        parsed["NextContinuationToken"] = token
    return parsed


class _Factory(AioResponseParserFactory):
    def create_parser(self, protocol_name: str) -> Any:
        """The parser for S3's protocol, or the SDK's for any other."""
        return _Parser() if protocol_name == "rest-xml" else super().create_parser(protocol_name)


def use_fast_listings(session: AioSession) -> None:
    """Let every S3 client that this session makes from now on read listings by this file."""
    session.register_component("response_parser_factory", _Factory())
    # A wildcard further left is called first, so this comes before the SDK's `before-parse.s3.*`.
    session.register("before-parse.*.ListObjectsV2", _set_aside)
