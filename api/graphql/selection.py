"""What a request wants below a field, known before it is resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import FieldNode, FragmentSpreadNode, InlineFragmentNode, SelectionSetNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.graphql.context import Info


def asks(info: Info, *path: str) -> bool:
    """Whether a field stands below the running one, by the names of the fields on the way.

    Directives are not looked at: a field that is skipped counts as asked for.
    """
    raw = info._raw_info  # noqa: SLF001 - the framework's own way makes objects of the whole tree
    found = list(raw.field_nodes)
    for name in path:
        sets = [node.selection_set for node in found if node.selection_set is not None]
        found = [
            field
            for one in sets
            for field in _fields(info, one, frozenset())
            if field.name.value == name
        ]
    return bool(found)


def _fields(info: Info, one: SelectionSetNode, inside: frozenset[str]) -> Iterator[FieldNode]:
    """The fields of a selection, those of its fragments too."""
    for node in one.selections:
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            yield from _fields(info, node.selection_set, inside)
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in inside:
            name = node.name.value
            fragment = info._raw_info.fragments[name]  # noqa: SLF001
            yield from _fields(info, fragment.selection_set, inside | {name})
