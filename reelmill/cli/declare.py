"""How a command is declared: its own parameters in its signature, the shared ones added here."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Final, NoReturn

import typer

from reelmill.cli.options import AsJson, Debug, Flags, Key, Profile, Url

# The rich help takes half a second to import, and cannot be searched by grep.
SETTINGS: Final[dict[str, Any]] = {
    "rich_markup_mode": None,
    "pretty_exceptions_enable": False,
    "add_completion": False,
    "context_settings": {"help_option_names": ["-h", "--help"], "max_content_width": 100},
}
_SHARED: Final = (
    ("as_json", AsJson, False),
    ("profile", Profile, None),
    ("url", Url, None),
    ("key", Key, None),
    ("debug", Debug, False),
)
Command = Callable[..., None]


def group(name: str, help_text: str) -> typer.Typer:
    """A noun with verbs below it."""
    return typer.Typer(name=name, help=help_text, **SETTINGS)


def command(app: typer.Typer, name: str, *examples: str) -> Callable[[Command], Command]:
    """Declare a command. Its function takes `flags` first; examples stand below its help."""

    def declare(function: Command) -> Command:
        app.command(name, epilog=_epilog(examples))(_with_shared(function))
        return function

    return declare


def listing(app: typer.Typer, *examples: str) -> Callable[[Command], Command]:
    """Declare what a group does when no verb follows."""

    def declare(function: Command) -> Command:
        told = _with_shared(function)

        def only_alone(context: typer.Context, **given: Any) -> None:
            if context.invoked_subcommand is None:
                told(**given)

        signature = inspect.signature(told)
        context = inspect.Parameter(
            "context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context
        )
        parameters = [context, *signature.parameters.values()]
        only_alone.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        only_alone.__annotations__ = {each.name: each.annotation for each in parameters}
        only_alone.__doc__ = function.__doc__
        app.callback(invoke_without_command=True, epilog=_epilog(examples))(only_alone)
        return function

    return declare


def _with_shared(function: Command) -> Command:
    """The function with the options of every command instead of `flags`."""

    def call(**given: Any) -> None:
        shared = {name: given.pop(name) for name, *_ in _SHARED}
        function(Flags(**shared), **given)

    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    shared = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
        )
        for name, annotation, default in _SHARED
    ]
    parameters = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own] + shared
    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    call.__annotations__ = {each.name: each.annotation for each in parameters}
    call.__doc__ = function.__doc__
    return call


def _epilog(examples: tuple[str, ...]) -> str | None:
    """One example a line; \\b keeps click from joining them."""
    return "\b\nExamples:\n" + "\n".join(f"  {each}" for each in examples) if examples else None


def wrong(message: str, option: str | None = None) -> NoReturn:
    """Wrong usage: told with the usage line, exit code 2."""
    raise typer.BadParameter(message, param_hint=option)
