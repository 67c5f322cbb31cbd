"""Tables of error codes, read off the classes that raise them."""

from __future__ import annotations

from collections.abc import Iterator

from reference_markdown import code, prose, table

import api.main  # noqa: F401 - loads every module that defines a refusal
from api.domain import retry
from api.errors import Refusal
from runner.errors import Code
from schema.job import FailureClass


def refusals() -> str:
    """Every code that the API answers with, by its class."""
    rows = {kind.code: _row(kind) for kind in _below(Refusal)}
    return table(("code", "status", "when, and what to do"), [rows[key] for key in sorted(rows)])


def _row(kind: type[Refusal]) -> tuple[str, str, str]:
    return code(kind.code), str(kind.status), prose(kind.__doc__)


def _below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def runner_codes() -> str:
    """Every way in which a task fails."""
    rows = [(code(one.name), one.failure.value, one.hint) for one in Code]
    return table(("code", "class", "what to do"), rows)


def failure_classes() -> str:
    """What each class means for another try: asked of the function that decides it."""
    rows = [(code(one.value), *_tries(one)) for one in FailureClass]
    return table(("class", "tried again", "pauses before each"), rows)


def _tries(failure: FailureClass) -> tuple[str, str]:
    pauses: list[float] = []
    while (pause := retry.delay(failure, {failure: len(pauses)})) is not None:
        pauses.append(pause)
    if not pauses:
        return "never", ""
    often = {1: "once", 2: "twice"}.get(len(pauses), f"up to {len(pauses)} times")
    return often, ", ".join(f"{pause:g} s" for pause in pauses)
