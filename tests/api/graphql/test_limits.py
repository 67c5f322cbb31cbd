"""The measure of a document: its time is linear, whatever the fragments do."""

import time

import pytest
from graphql import parse

from api.graphql import limits
from api.graphql.limits import MAX_ALIASES, MAX_DEPTH, MAX_FIELDS, too_large
from api.graphql.schema import build

# A field that gives pages, and how long one is that nobody has measured.
PAGES = {"pages": 50}


def _messages(document: str) -> list[str]:
    return [error.message for error in too_large(parse(document), PAGES)]


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


def test_definitions() -> None:
    many = " ".join(f"query Q{n} {{ a }}" for n in range(limits.MAX_DEFINITIONS + 1))
    assert any("operations and fragments" in m for m in _messages(many))


def test_the_schema_is_asked_for_twice_at_most() -> None:
    assert _messages("{ a: __schema { x } __type { x } }") == []
    assert any("__schema" in m for m in _messages("{ a: __schema b: __schema c: __type }"))


def test_page_sizes_are_read_off_the_schema() -> None:
    found = limits.page_sizes(build()._schema)
    assert found["assets"] == 50
    # A job's page is of 20 below an asset, and of 50 at the root: the name stands for both.
    assert found["jobs"] == 50


@pytest.mark.parametrize(
    ("passes", "pages"),
    [
        (True, ["first: 100", "first: 100"]),
        (True, ["after: null", "after: null"]),
        (True, ["first: 9"] * 3),
        (True, ["first: 1" + "0" * 9_000]),
        (False, ["first: 100", "first: 100", "after: null"]),
        (False, ["first: $n"] * 3),
    ],
)
def test_pages_of_pages_are_multiplied(passes: bool, pages: list[str]) -> None:
    selection = "a"
    for arguments in pages:
        selection = f"pages({arguments}) {{ nodes {{ {selection} }} }}"
    assert (_messages(f"query($n: Int!) {{ {selection} }}") == []) is passes


@pytest.mark.parametrize("links", [20, 60, 200])
def test_a_chain_of_doubling_fragments_is_measured_at_once(
    links: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_DEFINITIONS", 1_000)
    chain = " ".join(f"fragment F{n} on T {{ ...F{n + 1} ...F{n + 1} }}" for n in range(links))
    document = parse(f"{{ t {{ ...F0 }} }} {chain} fragment F{links} on T {{ a }}")
    started = time.process_time()
    errors = too_large(document, PAGES)
    assert time.process_time() - started < 0.05
    assert errors


def test_a_fragment_that_names_itself_ends() -> None:
    assert any("deep" in m for m in _messages("{ t { ...F } } fragment F on T { t { ...F } }"))


def test_unknown_fragments_are_left_to_another_rule() -> None:
    assert _messages("{ t { ...Nowhere } }") == []


@pytest.mark.parametrize(
    ("passes", "variables"),
    [
        (True, {}),
        (True, {"v": [1] * (limits.MAX_VALUES - 1)}),
        (False, {"v": [1] * limits.MAX_VALUES}),
        (False, {"v": {"w": [[1, 2]] * (limits.MAX_VALUES // 2)}}),
        (False, {f"v{n}": n for n in range(limits.MAX_VALUES + 1)}),
        (True, {"v": "x" * 10 * limits.MAX_VALUES}),
    ],
)
def test_values_of_variables_are_counted(passes: bool, variables: dict[str, object]) -> None:
    found = limits.too_many(variables)
    assert [error.extensions for error in found] == (
        [] if passes else [{"code": "QUERY_TOO_LARGE"}]
    )
