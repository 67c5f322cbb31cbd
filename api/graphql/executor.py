"""Execution that takes the short way for plain fields.

The library spends some microseconds on every leaf: a path, an info object, three looks at types.
That is most of the time of a page of 50 assets with their outputs, which has 3,000 leaves. Here
the leaves of an object that are plain attributes are read by a list that is made once for each
selection; a list of objects that have nothing else is made in one loop. Whatever goes wrong on the
short way, the object is executed again by the library, which knows how errors are placed and how
far a null spreads; reading attributes twice does no harm.
"""

from __future__ import annotations

import inspect
import operator
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLString,
    Undefined,
    is_leaf_type,
)
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from api.graphql.limits import MAX_COERCION_ERRORS

if TYPE_CHECKING:
    from graphql.pyutils import Path

Complete = Callable[[Any], Any]
# The library hands its arguments on by place.
_MAX_ERRORS_AT = list(
    inspect.signature(StrawberryGraphQLCoreExecutionContext.build).parameters
).index("max_coercion_errors")
# Values of these types are answered as they are.
_AS_IT_IS: dict[object, type] = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}


class _NotPlainError(Exception):
    """A value that the library must look at."""


class _Nothing:
    """The type of no value."""


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A field that is an attribute. A value that is exactly of a type needs no completion."""

    name: str  # in the answer
    attribute: str
    exact: type
    complete: Complete


class _Selection:
    """How one selection of fields is read from an object; `others` go the long way."""

    def __init__(self, fields: dict[str, Any], leaves: list[_Leaf], others: dict[str, Any]) -> None:
        self.fields = fields  # kept, because the key of the cache is its identity
        self.others = others
        self.leaves = tuple((leaf.name, leaf.exact, leaf.complete) for leaf in leaves)
        names = [leaf.attribute for leaf in leaves]
        # A getter of one attribute gives no tuple.
        self._get = operator.attrgetter(*names, "__class__") if names else None

    def read(self, source: Any) -> dict[str, Any]:
        """The leaves, in the order of the document, with room for the others. Raises anything."""
        answer: dict[str, Any] = dict.fromkeys(self.fields) if self.others else {}
        if self._get is not None:
            values = self._get(source)
            for (name, exact, complete), value in zip(self.leaves, values, strict=False):
                answer[name] = value if type(value) is exact else complete(value)
        return answer


class Executor(StrawberryGraphQLCoreExecutionContext):
    """The framework's own, but for objects with plain fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._selections: dict[tuple[str, int], _Selection] = {}

    @classmethod
    def build(cls, *args: Any, **kwargs: Any) -> Any:
        """As the library does; but it goes on to the fiftieth mistake in variables, and for each it
        looks at all that was sent."""
        if len(args) > _MAX_ERRORS_AT:
            args = (*args[:_MAX_ERRORS_AT], MAX_COERCION_ERRORS, *args[_MAX_ERRORS_AT + 1 :])
        else:
            kwargs["max_coercion_errors"] = MAX_COERCION_ERRORS
        return super().build(*args, **kwargs)

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: dict[str, Any],
        position_context: Any,
    ) -> Any:
        """Execute the fields of one object, in any order."""
        selection = self._selection(parent_type, grouped_field_set)
        long_way = super().execute_fields
        if not selection.leaves or position_context is not None:
            return long_way(parent_type, source_value, path, grouped_field_set, position_context)
        try:
            answer = selection.read(source_value)
        except Exception:  # noqa: BLE001 - the long way finds it again, and says where it was
            return long_way(parent_type, source_value, path, grouped_field_set, position_context)
        if not selection.others:
            return answer
        rest: Any = long_way(parent_type, source_value, path, selection.others, position_context)
        if self.is_awaitable(rest):
            return _joined(answer, rest)
        answer.update(rest)
        return answer

    def complete_list_value(  # noqa: PLR0917 - the library's own order
        self,
        return_type: GraphQLList[Any],
        field_details_list: Any,
        info: Any,
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        """Complete a list."""
        item = return_type.of_type
        kind = item.of_type if isinstance(item, GraphQLNonNull) else item
        plain = type(result) is list and position_context is None
        if plain and isinstance(kind, GraphQLObjectType):
            fields, deferred, _ = self.collect_subfields(kind, field_details_list)
            selection = self._selection(kind, fields)
            if not selection.others and not deferred:
                try:
                    return _read_all(kind, selection, result, info)
                except Exception:  # noqa: BLE001, S110 - as above
                    pass
        return super().complete_list_value(
            return_type, field_details_list, info, path, result, position_context
        )

    def _selection(self, parent_type: GraphQLObjectType, fields: dict[str, Any]) -> _Selection:
        key = (parent_type.name, id(fields))
        found = self._selections.get(key)
        if found is None:
            found = self._selections[key] = self._select(parent_type, fields)
        return found

    def _select(self, parent_type: GraphQLObjectType, fields: dict[str, Any]) -> _Selection:
        leaves: list[_Leaf] = []
        others: dict[str, Any] = {}
        manager = self.middleware_manager
        between = manager is not None and bool(manager.middlewares)
        for name, details in fields.items():
            field = self.schema.get_field(parent_type, details[0].node.name.value)
            leaf = None if field is None or between else _leaf(name, field)
            if leaf is None:
                others[name] = details
            else:
                leaves.append(leaf)
        return _Selection(fields, leaves, others)


def _read_all(
    kind: GraphQLObjectType, selection: _Selection, items: list[Any], info: Any
) -> list[dict[str, Any]]:
    """Objects of plain fields, none of which is null. Raises anything."""
    check = kind.is_type_of
    if not all(item is not None and (check is None or check(item, info)) for item in items):
        raise _NotPlainError
    return [selection.read(item) for item in items]


async def _joined(answer: dict[str, Any], rest: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    answer.update(await rest)
    return answer


def _leaf(name: str, field: GraphQLField) -> _Leaf | None:
    """How a field without a resolver is read, if its type is a leaf."""
    known = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if not isinstance(known, StrawberryField) or field.args:
        return None
    if not getattr(field.resolve, "_is_default", False) or known.default_resolver is not getattr:
        return None
    kind = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
    complete = _completion(field.type)
    if complete is None:
        return None
    return _Leaf(name, known.python_name, _AS_IT_IS.get(kind, _Nothing), complete)


def _completion(kind: GraphQLOutputType) -> Complete | None:
    """How a value of a leaf type, or of a list of such, becomes what the answer holds."""
    required = isinstance(kind, GraphQLNonNull)
    inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if isinstance(inner, GraphQLList):
        item = _completion(inner.of_type)
        return None if item is None else _or_null(_listed(item), required=required)
    if not is_leaf_type(inner):
        return None
    if inner in _AS_IT_IS:
        return _or_null(_exactly(_AS_IT_IS[inner]), required=required)
    if inner is GraphQLInt:
        return _or_null(_whole, required=required)
    if isinstance(inner, GraphQLEnumType):
        return _or_null(_named(inner.values), required=required)
    return _or_null(_coerced(inner.coerce_output_value), required=required)


def _or_null(complete: Complete, *, required: bool) -> Complete:
    """Completions refuse null by themselves; a field that may be null lets it through."""
    return complete if required else lambda value: None if value is None else complete(value)


def _listed(item: Complete) -> Complete:
    def complete(value: Any) -> Any:
        if type(value) is not list:
            raise _NotPlainError
        return [item(part) for part in value]

    return complete


def _exactly(kind: type) -> Complete:
    def complete(value: Any) -> Any:
        if type(value) is not kind:
            raise _NotPlainError
        return value

    return complete


def _whole(value: Any) -> int:
    if type(value) is not int or not -(2**31) <= value < 2**31:
        raise _NotPlainError
    return value


def _named(values: Mapping[str, Any]) -> Complete:
    """Members of an enum have their names in the schema; another value raises KeyError."""
    names = {value.value: name for name, value in values.items()}
    return lambda value: names[value.value if isinstance(value, Enum) else value]


def _coerced(coerce: Complete) -> Complete:
    def complete(value: Any) -> Any:
        coerced = None if value is None else coerce(value)
        if coerced is None or coerced is Undefined:
            raise _NotPlainError
        return coerced

    return complete
