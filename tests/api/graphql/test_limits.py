"""The limit rule: its time is linear in the document, whatever the fragments do."""

import time

import pytest
from graphql import build_schema, parse, validate

from api.graphql.limits import MAX_ALIASES, MAX_DEPTH, MAX_FIELDS, DocumentLimits

SCHEMA = build_schema("type T { t: T a: Int } type Query { t: T a: Int }")


def _messages(document: str) -> list[str]:
    return [error.message for error in validate(SCHEMA, parse(document), [DocumentLimits])]


def test_a_usual_document_passes() -> None:
    assert _messages("{ t { a x: a t { a } } }") == []


def test_depth() -> None:
    deep = "t { " * MAX_DEPTH + "a" + " }" * MAX_DEPTH
    assert any("levels deep" in m for m in _messages("{ " + deep + " }"))


def test_aliases() -> None:
    many = " ".join(f"x{n}: a" for n in range(MAX_ALIASES + 1))
    assert any("aliases" in m for m in _messages("{ " + many + " }"))


def test_fields() -> None:
    assert any("fields" in m for m in _messages("{ " + "a " * (MAX_FIELDS + 1) + "}"))


@pytest.mark.parametrize("links", [20, 60, 200])
def test_a_chain_of_doubling_fragments_is_measured_at_once(links: int) -> None:
    chain = " ".join(f"fragment F{n} on T {{ ...F{n + 1} ...F{n + 1} }}" for n in range(links))
    document = parse(f"{{ t {{ ...F0 }} }} {chain} fragment F{links} on T {{ a }}")
    started = time.process_time()
    errors = validate(SCHEMA, document, [DocumentLimits])
    assert time.process_time() - started < 0.05
    # Beyond a nesting of 200 the library itself gives up, with an error too.
    assert errors


def test_a_fragment_that_names_itself_ends() -> None:
    assert any("deep" in m for m in _messages("{ t { ...F } } fragment F on T { t { ...F } }"))


def test_unknown_fragments_are_left_to_another_rule() -> None:
    assert _messages("{ t { ...Nowhere } }") == []
