"""Servers and keys that the user has saved by `reelmill login`, in config.toml, 0600."""

from __future__ import annotations

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from reelmill.errors import ConfigurationError
from reelmill.places import config_folder

VARIABLE: Final = "REELMILL_PROFILE"
_FILE: Final = "config.toml"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Profile:
    """A server and a key for it, as they were saved."""

    url: str
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Profiles:
    """All of them by name, and the one that is used when none is named."""

    saved: Mapping[str, Profile]
    default: str | None = None


def check_name(name: str) -> str:
    """The name, if it is one. Raises ConfigurationError (BAD_PROFILE)."""
    if not _NAME.fullmatch(name):
        raise ConfigurationError(
            f"{name!r} is no name of a profile: letters, digits, dots, dashes, underscores",
            code="BAD_PROFILE",
        )
    return name


def config_file(environ: Mapping[str, str] | None = None) -> Path:
    """Where they are kept."""
    return config_folder(environ) / _FILE


def load(path: Path) -> Profiles:
    """What is saved; nothing where there is no file. Raises ConfigurationError."""
    try:
        owner = path.stat().st_uid
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return Profiles({})
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error
    if owner not in {os.geteuid(), 0}:
        raise ConfigurationError(f"{path} belongs to another user (uid {owner}) and is not used")
    return _parsed(path, text)


def save(path: Path, profiles: Profiles) -> None:
    """Write them, for this user's eyes only. Raises ConfigurationError."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Readable by nobody else from its first byte on, and never half of it.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(_text(profiles))
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error


def named(profiles: Profiles, name: str) -> Profile:
    """One of them. Raises ConfigurationError (UNKNOWN_PROFILE)."""
    found = profiles.saved.get(name)
    if found is None:
        known = ", ".join(sorted(profiles.saved)) or "none"
        raise ConfigurationError(
            f"there is no profile {name!r}; saved: {known}",
            code="UNKNOWN_PROFILE",
            hint="Save one with: reelmill login URL --profile NAME",
        )
    return found


def _parsed(path: Path, text: str) -> Profiles:
    try:
        data = tomllib.loads(text)
        saved = {name: _profile(each) for name, each in data.get("profiles", {}).items()}
        default = data.get("default")
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(f"{path} is damaged: {error}") from error
    return Profiles(saved, default if default in saved else None)


def _profile(data: Mapping[str, Any]) -> Profile:
    return Profile(str(data["url"]), str(data["key"]))


def _text(profiles: Profiles) -> str:
    # A JSON string of ASCII characters is a TOML string too.
    lines = [f"default = {json.dumps(profiles.default)}"] if profiles.default else []
    for name, each in sorted(profiles.saved.items()):
        lines += ["", f"[profiles.{json.dumps(name)}]"]
        lines += [f"url = {json.dumps(each.url)}", f"key = {json.dumps(each.key)}"]
    return "\n".join(lines).lstrip("\n") + "\n"
