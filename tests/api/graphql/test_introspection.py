# ruff: noqa: E501 - queries read better in a line each
"""What is read off the copy is what the executor would have said."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import (
    GraphQLError,
    OperationDefinitionNode,
    build_schema,
    execute_sync,
    get_introspection_query,
    parse,
)

from api.graphql.introspection import SchemaCopy
from api.graphql.schema import build

SMALL = build_schema(
    """
    "words"
    schema { query: Query }
    interface Node { id: ID! old: Int @deprecated(reason: "so") }
    type Query implements Node { id: ID! old: Int @deprecated list(a: [In!]! = [{x: 1}], b: E = A @deprecated): [[U]!] }
    type Other implements Node { id: ID! old: Int }
    union U = Query | Other
    enum E { A B @deprecated }
    input In { x: Int = 1 y: String @deprecated z: [E!] }
    scalar Day @specifiedBy(url: "https://example.org")
    directive @d(a: Int = 1, b: Int @deprecated) repeatable on FIELD | QUERY
    """
)
LARGE = build()._schema
WORDS = "fragment T on __Type { kind name ofType { ...W } } fragment W on __Type { name kind }"

QUERIES: list[tuple[str, dict[str, Any]]] = [
    (get_introspection_query(), {}),
    (get_introspection_query(descriptions=False), {}),
    (get_introspection_query(specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True), {}),
    ("{ __typename a: __typename __schema { __typename description } }", {}),
    ('{ __type(name: "Query") { fields { name } all: fields(includeDeprecated: true) { name isDeprecated deprecationReason } } }', {}),
    ('{ __type(name: "E") { enumValues { name } all: enumValues(includeDeprecated: true) { name __typename } } }', {}),
    ('{ __type(name: "In") { inputFields { name } all: inputFields(includeDeprecated: true) { name defaultValue type { ...T } } } } ' + WORDS, {}),
    ('{ __type(name: "Nothing") { name } }', {}),
    ("query($n: String!, $d: Boolean = true) { __type(name: $n) { name fields(includeDeprecated: $d) { name } } }", {"n": "Node"}),
    ("query($n: String!, $d: Boolean) { __type(name: $n) { fields(includeDeprecated: $d) { name } } }", {"n": "Node"}),
    ("query($y: Boolean!) { __schema { queryType { name @skip(if: $y) kind @include(if: $y) ... @include(if: $y) { x: name } } } }", {"y": True}),
    ("{ __schema { queryType { fields { type { ...T } } } queryType { fields { type { name } name args { name } } } } } " + WORDS, {}),
    ("{ __schema { types { name interfaces { name interfaces { name } } possibleTypes { name kind } specifiedByURL isOneOf } } }", {}),
    ("{ __schema { mutationType { name } subscriptionType { name } directives { name locations isRepeatable args { name } all: args(includeDeprecated: true) { name } } } }", {}),
    ("{ __schema { types { fields { args { name type { ...T } } type { ofType { ofType { ofType { name fields { name } } } } } } } } } " + WORDS, {}),
]  # fmt: skip


@pytest.mark.parametrize("schema", [SMALL, LARGE], ids=["small", "ours"])
@pytest.mark.parametrize(("query", "variables"), QUERIES)
def test_the_answer_is_the_executors(schema: Any, query: str, variables: dict[str, Any]) -> None:
    document = parse(query)
    expected = execute_sync(schema, document, variable_values=variables)
    assert expected.errors is None
    assert _answer(schema, query, variables) == expected.data


def _answer(schema: Any, query: str, variables: dict[str, Any] | None = None) -> Any:
    document = parse(query)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return SchemaCopy(schema).answer(document, operation, variables or {})


@pytest.mark.parametrize(
    "query",
    ["{ id }", "{ __typename }", "mutation { __typename }", "query($a: Int!) { __schema { description } }"],
)  # fmt: skip
def test_what_is_left_to_the_executor(query: str) -> None:
    assert _answer(SMALL, query) is None


def test_too_large_an_answer_is_refused() -> None:
    with pytest.raises(GraphQLError, match="operation of its own"):
        _answer(LARGE, "{ id __schema { types { name } } }")
    inner = " ".join(f"a{n}: type {{ name kind description }}" for n in range(40))
    with pytest.raises(GraphQLError, match="at most 20,000"):
        _answer(LARGE, f"{{ __schema {{ types {{ fields {{ {inner} }} }} }} }}")
