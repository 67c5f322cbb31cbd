"""Every transaction of the API that writes, found in its source, so that none can be forgotten.

A commit is named after the function that opens it, such as `Runs.claim`, with `#2` for the second
in one function. What a transaction writes is followed through the functions that are handed its
connection, down to the SQL.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_API = Path(__file__).resolve().parents[2] / "api"
_ADAPTERS = _API / "adapters" / "postgres"
_WRITES = re.compile(
    r"\b(insert\s+into|update\s+\w+\s+set|update\s+\w+\s+as|delete\s+from)\b", re.I
)
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Commit:
    """One `async with database...` that writes: lines of its head, to know it at run time."""

    name: str
    file: Path
    first: int
    last: int


@cache
def commits() -> tuple[Commit, ...]:
    """All of them, by file and line."""
    found: list[Commit] = []
    for file in sorted((_API / "services").glob("*.py")):
        for qualname, function in _functions(_tree(file)):
            opened = [n for n in _own(function) if _opens(n) and _writes_in(file, n)]
            for number, node in enumerate(opened, 1):
                name = qualname if len(opened) == 1 else f"{qualname}#{number}"
                head = node.items[0].context_expr
                found.append(Commit(name, file, node.lineno, head.end_lineno or node.lineno))
    names = [commit.name for commit in found]
    assert len(set(names)) == len(names), "two functions bear one name"
    return tuple(found)


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def _functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, _Function]]:
    """Every function with its name as a reader would say it, without `<locals>`."""
    for node in ast.iter_child_nodes(tree):
        name = prefix
        if isinstance(node, ast.ClassDef | _Function):
            name = f"{prefix}{node.name}."
            if isinstance(node, _Function):
                yield name.rstrip("."), node
        yield from _functions(node, name)


def _own(function: _Function) -> Iterator[ast.AsyncWith]:
    """The `async with` blocks of a function, in order, but not those of functions within it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, _Function):
            continue
        if isinstance(node, ast.AsyncWith):
            yield node
        waiting[:0] = list(ast.iter_child_nodes(node))


def _opens(node: ast.AsyncWith) -> bool:
    return "database.tenant(" in (text := ast.unparse(node.items[0])) or "database.system(" in text


def _writes_in(file: Path, node: ast.AST) -> bool:
    return any(_writes_call(file, call) for call in ast.walk(node) if isinstance(call, ast.Call))


def _writes_call(file: Path, call: ast.Call) -> bool:
    if isinstance(call.func, ast.Attribute):
        name, owner = call.func.attr, call.func.value
        if isinstance(owner, ast.Name):
            if owner.id == "connection":
                return _writes_text(ast.unparse(call))
            if (adapter := _imported(file).get(owner.id)) is not None:
                return _writes_adapter(adapter, name)
    elif isinstance(call.func, ast.Name):
        name = call.func.id
    else:
        return False
    handed = any(isinstance(a, ast.Name) and a.id == "connection" for a in call.args)
    return handed and _writes_helper(name)


@cache
def _imported(file: Path) -> dict[str, str]:
    """Local name -> adapter's module."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(_tree(file))
        if isinstance(node, ast.ImportFrom) and node.module == "api.adapters.postgres"
        for alias in node.names
    }


@cache
def _writes_helper(name: str) -> bool:
    """Whether a function of the services that is handed a connection writes, by its bare name."""
    return any(
        _writes_in(file, function)
        for file in (_API / "services").glob("*.py")
        for qualname, function in _functions(_tree(file))
        if qualname.rpartition(".")[2] == name
        and any(a.arg == "connection" for a in function.args.args)
    )


@cache
def _writes_adapter(module: str, name: str) -> bool:
    file = _ADAPTERS / f"{module}.py"
    queries = _queries(module)
    for qualname, function in _functions(_tree(file)):
        if qualname != name:
            continue
        text = ast.unparse(function)
        used = re.findall(r"_SQL\['(\w+)'\]", text)
        locally = re.findall(r"await (\w+)\(connection", text)
        return (
            any(_writes_text(queries.get(query, "")) for query in used)
            or _writes_text(text)
            or any(_writes_adapter(module, other) for other in locally if other != name)
        )
    return False


@cache
def _queries(module: str) -> dict[str, str]:
    file = _ADAPTERS / "queries" / f"{module}.sql"
    if not file.exists():
        return {}
    blocks = re.split(r"^-- (\w+): .*$", file.read_text("utf-8"), flags=re.MULTILINE)
    return dict(zip(blocks[1::2], blocks[2::2], strict=True))


def _writes_text(text: str) -> bool:
    return bool(_WRITES.search(text)) or "copy_records_to_table" in text
