"""Finds error codes in source files: text in capitals that stands where a code stands."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_CODE = re.compile(r"(?=.{4})[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")
_NAMES = {"code", "default_code"}


def codes(path: Path) -> Iterator[str]:
    """The codes of one file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        for value in _places(node):
            if isinstance(value, ast.Constant) and _CODE.fullmatch(str(value.value)):
                yield str(value.value)


def _places(node: ast.AST) -> Iterator[ast.expr | None]:
    """`code = X`, `f(code=X)`, `{"code": X}`, `problem(..., X)`, `return X`, `return ..., X`."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            yield node.value if name in _NAMES else None
        case ast.keyword(arg="code"):
            yield node.value
        case ast.Dict():
            pairs = zip(node.keys, node.values, strict=True)
            yield from (v for k, v in pairs if isinstance(k, ast.Constant) and k.value == "code")
        case ast.Call(func=ast.Name(id="problem")):
            yield from node.args
        case ast.Return(value=ast.Tuple(elts=elements)):
            yield from elements
        case ast.Return():
            yield node.value
