"""`reelmill login`, `logout` and `profiles`."""

from __future__ import annotations

import asyncio
import getpass
import sys
from typing import Final, NoReturn

from reelmill import connection, profiles
from reelmill.cli import exits
from reelmill.cli.options import Flags
from reelmill.cli.output import Output
from reelmill.cli.run import run_alone
from reelmill.client import Client
from reelmill.errors import ConfigurationError
from reelmill.profiles import Profile, Profiles

_DEFAULT: Final = "default"
_LONGEST: Final = 4096


def login(flags: Flags, address: str) -> NoReturn:
    """Try a key; save it if it is good."""

    async def story(output: Output) -> int:
        name = profiles.check_name(flags.profile or _DEFAULT)
        # The address first: a wrong one is told before anybody has typed a key.
        connection.checked(address, "x")
        key: str = flags.key if flags.key else await asyncio.to_thread(_asked)
        found = connection.checked(address, key)
        async with Client(found.url, found.key) as client:
            viewer = await client.viewer()
        path = profiles.config_file()
        known = profiles.load(path)
        saved = {**known.saved, name: Profile(found.url, found.key)}
        default = name if name == _DEFAULT or known.default is None else known.default
        profiles.save(path, Profiles(saved, default))
        scopes = ", ".join(map(str, viewer.scopes))
        if output.as_json:
            output.document({"profile": name, "url": found.url, "project": viewer.project.name})
        else:
            output.say(f"{viewer.key_name} of project {viewer.project.name}: {scopes}.")
            output.say(f"Saved as {name} in {path}.")
        return exits.OK

    run_alone(flags, story)


def _asked() -> str:
    """From the person at the terminal, or from the pipe that stands in for one."""
    if sys.stdin.isatty():
        return getpass.getpass("API key (not shown): ")
    # Not more than any key has: somebody may have named the wrong file.
    return sys.stdin.read(_LONGEST).strip()


def logout(flags: Flags, name: str | None) -> NoReturn:
    """Forget one."""

    async def story(output: Output) -> int:
        path = profiles.config_file()
        known = profiles.load(path)
        gone = name or flags.profile or known.default
        if gone is None:
            raise ConfigurationError("no profile is saved", code="UNKNOWN_PROFILE")
        profiles.named(known, gone)
        rest = {each: value for each, value in known.saved.items() if each != gone}
        default = None if known.default == gone else known.default
        profiles.save(path, Profiles(rest, default))
        _told(output, gone, f"Forgot {gone}.")
        return exits.OK

    run_alone(flags, story)


def listing(flags: Flags) -> NoReturn:
    """Names and addresses."""

    async def story(output: Output) -> int:
        known = profiles.load(profiles.config_file())
        if output.as_json:
            rows = [
                {"name": name, "url": each.url, "default": name == known.default}
                for name, each in sorted(known.saved.items())
            ]
            output.document({"profiles": rows})
        elif known.saved:
            output.table(
                ("", "NAME", "URL"),
                [
                    ("*" if name == known.default else "", name, each.url)
                    for name, each in sorted(known.saved.items())
                ],
            )
        else:
            output.say("No profile is saved: reelmill login URL")
        return exits.OK

    run_alone(flags, story)


def use(flags: Flags, name: str) -> NoReturn:
    """Another default."""

    async def story(output: Output) -> int:
        path = profiles.config_file()
        known = profiles.load(path)
        profiles.named(known, name)
        profiles.save(path, Profiles(known.saved, name))
        _told(output, name, f"{name} is the default now.")
        return exits.OK

    run_alone(flags, story)


def _told(output: Output, name: str, words: str) -> None:
    if output.as_json:
        output.document({"profile": name})
    else:
        output.say(words)
