"""What is checked before a document runs, and what is said about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import get_introspection_query
from strawberry.types import ExecutionResult

from api.graphql import answers
from tests.protocol.in_process import Bench


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.close()


@pytest.fixture(scope="module")
def closed() -> Iterator[Bench]:
    bench = Bench(introspection=False)
    yield bench
    bench.close()


def _errors(
    bench: Bench, document: str, variables: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    result = bench.ask(document, variables)
    assert isinstance(result, ExecutionResult), result
    found: list[dict[str, Any]] = answers.formed(result).get("errors", [])
    return found


def test_what_graphiql_asks_is_answered(bench: Bench) -> None:
    for options in ({}, {"input_value_deprecation": True, "specified_by_url": True}):
        assert _errors(bench, get_introspection_query(**options)) == []


def test_similar_names_are_suggested(bench: Bench) -> None:
    (error,) = _errors(bench, "{ asets { nodes { id } } }")
    assert "Did you mean 'assets'" in error["message"]


PROBES = [
    ("{ asets { nodes { id } } }", None),
    ("{ assets }", None),
    ("{ assets(frst: 1) { nodes { id } } }", None),
    ("{ job { id } }", None),
    ("{ assets(filter: {status: [REDY]}) { nodes { id } } }", None),
    ("query($f: AssetFiltr) { assets(filter: $f) { nodes { id } } }", None),
    ("query($f: AssetFilter) { assets(filter: $f) { nodes { id } } }", {"f": {"kee": 1}}),
    ("query($f: AssetFilter) { assets(filter: $f) { nodes { id } } }", {"f": {"status": ["REDY"]}}),
    ("mutation { startTranscode(input: {}) { job { idd } } }", None),
    (
        "mutation($i: StartTranscodeInput!) { startTranscode(input: $i) { job { id } } }",
        {"i": {"recipe": {"mp3": 1}}},
    ),
    ("{ assets { nodes { ... on Asett { id } } } }", None),
    ("{ asset(id: \"x\") { ... on Job { id } } }", None),
    ("{ __schema { types { name } } }", None),
    ('{ __type(name: "Job") { name } }', None),
    (get_introspection_query(), None),
]  # fmt: skip


@pytest.mark.parametrize(("document", "variables"), PROBES)
def test_a_closed_schema_tells_nothing(
    closed: Bench, document: str, variables: dict[str, Any] | None
) -> None:
    errors = _errors(closed, document, variables)
    assert errors
    for error in errors:
        assert error["message"] in {
            "the document does not fit the schema",
            "the request does not fit the schema",
        }
        assert error["extensions"] == {"code": "GRAPHQL_INVALID"}


def test_a_closed_schema_still_works(closed: Bench) -> None:
    result = closed.ask("{ __typename }")
    assert isinstance(result, ExecutionResult)
    assert result.data == {"__typename": "Query"}


def test_no_more_errors_than_a_person_reads(bench: Bench) -> None:
    errors = _errors(bench, "{ " + " ".join(f"f{n}" for n in range(50)) + " }")
    assert len(errors) == 4
    assert "Too many validation errors" in errors[-1]["message"]


def test_long_values_are_not_quoted_in_full(bench: Bench) -> None:
    document = 'mutation { startTranscode(input: "' + "x" * 9_000 + '") { job { id } } }'
    assert all(len(error["message"]) <= 1_000 for error in _errors(bench, document))


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        (r'{ asset(key: "a\u0000b") { id } }', None),
        ("query($k: String) { asset(key: $k) { id } }", {"k": "a\0b"}),
        ("query($k: JSON) { asset(key: $k) { id } }", {"k": [{"a\0": 1}]}),
    ],
)
def test_the_character_that_no_database_keeps(
    bench: Bench, document: str, variables: dict[str, Any] | None
) -> None:
    codes = {error["extensions"]["code"] for error in _errors(bench, document, variables)}
    assert "INVALID_INPUT" in codes


def test_text_that_only_looks_like_it_passes(bench: Bench) -> None:
    (error,) = _errors(bench, "query($k: String) { asset(key: $k) { id } }", {"k": r"a\u0000b"})
    assert error["extensions"]["code"] != "INVALID_INPUT"


def test_repeated_fields_are_given_up_on(bench: Bench) -> None:
    document = "{ " + '__type(name: "Job") { fields { name } } ' * 2 + "__typename " * 500 + "}"
    (error,) = _errors(bench, document)
    assert error["extensions"]["code"] == "QUERY_TOO_LARGE"


def test_a_known_document_is_checked_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    from api.graphql import documents

    document = "{ known: __typename }"
    first = bench.ask(document)
    monkeypatch.setattr(documents, "validate", None)
    assert bench.ask(document) == first


def test_the_cache_keeps_a_bounded_number_of_characters() -> None:
    from graphql import parse

    from api.graphql.documents import Documents
    from api.graphql.schema import build

    kept = Documents(introspection=True)
    kept.learn(build()._schema)
    for number in range(200):
        text = f"{{ a{number}: __typename }}" + " " * 4_000
        kept.check(text, parse(text))
    assert kept.find("{ a199: __typename }" + " " * 4_000) is not None
    assert kept.find("{ a0: __typename }" + " " * 4_000) is None
    huge = "{ __typename }" + " " * 9_000
    kept.check(huge, parse(huge))
    assert kept.find(huge) is None


def test_graphiql_has_help_for_every_input() -> None:
    from graphql import GraphQLInputObjectType

    from api.graphql.schema import build

    bare = []
    for kind in build()._schema.type_map.values():
        if isinstance(kind, GraphQLInputObjectType):
            bare += [] if kind.description else [kind.name]
            bare += [f"{kind.name}.{n}" for n, f in kind.fields.items() if not f.description]
    assert bare == []
