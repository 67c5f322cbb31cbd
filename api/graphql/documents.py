"""From a text to a document that may be executed: parsed, measured, validated, and remembered.

The order is what makes hostile documents cheap: the parser counts tokens, then the size is
measured, and only what is small enough meets the rules of the language, some of which are
quadratic.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson
from graphql import (
    ASTValidationRule,
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    StringValueNode,
    ValidationRule,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
)
from graphql.validation.rules import overlapping_fields_can_be_merged
from strawberry.extensions import SchemaExtension
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from api.graphql import limits
from api.graphql.introspection import SchemaCopy

_MAX_ERRORS: Final = 3
# Two units a comparison of two fields; the rule gives up, with an error, when it has used them.
_MERGE_BUDGET: Final = 5_000
# To look for similar names costs most where there is most that is wrong.
_SUGGEST_UP_TO: Final = 2_000
_ABORTED: Final = "Validation aborted."
# A parsed document takes some 250 times its text.
_CACHED_CHARACTERS: Final = 256 * 1024
_CACHED_AT_MOST: Final = 8 * 1024
# Names are written in one way only, so an operation without these does not ask for the schema.
_ABOUT_THE_SCHEMA: Final = re.compile(r"__(schema|type)\b")

overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = _MERGE_BUDGET


class NoNul(ValidationRule):
    """PostgreSQL keeps no text with the character of code zero."""

    def enter_string_value(self, node: StringValueNode, *_args: object) -> None:
        """Look at one literal."""
        if "\0" in node.value:
            self.report_error(_nul(node))


@dataclass(frozen=True, slots=True)
class _Known:
    document: DocumentNode
    errors: list[GraphQLError]


class Documents:
    """What every request of a process shares: the rules, and the documents seen lately."""

    def __init__(self, *, introspection: bool) -> None:
        self._introspection = introspection
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._characters = 0
        self._schema: GraphQLSchema | None = None
        rules: list[type[ASTValidationRule]] = [*specified_rules, NoNul]
        rules += [MaybeNullValidationRule, OneOfInputValidationRule]
        if not introspection:
            rules.append(NoSchemaIntrospectionCustomRule)
        self._rules = tuple(rules)

    def learn(self, schema: GraphQLSchema) -> None:
        """Read off the schema, once, what every request needs of it."""
        self._schema = schema
        self._pages = limits.page_sizes(schema)
        self.schema_copy = SchemaCopy(schema)

    def find(self, text: str) -> _Known | None:
        """A document that was seen lately."""
        known = self._known.get(text)
        if known is not None:
            self._known.move_to_end(text)
        return known

    def subscribed(self, text: str, name: str | None) -> frozenset[str]:
        """The fields of a subscription's root; empty for anything else."""
        known = self.find(text)
        try:
            document = known.document if known else parse(text, **limits.OF_PARSER)
        except GraphQLError:
            return frozenset()
        operation = get_operation_ast(document, name)
        if operation is None or operation.operation is not OperationType.SUBSCRIPTION:
            return frozenset()
        # A fragment at the root is rare; what it spreads is then simply not shared.
        nodes = operation.selection_set.selections
        return frozenset(n.name.value if isinstance(n, FieldNode) else "..." for n in nodes)

    def check(self, text: str, document: DocumentNode) -> list[GraphQLError]:
        """What is wrong with a document, and remember it."""
        errors = limits.too_large(document, self._pages) or self._validate(text, document)
        self._remember(text, _Known(document, errors))
        return errors

    def _validate(self, text: str, document: DocumentNode) -> list[GraphQLError]:
        assert self._schema is not None  # noqa: S101 - for the type checker: it was learned
        found = validate(
            self._schema,
            document,
            self._rules,
            max_errors=_MAX_ERRORS,
            hide_suggestions=not self._introspection or len(text) > _SUGGEST_UP_TO,
        )
        return [self._told(error) for error in found]

    def _told(self, error: GraphQLError) -> GraphQLError:
        if error.message == _ABORTED:
            return GraphQLError(
                "the document is too large: it repeats too many fields",
                extensions={"code": "QUERY_TOO_LARGE"},
            )
        if self._introspection or error.extensions:
            return error
        # Whoever may not read the schema must not guess it from what an error says either.
        return GraphQLError("the document does not fit the schema", error.nodes)

    def _remember(self, text: str, known: _Known) -> None:
        if len(text) > _CACHED_AT_MOST:
            return
        self._known[text] = known
        self._characters += len(text)
        while self._characters > _CACHED_CHARACTERS:
            gone, _ = self._known.popitem(last=False)
            self._characters -= len(gone)


class ReadDocument(SchemaExtension):
    """Stands in for the framework's own parsing and validation of one request."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._found: _Known | None = None

    def on_parse(self) -> Iterator[None]:
        """Take the document from the cache, or let the framework parse it within limits."""
        context = self.execution_context
        self._found = self._documents.find(context.query or "")
        if self._found is not None:
            context.graphql_document = self._found.document
        context.parse_options.update(limits.OF_PARSER)  # type: ignore[typeddict-item] # the parser knows more options than the framework names
        yield

    def on_validate(self) -> Iterator[None]:
        """Validate in our own order; the framework then finds it done."""
        context = self.execution_context
        document = context.graphql_document
        assert document is not None  # noqa: S101 - for the type checker: parsing has succeeded
        if self._found is not None:
            errors = self._found.errors
        else:
            errors = self._documents.check(context.query or "", document)
        context.pre_execution_errors = [*errors, *self._of_request(document)]
        yield

    def on_execute(self) -> Iterator[None]:
        """What is asked about the schema is not executed: it is known."""
        context = self.execution_context
        if _ABOUT_THE_SCHEMA.search(context.query or "") is None:
            yield
            return
        document = context.graphql_document
        assert document is not None  # noqa: S101 - for the type checker
        operation = get_operation_ast(document, context.operation_name)
        if operation is not None:
            copy = self._documents.schema_copy
            data = copy.answer(document, operation, context.variables or {})
            if data is not None:
                context.result = ExecutionResult(data, None)
        yield

    def _of_request(self, document: DocumentNode) -> Iterator[GraphQLError]:
        """What depends on more than the document."""
        context = self.execution_context
        named = context._provided_operation_name is not None  # noqa: SLF001 - the public name falls back to the first operation
        operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
        if len(operations) > 1 and not named:
            # https://spec.graphql.org/October2021/#GetOperation(); the framework runs the first.
            yield GraphQLError(
                "the document has several operations: name one by operationName",
                extensions={"code": "GRAPHQL_INVALID"},
            )
        if context.variables:
            yield from limits.too_many(context.variables)
            if _has_nul(context.variables):
                yield _nul(None)


def _has_nul(variables: dict[str, Any]) -> bool:
    if b"\\u0000" not in orjson.dumps(variables, option=orjson.OPT_NON_STR_KEYS):
        return False
    left: list[Any] = [variables]
    while left:
        value = left.pop()
        if isinstance(value, str) and "\0" in value:
            return True
        if isinstance(value, dict):
            left += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            left += value
    return False


def _nul(node: StringValueNode | None) -> GraphQLError:
    return GraphQLError(
        "text must not hold the character U+0000", node, extensions={"code": "INVALID_INPUT"}
    )
