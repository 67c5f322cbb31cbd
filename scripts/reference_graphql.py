"""Tables of the GraphQL contract, read off the schema that the API serves."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    Undefined,
    build_schema,
)
from reference_markdown import code, listed, prose, table

from api.graphql.schema import build

_ROOTS = {"Query", "Mutation", "Subscription"}
_STANDARD = {"Boolean", "Float", "ID", "Int", "String"}


@cache
def contract() -> GraphQLSchema:
    """The schema as any client reads it."""
    return build_schema(build().as_str())


def queries() -> str:
    """The fields of Query."""
    return _root(contract().query_type)


def mutations() -> str:
    """The fields of Mutation."""
    return _root(contract().mutation_type)


def subscriptions() -> str:
    """The fields of Subscription."""
    return _root(contract().subscription_type)


def _root(kind: GraphQLObjectType | None) -> str:
    fields = kind.fields.items() if kind else ()
    rows = [
        (code(name), _arguments(field), code(str(field.type)), field.description or "")
        for name, field in fields
    ]
    return table(("field", "arguments", "answers", "meaning"), rows)


def types() -> str:
    """Every other type, by name."""
    named = contract().type_map.values()
    own = [kind for kind in named if not kind.name.startswith("__")]
    return "\n\n".join(
        _type(kind)
        for kind in sorted(own, key=lambda kind: kind.name)
        if kind.name not in _ROOTS | _STANDARD
    )


def _type(kind: GraphQLNamedType) -> str:
    return "\n\n".join([f"### {kind.name}", *_parts(kind)])


def _parts(kind: GraphQLNamedType) -> Iterator[str]:
    if kind.description:
        yield prose(kind.description) + "."
    if isinstance(kind, GraphQLEnumType):
        yield f"Values: {listed(list(kind.values), last='and')}."
    elif isinstance(kind, GraphQLScalarType):
        yield "A scalar."
    elif isinstance(kind, GraphQLInputObjectType):
        yield _input(kind)
    elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        yield _object(kind)


def _input(kind: GraphQLInputObjectType) -> str:
    rows = [
        (code(name), code(str(field.type)), _default(field.default_value), field.description or "")
        for name, field in kind.fields.items()
    ]
    return table(("field", "type", "default", "meaning"), rows)


def _object(kind: GraphQLObjectType | GraphQLInterfaceType) -> str:
    rows = []
    for name, field in kind.fields.items():
        arguments = _arguments(field)
        shown = code(name) + (f" ({arguments})" if arguments else "")
        rows.append((shown, code(str(field.type)), field.description or ""))
    return table(("field", "type", "meaning"), rows)


def _arguments(field: GraphQLField) -> str:
    return ", ".join(
        code(f"{name}: {one.type}" + (f" = {one.default_value}" if one.default_value else ""))
        for name, one in field.args.items()
    )


def _default(value: object) -> str:
    return "" if value in {Undefined, None, ""} else code(str(value))
