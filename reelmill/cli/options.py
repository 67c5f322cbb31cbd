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
        help="Address of the API. Otherwise REELMILL_API_URL (or REELMILL_URL), a profile, or "
        "connection.json in REELMILL_HOME or in a .reelmill folder here or above.",
    ),
]
Key = Annotated[
    str | None,
    typer.Option(
        "--key",
        metavar="KEY",
        help="API key. Others on this machine can read it in the process list: prefer "
        "REELMILL_API_KEY or `reelmill login`.",
    ),
]
Profile = Annotated[
    str | None,
    typer.Option(
        "--profile", metavar="NAME", help="Server and key by `reelmill login`; or REELMILL_PROFILE."
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on standard output, nothing else.")
]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]
Wait = Annotated[
    bool, typer.Option("--wait", help="Wait for the job to end, and show what it made.")
]
Limit = Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most so many.")]


@dataclass(frozen=True, slots=True)
class Flags:
    """What the shared options said."""

    url: str | None = None
    key: str | None = None
    profile: str | None = None
    as_json: bool = False
    debug: bool = False
