"""Answers what clients ask about the schema, from a copy in plain values.

The schema never changes while the process runs. To execute such a query resolver by resolver takes
four times as long, and a query of two hundred characters can ask for a million names; here results
are counted, and too many are refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_argument_values,
    introspection_from_schema,
)
from graphql.execution.values import get_directive_values, get_variable_values
from graphql.type import (
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLSkipDirective,
    TypeMetaFieldDef,
    get_named_type,
    introspection_types,
)

MAX_RESULTS: Final = 20_000
_ROOTS: Final = frozenset({"__schema", "__type"})
_KINDS: Final = {
    name: kind for name, kind in introspection_types.items() if isinstance(kind, GraphQLObjectType)
}
_Values = dict[str, Any]


@dataclass(slots=True)
class _Wanted:
    """One field of the answer; `inside` is what is wanted of its value."""

    name: str
    deprecated: bool
    inside: dict[str, _Wanted] | None


class SchemaCopy:
    """The schema as data, and the answers read off it."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        told = introspection_from_schema(schema)
        self._told: _Values = dict(told["__schema"])
        self._types: dict[str, _Values] = {kind["name"]: kind for kind in self._told["types"]}

    def answer(
        self, document: DocumentNode, operation: OperationDefinitionNode, variables: _Values
    ) -> _Values | None:
        """The data, or None for an operation that asks for something else.

        Raises GraphQLError when the answer would be too large.
        """
        if operation.operation is not OperationType.QUERY:
            return None
        given = get_variable_values(
            self._schema, operation.variable_definitions or (), variables, max_errors=1
        )
        if isinstance(given, list):
            return None  # the executor says what is wrong with the variables
        reader = _Reader(self._schema, document, given)
        roots = reader.fields([operation.selection_set])
        names = {nodes[0].name.value for nodes in roots.values()}
        if names.isdisjoint(_ROOTS):
            return None
        if names - _ROOTS - {"__typename"}:
            raise _too_large("ask for the schema in an operation of its own")
        teller = _Teller(self._types)
        return {key: self._root(nodes, reader, teller) for key, nodes in roots.items()}

    def _root(self, nodes: list[FieldNode], reader: _Reader, teller: _Teller) -> Any:
        name = nodes[0].name.value
        if name == "__typename":
            return self._schema.query_type.name if self._schema.query_type else None
        if name == "__schema":
            return teller.tell(self._told, reader.wanted("__Schema", nodes), "__Schema")
        found = self._types.get(reader.arguments(TypeMetaFieldDef, nodes[0])["name"])
        return found and teller.tell(found, reader.wanted("__Type", nodes), "__Type")


def _too_large(words: str) -> GraphQLError:
    return GraphQLError(f"the answer is too large: {words}", extensions={"code": "QUERY_TOO_LARGE"})


class _Reader:
    """Reads selections: fragments written out, equal names merged, directives obeyed."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, given: Any) -> None:
        self._schema = schema
        self._given = given
        self._fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }

    def fields(self, sets: list[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        """Fields by the name that they have in the answer."""
        found: dict[str, list[FieldNode]] = {}
        seen: set[str] = set()
        for one in sets:
            for node in self._fields_of(one, seen):
                found.setdefault((node.alias or node.name).value, []).append(node)
        return found

    def _fields_of(self, selections: SelectionSetNode, seen: set[str]) -> Iterator[FieldNode]:
        for node in selections.selections:
            if not self._is_included(node):
                continue
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, FragmentSpreadNode):
                if node.name.value not in seen:
                    seen.add(node.name.value)
                    yield from self._fields_of(self._fragments[node.name.value].selection_set, seen)
            elif isinstance(node, InlineFragmentNode):
                # Its type is the field's: of the schema's own types no two overlap.
                yield from self._fields_of(node.selection_set, seen)

    def _is_included(self, node: Any) -> bool:
        if not node.directives:
            return True
        skip = get_directive_values(GraphQLSkipDirective, node, self._given)
        include = get_directive_values(GraphQLIncludeDirective, node, self._given)
        return not (skip and skip["if"]) and not (include and not include["if"])

    def arguments(self, field: Any, node: FieldNode) -> Mapping[str, Any]:
        return get_argument_values(field, node, self._given)

    def wanted(self, kind: str, nodes: list[FieldNode]) -> dict[str, _Wanted]:
        sets = [node.selection_set for node in nodes if node.selection_set]
        return {key: self._wanted(kind, same) for key, same in self.fields(sets).items()}

    def _wanted(self, kind: str, nodes: list[FieldNode]) -> _Wanted:
        name = nodes[0].name.value
        if name == "__typename":
            return _Wanted(name, deprecated=True, inside=None)
        field = _KINDS[kind].fields[name]
        inner = get_named_type(field.type).name
        deprecated = self.arguments(field, nodes[0]).get("includeDeprecated", True)
        inside = self.wanted(inner, nodes) if inner in _KINDS else None
        return _Wanted(name, deprecated=bool(deprecated), inside=inside)


class _Teller:
    """Copies what is wanted out of the plain values, and counts."""

    def __init__(self, types: dict[str, _Values]) -> None:
        self._types = types
        self._left = MAX_RESULTS

    def tell(self, value: _Values, wanted: dict[str, _Wanted], kind: str) -> _Values:
        self._left -= len(wanted)
        if self._left < 0:
            raise _too_large(f"at most {MAX_RESULTS:,} fields of the schema at once")
        if kind == "__Type" and "fields" not in value and value.get("name"):
            value = self._types[value["name"]]  # a mention of a type, and here is all of it
        answer: _Values = {}
        for key, one in wanted.items():
            found = kind if one.name == "__typename" else value.get(one.name)
            if one.inside is not None and found is not None:
                found = self._inside(found, one, _INNER[kind, one.name])
            answer[key] = found
        return answer

    def _inside(self, found: Any, one: _Wanted, kind: str) -> Any:
        assert one.inside is not None  # noqa: S101 - for the type checker
        if isinstance(found, list):
            return [
                self.tell(each, one.inside, kind)
                for each in found
                if one.deprecated or not each.get("isDeprecated")
            ]
        return self.tell(found, one.inside, kind)


_INNER: Final = {
    (kind.name, name): get_named_type(field.type).name
    for kind in _KINDS.values()
    for name, field in kind.fields.items()
}
