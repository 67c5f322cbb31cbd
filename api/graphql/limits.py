"""How large a document may be, counted once per fragment and before anything else looks at it.

The framework's own limiters follow every spread anew and take seconds on 700 bytes; here each
fragment's measure is remembered, so the time is linear in the document. The numbers are such that
ten kilobytes of whatever somebody sends cost less than 50 ms; docs/reference/transports.md lists
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
)

MAX_CHARACTERS: Final = 20_000
MAX_TOKENS: Final = 1_200
MAX_COMMENTS: Final = 500
MAX_DEFINITIONS: Final = 60
MAX_DEPTH: Final = 15
MAX_FIELDS: Final = 1_000
MAX_ALIASES: Final = 60
MAX_RESULTS: Final = 200_000
MAX_INTROSPECTIONS: Final = 2
MAX_PAGE: Final = 100
# The 10,000 parts of the largest upload, each with two fields, and some room.
MAX_VALUES: Final = 32_000
# Of one request's variables. The text of each shows all of what was sent, as far as it is short.
MAX_COERCION_ERRORS: Final = 2

OF_PARSER: Final[Mapping[str, Any]] = {
    "max_lexical_tokens": MAX_TOKENS,
    "max_comments": MAX_COMMENTS,
    "max_source_length": MAX_CHARACTERS,
}
_INTROSPECTION: Final = frozenset({"__schema", "__type"})


@dataclass(frozen=True, slots=True)
class Measure:
    """What a selection costs when every spread is written out.

    `results` counts fields, each as often as the pages around it are long.
    """

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    results: int = 0
    introspections: int = 0

    def beside(self, other: Measure) -> Measure:
        """Both selections at one level."""
        return Measure(
            max(self.depth, other.depth),
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.results + other.results,
            self.introspections + other.introspections,
        )


_LIMITS: Final[Mapping[str, tuple[int, str]]] = {
    "depth": (MAX_DEPTH, "levels deep"),
    "fields": (MAX_FIELDS, "fields"),
    "aliases": (MAX_ALIASES, "aliases"),
    "results": (MAX_RESULTS, "results, counting every page as full"),
    "introspections": (MAX_INTROSPECTIONS, "times __schema or __type"),
}
_NOTHING: Final = Measure()
# A spread inside its own definition is refused by another rule; here it must only end.
_ENDLESS: Final = Measure(depth=MAX_DEPTH + 1)


def page_sizes(schema: GraphQLSchema) -> dict[str, int]:
    """Fields that give pages, by name, with the size of a page that nobody has named."""
    found: dict[str, int] = {}
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in kind.fields.items():
                first = field.args.get("first")
                if first is not None:
                    size = first.default_value
                    known = size if isinstance(size, int) else MAX_PAGE
                    found[name] = max(known, found.get(name, 0))
    return found


def too_large(document: DocumentNode, pages: Mapping[str, int]) -> list[GraphQLError]:
    """What is too large about a document; empty when nothing is."""
    if len(document.definitions) > MAX_DEFINITIONS:
        return [_error(MAX_DEFINITIONS, "operations and fragments", document.definitions[-1])]
    scale = _Scale(document, pages)
    found = []
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            measure = scale.weigh(node.selection_set)
            for field in fields(Measure):
                most, words = _LIMITS[field.name]
                if getattr(measure, field.name) > most:
                    found.append(_error(most, words, node))
    return found


def too_many(variables: Mapping[str, Any]) -> list[GraphQLError]:
    """Whether variables hold more than can be compared with their types in passing."""
    count = 0
    left: list[Any] = [variables]
    while left:
        value = left.pop()
        count += len(value)
        if count > MAX_VALUES:
            return [_error(MAX_VALUES, "values in variables", None)]
        inside = value.values() if isinstance(value, Mapping) else value
        left += [one for one in inside if isinstance(one, dict | list)]
    return []


def _error(most: int, words: str, node: object) -> GraphQLError:
    what = "document is" if node is not None else "request is"
    return GraphQLError(
        f"the {what} too large: at most {most:,} {words}",
        node,  # type: ignore[arg-type] # a definition is a node; the list's type is wider
        extensions={"code": "QUERY_TOO_LARGE"},
    )


class _Scale:
    def __init__(self, document: DocumentNode, pages: Mapping[str, int]) -> None:
        self._pages = pages
        self._fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        self._known: dict[str, Measure] = {}

    def weigh(self, selections: SelectionSetNode | None) -> Measure:
        total = _NOTHING
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                total = total.beside(self._field(node))
            elif isinstance(node, InlineFragmentNode):
                total = total.beside(self.weigh(node.selection_set))
            elif isinstance(node, FragmentSpreadNode):
                total = total.beside(self._fragment(node.name.value))
        return total

    def _field(self, node: FieldNode) -> Measure:
        inner = self.weigh(node.selection_set)
        return Measure(
            inner.depth + 1,
            inner.fields + 1,
            inner.aliases + (node.alias is not None),
            1 + inner.results * self._page(node),
            inner.introspections + (node.name.value in _INTROSPECTION),
        )

    def _page(self, node: FieldNode) -> int:
        """How many rows the field gives at most. What a variable says is not known yet."""
        default = self._pages.get(node.name.value)
        if default is None:
            return 1
        for argument in node.arguments or ():
            if argument.name.value == "first":
                return _number(argument.value)
        return default

    def _fragment(self, name: str) -> Measure:
        if name not in self._known:
            self._known[name] = _ENDLESS
            node = self._fragments.get(name)
            self._known[name] = self.weigh(node.selection_set) if node else _NOTHING
        return self._known[name]


def _number(value: ValueNode) -> int:
    # More digits than any page has: Python would take its time over thousands of them.
    if isinstance(value, IntValueNode) and len(value.value) <= len(str(MAX_PAGE)):
        return min(int(value.value), MAX_PAGE)
    return MAX_PAGE
