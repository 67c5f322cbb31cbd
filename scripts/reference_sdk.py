"""The Python client for docs/reference/python.md, read off its signatures and docstrings."""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import Any

from pydantic import BaseModel
from reference_markdown import code, prose, table

import reelmill
from reelmill import Client, ReelmillError
from reelmill.errors import codes_of

_WIDTH = 88
_ANY_OF = re.compile(r"^Annotated\[(.*), (?:_OPEN|Field\(.*\))\]$")


def exported() -> dict[str, Any]:
    """Everything that `from reelmill import ...` gives, by name."""
    return {name: getattr(reelmill, name) for name in dir(reelmill) if not name.startswith("_")}


def client() -> str:
    """Every public method of Client, under the part of it that has it."""
    made = [f"```python\n{_signature('Client', Client.__init__)}\n```", prose(Client.__doc__)]
    for part in Client.__mro__:
        methods = [*_methods(part)]
        if not methods:
            continue
        if part is not Client:
            made.append(f"### {part.__name__}")
            made.append(prose(part.__doc__))
        made += [_method(name, method) for name, method in methods]
    return "\n\n".join(made)


def _methods(part: type) -> Iterator[tuple[str, Any]]:
    for name, value in vars(part).items():
        if not name.startswith("_") and callable(_function(value)):
            yield name, value


def _method(name: str, method: Any) -> str:
    plain = _function(method)
    waits = inspect.iscoroutinefunction(plain) or inspect.isasyncgenfunction(plain)
    kind = "async def " if waits else "def "
    shown = name if isinstance(method, property) else kind + _signature(name, plain)
    return f"#### `{name}`\n\n```python\n{shown}\n```\n\n{prose(plain.__doc__)}"


def _function(method: Any) -> Any:
    if isinstance(method, classmethod):
        return method.__func__
    return method.fget if isinstance(method, property) else method


def _signature(name: str, method: Callable[..., Any]) -> str:
    """As one would write it, without `self`; on several lines where one is too long."""
    found = inspect.signature(method)
    arguments = [*found.parameters.values()][1:]
    told = re.sub(r"['\"]", "", str(found.return_annotation))
    answer = "" if found.return_annotation in (None, "None") else f" -> {told}"
    words = [*_arguments(arguments)]
    line = f"{name}({', '.join(words)}){answer}"
    if len(line) <= _WIDTH:
        return line
    return f"{name}(\n" + "".join(f"    {word},\n" for word in words) + f"){answer}"


def _arguments(parameters: Iterable[inspect.Parameter]) -> Iterator[str]:
    by_name = False
    for each in parameters:
        if each.kind is each.KEYWORD_ONLY and not by_name:
            by_name = True
            yield "*"
        default = "" if each.default is each.empty else f" = {_value(each.default)}"
        yield f"{each.name}: {each.annotation}{default}"


def errors() -> str:
    """The classes of errors, and the codes by which the server's become theirs."""
    kinds = [kind for kind in exported().values() if _is(kind, ReelmillError)]
    rows = [
        (
            code(kind.__name__),
            "" if kind is ReelmillError else code(kind.__base__.__name__),
            ", ".join(map(code, dict.fromkeys((kind.default_code, *codes_of(kind))))),
            prose(kind.__doc__),
        )
        for kind in sorted(kinds, key=lambda kind: (len(kind.__mro__), kind.__name__))
    ]
    return table(("class", "is a", "codes", "meaning"), rows)


def values() -> str:
    """What methods take and answer, by name."""
    kinds = exported().items()
    return "\n\n".join(
        f"### `{name}`\n\n{prose(kind.__doc__)}\n\n```python\n{_fields(kind)}\n```"
        for name, kind in kinds
        if not _is(kind, (Client, ReelmillError, Enum))
    )


def enumerations() -> str:
    """The enumerations with their members."""
    rows = [
        (code(name), prose(kind.__doc__), ", ".join(code(member.name) for member in kind))
        for name, kind in exported().items()
        if _is(kind, Enum)
    ]
    return table(("class", "meaning", "members"), rows)


def _is(kind: Any, base: type | tuple[type, ...]) -> bool:
    return isinstance(kind, type) and issubclass(kind, base)


def _fields(kind: type) -> str:
    """Its fields with types and defaults; where there are none, how it is made."""
    if issubclass(kind, BaseModel):
        defaults = {
            name: field.get_default(call_default_factory=True)
            for name, field in kind.model_fields.items()
            if not field.is_required()
        }
        names = [*kind.model_fields]
    elif dataclasses.is_dataclass(kind):
        found = dataclasses.fields(kind)
        names = [field.name for field in found]
        defaults = {
            field.name: field.default for field in found if field.default is not dataclasses.MISSING
        }
    else:
        return _signature(kind.__name__, kind.__init__)
    return "\n".join(
        f"{name}: {_annotation(kind, name)}"
        + (f" = {_value(defaults[name])}" if name in defaults else "")
        for name in names
    )


def _annotation(kind: type, name: str) -> str:
    """As the class says it. One that may be newer than the client is a string as well."""
    for base in kind.__mro__:
        said = inspect.get_annotations(base).get(name)
        if said is not None:
            return _ANY_OF.sub(r"\1", str(said))
    raise LookupError(f"{kind.__name__}.{name} has no type")


def _value(value: Any) -> str:
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    return json.dumps(value) if isinstance(value, str) else repr(value)
