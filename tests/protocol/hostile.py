"""Documents that were made to cost much, in several sizes up to ten kilobytes.

The smaller sizes are there to slip below the limit on tokens and to meet all other parts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from graphql import get_introspection_query

SIZES = (10_000, 6_000, 4_000, 2_500, 1_200)
_WORD = "x" * 30


def _filled(size: int, head: str, piece: Callable[[int], str], tail: str) -> str:
    """As many pieces as fit."""
    parts, left, number = [], size - len(head) - len(tail), 0
    while (part := piece(number)) and left >= len(part):
        parts.append(part)
        left -= len(part)
        number += 1
    return head + "".join(parts) + tail


def _nested(size: int, opening: str, middle: str, closing: str) -> str:
    """As deep as fits."""
    times = (size - len(middle)) // (len(opening) + len(closing))
    return opening * times + middle + closing * times


def chain(links: int, spreads: int, body: str = "id") -> str:
    """Each fragment spreads the next one, several times."""
    parts = [
        f"fragment F{n} on Asset {{ {' '.join([f'...F{n + 1}'] * spreads)} }} "
        for n in range(links)
    ]
    return f"{{ asset {{ ...F0 }} }} {''.join(parts)}fragment F{links} on Asset {{ {body} }}"


def chain_through_fields(links: int) -> str:
    """The same through fields, so that nothing can be merged away."""
    parts = [
        f"fragment F{n} on Asset {{ a: jobs {{ nodes {{ asset {{ ...F{n + 1} }} }} }}"
        f" b: jobs {{ nodes {{ asset {{ ...F{n + 1} }} }} }} }} "
        for n in range(links)
    ]
    return f"{{ asset {{ ...F0 }} }} {''.join(parts)}fragment F{links} on Asset {{ id }}"


def ring(size: int) -> str:
    """Every fragment spreads every other."""
    parts = [
        f"fragment F{n} on Asset {{ id {' '.join(f'...F{m}' for m in range(size) if m != n)} }} "
        for n in range(size)
    ]
    return "{ asset { ...F0 } } " + "".join(parts)


def all_pairs(size: int) -> str:
    """Every fragment spreads all later ones."""
    parts = [
        f"fragment F{n} on Asset {{ id {' '.join(f'...F{m}' for m in range(n + 1, size))} }} "
        for n in range(size)
    ]
    return "{ asset { ...F0 } } " + "".join(parts)


def pyramid(levels: int) -> str:
    """The overlapping-fields attack: equal names at every level of two nests."""
    return (
        "{ "
        + "asset { jobs { nodes { " * levels
        + "id "
        + "} } } asset { jobs { nodes { id } } }" * levels
        + " }"
    )


# ruff: noqa: E501 - a table reads better with a document a line


def documents(size: int) -> dict[str, str]:
    """Every kind of document in about this size, by name."""
    filled, nested = partial(_filled, size), partial(_nested, size)
    few = size // 100  # how many of something that takes some hundred characters
    return {
        "doubling fragments, 20 links": chain(min(20, few), 2),
        "doubling fragments, 26 links": chain(min(26, few), 2),
        "doubling fragments, 200 links": chain(2 * few, 2),
        "fragments that spread ten times": chain(few // 2, 10),
        "doubling fragments through fields": chain_through_fields(few // 2),
        "a ring of fragments": ring(int(few**0.5) * 3),
        "all pairs of fragments": all_pairs(int(few**0.5) * 4),
        "one fragment, many spreads": filled("{ asset { ", lambda n: "...F ", "} } fragment F on Asset { id }"),
        "many fragments in one set": "{ asset { " + " ".join(f"...F{n}" for n in range(2 * few)) + " } } "
        + " ".join(f"fragment F{n} on Asset {{ id }}" for n in range(2 * few)),
        "many fragments of two fields": "{ asset { " + " ".join(f"...F{n}" for n in range(few * 3 // 2)) + " } } "
        + " ".join(f"fragment F{n} on Asset {{ id key title }}" for n in range(few * 3 // 2)),
        "a fragment that spreads itself": "{ asset { ...F } } fragment F on Asset { id ...F }",
        "unused fragments": filled("{ __typename } ", lambda n: f"fragment F{n} on Asset {{ id }} ", ""),
        "fragments of unknown types": filled("{ __typename } ", lambda n: f"fragment F{n} on Asse{n} {{ id }} ", ""),
        "spreads of unknown fragments": filled("{ ", lambda n: f"...F{n} ", "}"),
        "inline fragments, wide": filled("{ ", lambda n: "... on Query { __typename } ", "}"),
        "inline fragments, deep": nested("{ ... ", "{ __typename }", "}"),
        "bare braces": "{" * size,
        "deep selection": nested("{a", "", "}"),
        "deep lists": "{ a(b: " + "[" * (size // 2 - 20) + "]" * (size // 2 - 20) + ") }",
        "deep objects": "{ a(b: " + "{c:" * (size // 5) + "1" + "}" * (size // 5) + ") }",
        "deep list types": "query($v: " + "[" * (size // 2 - 20) + "Int" + "]" * (size // 2 - 20) + ") { __typename }",
        "the same field": filled("{ ", lambda n: "__typename ", "}"),
        "the same short field": filled("{ asset { ", lambda n: "id ", "} }"),
        "the same field with arguments": filled("{ ", lambda n: f'asset(id: "{n}") {{ id }} ', "}"),
        "the same field with equal arguments": filled("{ ", lambda n: 'asset(id: "x") { id } ', "}"),
        "one alias for many fields": filled("{ asset { ", lambda n: "a: id a: key ", "} }"),
        "many aliases": filled("{ ", lambda n: f"a{n}: __typename ", "}"),
        "equal nests": pyramid(few // 3),
        "equal nests side by side": filled("{ ", lambda n: "asset { jobs { nodes { id } } } ", "}"),
        "conflicts in nests": filled("{ ", lambda n: f"asset {{ jobs {{ nodes {{ a: {('id', 'title')[n % 2]} }} }} }} ", "}"),
        "unknown fields": filled("{ ", lambda n: f"f{n} ", "}"),
        "unknown fields, almost known": filled("{ ", lambda n: f"asset{n} uploadz{n} ", "}"),
        "unknown long fields": filled("{ ", lambda n: f"{_WORD}{n} ", "}"),
        "one unknown field, very long": "{ " + "a" * (size - 4) + " }",
        "unknown types, long": filled("query(", lambda n: f"$v{n}: {_WORD}{n} ", ") { __typename }"),
        "unknown arguments": filled("{ asset(", lambda n: f"idd{n}: 1 ", ") { id } }"),
        "unknown arguments, long": filled("{ assets(", lambda n: f"{_WORD}{n}: 1 ", ") { nodes { id } } }"),
        "unknown input fields": filled('mutation { startTranscode(input: {', lambda n: f"sourceKei{n}: 1 ", "}) { job { id } } }"),
        "unknown enum values": filled('{ assets(filter: {status: [', lambda n: f"READI{n} ", "]}) { nodes { id } } }"),
        "known enum values": filled('{ assets(filter: {status: [', lambda n: "READY ", "]}) { nodes { id } } }"),
        "unknown directives": filled("{ __typename ", lambda n: f"@d{n} ", "}"),
        "the same directive": filled("{ __typename ", lambda n: "@skip(if: false) ", "}"),
        "directives on everything": filled("{ ", lambda n: "__typename @include(if: true) ", "}"),
        "many operations": filled("", lambda n: f"query Q{n} {{ __typename }} ", ""),
        "many operations of one name": filled("", lambda n: "query Q { __typename } ", ""),
        "many anonymous operations": filled("", lambda n: "{ __typename } ", ""),
        "many operations, many fragments": "".join(f"query Q{n} {{ asset {{ ...F0 }} }} " for n in range(few))
        + "".join(f"fragment F{n} on Asset {{ ...F{n + 1} }} " for n in range(few * 3 // 2)) + f"fragment F{few * 3 // 2} on Asset {{ id }}",
        "many subscriptions": filled("subscription { ", lambda n: f'a{n}: jobUpdated(id: "x") {{ id }} ', "}"),
        "undefined variables": filled("{ ", lambda n: f"a: asset(id: $v{n}) {{ id }} ", "}"),
        "unused variables": filled("query(", lambda n: f"$v{n}: Int ", ") { __typename }"),
        "variables of one name": filled("query(", lambda n: "$v: Int ", ") { __typename }"),
        "variables with defaults": filled("query(", lambda n: f"$v{n}: [[Int]] = [[1]] ", ") { __typename }"),
        "variables of all operations": "".join(
            f"query Q{n}({' '.join(f'$v{m}: ID' for m in range(8))}) {{ asset {{ ...F }} }} " for n in range(few * 4 // 5)
        ) + "fragment F on Asset { jobs(after: $v0) { nodes { id } } }",
        "a list literal": filled("mutation { signUploadParts(input: {uploadId: \"x\", partNumbers: [", lambda n: "1 ", "]}) { parts { url } } }"),
        "an object literal": filled("mutation { startMultipartUpload(input: {filename: \"x\", metadata: {", lambda n: f"k{n}: 1 ", "}}) { upload { id } } }"),
        "an object with one key": filled("mutation { startMultipartUpload(input: {filename: \"x\", metadata: {", lambda n: "k: 1 ", "}}) { upload { id } } }"),
        "long string": '{ asset(key: "' + "x" * (size - 100) + '") { id } }',
        "string of escapes": '{ asset(key: "' + "\\n" * (size // 2 - 50) + '") { id } }',
        "string of unicode escapes": '{ asset(key: "' + "\\u{1F600}" * (size // 10) + '") { id } }',
        "unfinished string": '{ asset(key: "' + "x" * (size - 100),
        "block string": '{ asset(key: """' + "\n x" * (size // 3 - 20) + '""") { id } }',
        "block string of quotes": '{ asset(key: """' + '\\"""' * (size // 4 - 20) + '""") { id } }',
        "block string of empty lines": '{ asset(key: """' + "\n" * (size - 100) + '""") { id } }',
        "one comment": "#" * (size - 20) + "\n{ __typename }",
        "many comments": "#\n" * (size // 2 - 50) + "{ __typename }",
        "comments between tokens": filled("{ ", lambda n: "a#\n", "}"),
        "nothing but commas": "," * (size - 20) + "{ __typename }",
        "nothing but spaces": " " * (size - 20) + "{ __typename }",
        "nothing but line ends": "\r\n" * (size // 2 - 50) + "{ __typename }",
        "byte order marks": "\ufeff" * (size // 3) + "{ __typename }",
        "a long number": "{ assets(first: 1" + "0" * (size - 100) + ") { nodes { id } } }",
        "a long fraction": "{ assets(first: 0." + "1" * (size - 100) + ") { nodes { id } } }",
        "a huge exponent": "{ assets(first: 1e99999999) { nodes { id } } }",
        "numbers": filled("{ a(b: [", lambda n: "1e9 ", "]) }"),
        "emoji": "{ " + "\U0001f600" * (size // 4) + " }",
        "introspection": "{ __schema { types { name fields { name args { name type { name } } } } } }",
        "introspection, deep": "{ __schema { types { " + "fields { type { " * 6 + "name" + " } }" * 6 + " } } }",
        "introspection as tools ask": get_introspection_query(specified_by_url=True, directive_is_repeatable=True, input_value_deprecation=True),
        "introspection, many times": filled("{ ", lambda n: f"a{n}: __schema {{ types {{ name fields {{ name }} }} }} ", "}"),
        "introspection of one type, many times": filled("{ ", lambda n: f'a{n}: __type(name: "Query") {{ fields {{ name type {{ name }} }} }} ', "}"),
        "introspection by doubling": "{ __schema { types { ...F0 } } } "
        + "".join(f"fragment F{n} on __Type {{ ofType {{ ...F{n + 1} }} interfaces {{ ...F{n + 1} }} possibleTypes {{ ...F{n + 1} }} }} " for n in range(8))
        + "fragment F8 on __Type { name }",
        "pages of pages": "{ " + "assets(first: 100) { nodes { jobs(first: 100) { nodes { asset { jobs(first: 100) { nodes { id } } } } } } }" + " }",
        "type definitions": filled("", lambda n: f"type T{n} {{ a: Int }} ", ""),
        "extensions of a type": filled("", lambda n: "extend type Query { a: Int } ", ""),
        "fragment arguments": filled("{ __typename } ", lambda n: f"fragment F{n}($a: Int) on Asset {{ id }} ", ""),
    }  # fmt: skip


def requests() -> Iterator[tuple[str, str, dict[str, Any] | None]]:
    """Name, document and variables; variables count towards the ten kilobytes."""
    for size in SIZES:
        for name, document in documents(size).items():
            yield f"{name} ({size:,})", document, None
    transcode = "mutation($i: StartTranscodeInput!) { startTranscode(input: $i) { job { id } } }"
    deep: Any = 1
    for _ in range(900):
        deep = [deep]
    for name, variables in (
        ("a wide input", {"i": {f"k{n}": 1 for n in range(900)}}),
        ("a wide input, almost known", {"i": {f"sourceKe{n}": 1 for n in range(600)}}),
        ("a deep input", {"i": {"metadata": deep}}),
        ("a deep wrong input", {"i": deep}),
        ("a list of wrong rungs", {"i": {"recipe": {"ladder": {"rungs": [{"x": 1}] * 900}}}}),
        ("a list of empty rungs", {"i": {"recipe": {"ladder": {"rungs": [{}] * 2_000}}}}),
        ("many variables", {f"v{n}": n for n in range(900)}),
        ("a long key", {"i": {"sourceKey": "x" * 9_000}}),
    ):
        assert len(json.dumps(variables)) <= 12_000, name
        yield name, transcode, variables


def large_variables() -> dict[str, tuple[str, dict[str, Any]]]:
    """Variables of up to a megabyte, the largest body that is read: document and values."""
    filtered = "query($v: AssetFilter) { assets(filter: $v) { nodes { id } } }"
    listed = "query($v: [AssetStatus!]) { assets(filter: {status: $v}) { nodes { id } } }"
    complete = (
        "mutation($v: CompleteMultipartUploadInput!)"
        " { completeMultipartUpload(input: $v) { userErrors { code } } }"
    )
    wrong_parts = [{"number": "x", "etag": 1}] * 10_000
    return {
        "unknown fields": (filtered, {"v": {f"x{n}": 1 for n in range(60_000)}}),
        "unknown fields, almost known": (filtered, {"v": {f"statu{n}": 1 for n in range(30_000)}}),
        "wrong values": (listed, {"v": ["READI"] * 30_000}),
        "more wrong values": (listed, {"v": ["X"] * 200_000}),
        "nothing but lists": (listed, {"v": [[]] * 300_000}),
        "wrong parts": (complete, {"v": {"uploadId": "x", "parts": wrong_parts}}),
        "a long text": (filtered, {"v": {"text": "x" * 1_000_000}}),
        "a long name": (filtered, {"v": {"x" * 1_000_000: 1}}),
        "variables of nobody": ("{ __typename }", {f"v{n}": [n] for n in range(60_000)}),
    }


def most_parts() -> tuple[str, dict[str, Any]]:
    """The largest request that is in order: every part of the largest upload."""
    parts = [{"number": n, "etag": f'"{n:032d}"'} for n in range(1, 10_001)]
    document, _ = large_variables()["wrong parts"]
    return document, {"v": {"uploadId": "upload_x", "parts": parts}}
