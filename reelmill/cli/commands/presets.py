"""`reelmill presets`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

from reelmill.cli import exits
from reelmill.cli.options import Flags
from reelmill.cli.results import as_json
from reelmill.cli.run import Session, run
from reelmill.cli.tables import Last
from reelmill.cli.tally import Tally
from reelmill.errors import FileError, NotFoundError
from reelmill.recipes import as_input

_LONGEST: Final = 1024 * 1024


def listing(flags: Flags) -> NoReturn:
    """List the presets."""

    async def story(session: Session) -> int:
        found = await session.client.presets()
        if session.output.as_json:
            session.output.document({"presets": [as_json(preset) for preset in found]})
            return exits.OK
        rows = [
            (each.name, str(each.version), ": ".join(filter(None, (each.title, each.description))))
            for each in found
        ]
        session.output.table(("NAME", "VERSION", "WHAT IT MAKES"), rows, last=Last.WRAPPED)
        return exits.OK

    run(flags, story)


def show(flags: Flags, name: str) -> NoReturn:
    """Print a recipe."""

    async def story(session: Session) -> int:
        known = {each.name: each for each in await session.client.presets()}
        if name not in known:
            raise NotFoundError(f"there is no preset {name!r}; there are: {', '.join(known)}")
        if session.output.as_json:
            session.output.document(as_json(known[name]))
        else:
            recipe = as_input(known[name].recipe)
            session.output.line(json.dumps(recipe, indent=2, ensure_ascii=False))
        return exits.OK

    run(flags, story)


def save(
    flags: Flags, name: str, file: str, title: str | None, description: str | None
) -> NoReturn:
    """Save a recipe under a name."""

    async def story(session: Session) -> int:
        recipe = _read(file)
        preset = await session.client.save_preset(
            name, recipe, title=title, description=description
        )
        if session.output.as_json:
            session.output.document(as_json(preset))
        else:
            session.output.line(f"{preset.name} version {preset.version}")
        return exits.OK

    run(flags, story)


def delete(flags: Flags, names: Sequence[str]) -> NoReturn:
    """Delete presets."""

    async def story(session: Session) -> int:
        tally = Tally(session.output)
        for name in names:
            with tally.one(name):
                gone = await session.client.delete_preset(name)
                if session.output.as_json:
                    session.output.document({"name": gone})
                else:
                    session.output.line(f"{gone} deleted")
        return tally.exit_code()

    run(flags, story)


def _read(file: str) -> dict[str, Any]:
    """A recipe. Raises FileError."""
    try:
        text = sys.stdin.read(_LONGEST) if file == "-" else Path(file).read_text("utf-8")
        found = json.loads(text)
    except OSError as error:
        raise FileError(f"{file} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise FileError(f"{file} is no JSON: {error}", code="BAD_RECIPE") from error
    if not isinstance(found, dict):
        raise FileError(f"{file} is no recipe: a JSON object is wanted", code="BAD_RECIPE")
    return found
