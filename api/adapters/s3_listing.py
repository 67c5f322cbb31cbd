"""Reads pages of a listing at a tenth of the SDK's cost: it parses times that nobody wants here."""

# ruff: noqa: SLF001 - the SDK's parsers are meant for subclasses, and their steps bear underscores.

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from aiobotocore.parsers import AioResponseParserFactory, AioRestXMLParser
from aiobotocore.session import AioSession

_LISTING = "ListObjectsV2Output"


class _Parser(AioRestXMLParser):
    """The SDK's own parser for everything but a page of objects.

    `inner` are methods that the SDK gives its parsers and leaves out of its types.
    """

    def _do_parse(self, response: dict[str, Any], shape: Any) -> dict[str, Any]:
        inner: Any = super()
        if getattr(shape, "name", None) != _LISTING:
            parsed: dict[str, Any] = inner._do_parse(response, shape)
            return parsed
        return {
            "ResponseMetadata": inner._populate_response_metadata(response),
            # Raises the SDK's own error for what is no XML.
            **page(inner._parse_xml_string_to_dom(response["body"])),
        }


def page(root: Element) -> dict[str, Any]:
    """Key, size and etag of each object, and how to go on, in the SDK's own words."""
    space = root.tag.partition("}")[0] + "}" if root.tag.startswith("{") else ""
    parsed: dict[str, Any] = {
        "IsTruncated": root.findtext(f"{space}IsTruncated") == "true",
        "Contents": [
            {
                "Key": item.findtext(f"{space}Key") or "",
                "Size": int(item.findtext(f"{space}Size") or 0),
                "ETag": item.findtext(f"{space}ETag") or None,
            }
            for item in root.iterfind(f"{space}Contents")
        ],
    }
    for name in ("NextContinuationToken", "EncodingType"):
        text = root.findtext(space + name)
        if text:
            parsed[name] = text
    return parsed


class _Factory(AioResponseParserFactory):
    def create_parser(self, protocol_name: str) -> Any:
        """The parser for S3's protocol, or the SDK's for any other."""
        return _Parser() if protocol_name == "rest-xml" else super().create_parser(protocol_name)


def use_fast_listings(session: AioSession) -> None:
    """Let every S3 client that this session makes from now on read listings by `page`."""
    session.register_component("response_parser_factory", _Factory())
