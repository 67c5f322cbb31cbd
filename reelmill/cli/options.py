"""The options that several commands share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        metavar="URL",
        help="Address of the API. Otherwise REELMILL_API_URL (or REELMILL_URL), then "
        "connection.json in REELMILL_HOME or in a .reelmill folder here or above.",
    ),
]
Key = Annotated[
    str | None,
    typer.Option(
        "--key",
        metavar="KEY",
        help="API key. Others on this machine can read it in the process list: prefer "
        "REELMILL_API_KEY or connection.json.",
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on standard output, nothing else.")
]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]
Wait = Annotated[
    bool, typer.Option("--wait", help="Wait for the job to end, and show what it made.")
]


@dataclass(frozen=True, slots=True)
class Flags:
    """What the shared options said."""

    url: str | None
    key: str | None
    as_json: bool
    debug: bool
