"""Every `reelmill ...` line in the pages is a command that there is, with options that it has."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from reelmill.cli.app import app
from tests.docs import blocks
from tests.docs.pages import ROOT, inline_code, pages

GROUP: Any = typer.main.get_command(app)
_PROGRAM = re.compile(r"(?:^|\$\(|\b[A-Z_]+=\S+ )(?:\.venv/bin/)?reelmill (?P<rest>.*)$")
_ENDS = {"|", "||", "&&", ";", "&", "<", ">", ">>", ")"}
PAGES = [page for page in pages() if page.name != "CHANGELOG.md"]


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def commands(page: Path) -> Iterator[tuple[int, list[str]]]:
    """Line and arguments of each, up to what a shell would take for itself."""
    for block in blocks.blocks(page):
        if block.language not in {"sh", "console"}:
            continue
        for number, line in enumerate(block.code.splitlines()):
            found = _PROGRAM.search(line.removeprefix("$ ").strip())
            if found:
                yield block.line + number, words(found["rest"])


def words(line: str) -> list[str]:
    # What another command prints stands for one word.
    plain = re.sub(r"\"?\$\([^()]*(?:\([^()]*\))?[^()]*\)\"?", "word", line)
    lexer = shlex.shlex(plain, posix=True, punctuation_chars="|&;<>)")
    lexer.whitespace_split = True
    taken: list[str] = []
    for word in lexer:
        if word in _ENDS:
            break
        taken.append(word)
    return taken


def mistake(arguments: list[str]) -> str | None:
    """What the command line says of it; nothing is executed."""
    command: Any = GROUP
    rest = list(arguments)
    while rest and rest[0] in (inside := getattr(command, "commands", {})):
        command = inside[rest.pop(0)]
    if rest and hasattr(command, "commands") and not rest[0].startswith("-"):
        return f"there is no command {rest[0]}"
    try:
        command.make_context("reelmill", rest)
    except typer.Exit:
        return None
    except Exception as error:  # noqa: BLE001 - whatever the parser raises is a wrong line
        return getattr(error, "message", None) or repr(error)
    return None


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_exist(page: Path) -> None:
    wrong = [
        f"{name(page)}:{line}: reelmill {shlex.join(arguments)}: {told}"
        for line, arguments in commands(page)
        if (told := mistake(arguments))
    ]
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_in_sentences_exist(page: Path) -> None:
    wrong = []
    for code in inline_code(page):
        if not code.startswith("reelmill "):
            continue
        arguments = words(code.removeprefix("reelmill ").replace("NUMBER", "1"))
        # A sentence may name a command without its arguments, or any command.
        told = mistake(arguments) if arguments[0] != "COMMAND" else None
        if told and not told.startswith("Missing"):
            wrong.append(f"{code}: {told}")
    assert wrong == []


def test_commands_are_found() -> None:
    found = [arguments for page in PAGES for _, arguments in commands(page)]
    assert len(found) > 60
    assert ["outputs", "download"] in [arguments[:2] for arguments in found]


@pytest.mark.parametrize(
    "line",
    [
        "uplaod film.mp4",
        "upload film.mp4 --presett web",
        "priority job_1",
        "keys revoke",
        "keys show",
    ],
)
def test_a_wrong_line_is_noticed(line: str) -> None:
    assert mistake(words(line))


def test_a_shell_keeps_what_is_its_own() -> None:
    line = "retry $(reelmill jobs --json | jq -r '.jobs[].id') >ids.txt 2>&1 # all of them"
    assert words(line)[:2] == ["retry", "word"]
    assert "ids.txt" not in words(line)
    assert words("presets show web > mine.json") == ["presets", "show", "web"]
