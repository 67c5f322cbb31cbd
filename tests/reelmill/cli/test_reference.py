"""docs/reference/cli.md says all that the command does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from reelmill.cli import exits
from reelmill.cli.app import app

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "cli.md").read_text("utf-8")
GROUP: Any = typer.main.get_command(app)


def below(group: Any, words: str = "") -> dict[str, Any]:
    """Every command with its whole name, groups and what hangs in them."""
    found: dict[str, Any] = {}
    for name, command in group.commands.items():
        whole = f"{words} {name}".strip()
        found[whole] = command
        found |= below(command, whole) if hasattr(command, "commands") else {}
    return found


COMMANDS = below(GROUP)


def section(title: str) -> str:
    """The text below a heading, up to the next one of its rank."""
    found = re.search(rf"^(#+) {re.escape(title)}$(.*?)(?=^#{{1,3}} |\Z)", PAGE, re.M | re.S)
    assert found, f"there is no heading {title!r}"
    return found[2]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_is_documented(name: str) -> None:
    text = section(f"reelmill {name}") + section("Options of every command")
    for parameter in COMMANDS[name].params:
        for option in parameter.opts if parameter.param_type_name == "option" else []:
            assert f"`{option}" in text, f"{name} {option}"
        if parameter.param_type_name == "argument":
            assert parameter.metavar in section(f"reelmill {name}")


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_is_documented_that_is_not_there(name: str) -> None:
    mentioned = set(re.findall(r"^\| `(--[a-z0-9-]+)", section(f"reelmill {name}"), re.M))
    real = {option for parameter in COMMANDS[name].params for option in parameter.opts}
    assert mentioned <= real


@pytest.mark.parametrize("name", COMMANDS)
def test_help_shows_how_it_is_typed(name: str) -> None:
    command = COMMANDS[name]
    if hasattr(command, "commands") and not command.params:
        return  # a noun alone does nothing
    assert f"  reelmill {name}" in (command.epilog or "")


def test_the_table_names_every_command() -> None:
    """Links to the section of each; of a verb, to its own."""
    for name in COMMANDS:
        assert f"](#reelmill-{name.replace(' ', '-')})" in PAGE, name


def test_every_exit_code_is_documented() -> None:
    text = section("Exit codes")
    codes = {value for name, value in vars(exits).items() if name.isupper()}
    assert codes == {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.M)}


def test_every_variable_is_documented() -> None:
    from reelmill import connection

    text = section("Which server, and with which key")
    for name in (*connection._URL_VARIABLES, connection._KEY_VARIABLE, "REELMILL_HOME"):
        assert f"`{name}`" in text
