"""How large a document may be: depth, fields and aliases, counted once per fragment.

The framework's own limiters follow every spread anew and take seconds on 700 bytes; this rule
remembers each fragment's measure, so its time is linear in the document.
"""

from __future__ import annotations

from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationRule,
)
from graphql.validation import ValidationContext

MAX_DEPTH = 15
MAX_FIELDS = 2_000
MAX_ALIASES = 60
MAX_TOKENS = 5_000


@dataclass(frozen=True, slots=True)
class Measure:
    """What a selection costs when every spread is written out."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0

    def beside(self, other: Measure) -> Measure:
        """Both selections at one level."""
        return Measure(
            max(self.depth, other.depth),
            self.fields + other.fields,
            self.aliases + other.aliases,
        )


_NOTHING = Measure()
# A spread inside its own definition is refused by another rule; here it must only end.
_TOO_MUCH = Measure(depth=MAX_DEPTH + 1)


class _Scale:
    def __init__(self, document: DocumentNode) -> None:
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
                inner = self.weigh(node.selection_set)
                own = Measure(
                    inner.depth + 1, inner.fields + 1, inner.aliases + (node.alias is not None)
                )
                total = total.beside(own)
            elif isinstance(node, InlineFragmentNode):
                total = total.beside(self.weigh(node.selection_set))
            elif isinstance(node, FragmentSpreadNode):
                total = total.beside(self._fragment(node.name.value))
        return total

    def _fragment(self, name: str) -> Measure:
        if name not in self._known:
            self._known[name] = _TOO_MUCH
            node = self._fragments.get(name)
            self._known[name] = self.weigh(node.selection_set) if node else _NOTHING
        return self._known[name]


class DocumentLimits(ValidationRule):
    """Refuses documents whose written-out size is unreasonable."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._scale = _Scale(context.document)

    def enter_operation_definition(self, node: OperationDefinitionNode, *_args: object) -> None:
        """Weigh each operation."""
        measure = self._scale.weigh(node.selection_set)
        for what, found, most in (
            ("levels deep", measure.depth, MAX_DEPTH),
            ("fields", measure.fields, MAX_FIELDS),
            ("aliases", measure.aliases, MAX_ALIASES),
        ):
            if found > most:
                self.report_error(
                    GraphQLError(
                        f"the operation is too large: at most {most} {what}",
                        node,
                        extensions={"code": "QUERY_TOO_LARGE"},
                    )
                )
