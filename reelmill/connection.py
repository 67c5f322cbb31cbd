"""Which server, and with which key.

From most to least wanted: what the caller says, as address and key or as a profile;
REELMILL_API_URL (or REELMILL_URL) and REELMILL_API_KEY; REELMILL_PROFILE; connection.json in
REELMILL_HOME, or in a .reelmill folder here or above; the default profile.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from reelmill import profiles
from reelmill.errors import ConfigurationError

_FILE: Final = "connection.json"
_FOLDER: Final = ".reelmill"
_URL_VARIABLES: Final = ("REELMILL_API_URL", "REELMILL_URL")
_KEY_VARIABLE: Final = "REELMILL_API_KEY"
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Connection:
    """A checked address, without a slash at its end, and the key for it."""

    url: str
    key: str = field(repr=False)

    @property
    def graphql(self) -> str:
        """Where operations are posted."""
        return f"{self.url}/graphql"

    @property
    def websocket(self) -> str:
        """Where subscriptions are opened: the same, as ws or wss."""
        return "ws" + self.graphql.removeprefix("http")

    @property
    def key_id(self) -> str:
        """The public half of a key `rm_<id>_<secret>`."""
        words = self.key.split("_")
        return words[1] if len(words) > 2 else ""

    @property
    def is_loopback(self) -> bool:
        """Whether the server is on this machine, where no proxy leads."""
        return urlsplit(self.url).hostname in _LOOPBACK


def checked(url: str, key: str) -> Connection:
    """A connection of what somebody typed. Raises ConfigurationError, never showing the key."""
    return Connection(_checked_url(url.strip()), _checked_key(key.strip()))


def find(
    url: str | None = None,
    key: str | None = None,
    *,
    profile: str | None = None,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Connection:
    """The connection to use. Raises ConfigurationError that says in one line what to do."""
    environ = os.environ if environ is None else environ
    if profile is None:
        url = url or next((environ[name] for name in _URL_VARIABLES if environ.get(name)), None)
        key = key or environ.get(_KEY_VARIABLE)
    if url and key:
        return checked(url, key)
    known = list(_known(profile, environ, cwd or Path.cwd()))
    if url is None:
        return checked(known[0].url, key or known[0].key) if known else _nowhere(environ)
    # A saved key is for the saved address alone: sent to another, it would be given away.
    wanted = _checked_url(url.strip())
    for saved in known:
        if saved.url == wanted:
            return saved
    raise ConfigurationError(f"there is no API key for {url}; set {_KEY_VARIABLE}.", code="NO_KEY")


def _known(profile: str | None, environ: Mapping[str, str], cwd: Path) -> Iterator[Connection]:
    """What is saved, the most wanted first; of a profile that is named, that alone."""
    config = profiles.config_file(environ)
    name = profile or environ.get(profiles.VARIABLE)
    if name:
        found = profiles.named(profiles.load(config), name)
        yield checked(found.url, found.key)
        return
    saved = _saved(environ, cwd)
    if saved is not None:
        yield saved
    kept = profiles.load(config)
    if kept.default is not None:
        found = kept.saved[kept.default]
        yield checked(found.url, found.key)


def _nowhere(environ: Mapping[str, str]) -> Connection:
    home = environ.get("REELMILL_HOME")
    looked = f"no {_FILE} in {home}" if home else f"no {_FOLDER}/{_FILE} here or above"
    raise ConfigurationError(
        f"no server is known ({looked}): run `reelmill login URL`, set {_URL_VARIABLES[0]} and "
        f"{_KEY_VARIABLE}, or go to the folder where Reelmill runs.",
        code="NO_CONNECTION",
    )


def _saved(environ: Mapping[str, str], cwd: Path) -> Connection | None:
    for path in _places(environ, cwd):
        try:
            owner = path.stat().st_uid
            text = path.read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ConfigurationError(f"{path} is damaged: it is no text.") from error
        _check_owner(path, owner)
        return _parsed(path, text)
    return None


def _places(environ: Mapping[str, str], cwd: Path) -> Iterator[Path]:
    home = environ.get("REELMILL_HOME")
    if home:
        yield Path(home).expanduser() / _FILE
        return
    for folder in (cwd, *cwd.parents):
        yield folder / _FOLDER / _FILE


def _check_owner(path: Path, owner: int) -> None:
    """A file that somebody else left in a folder above could send our films to his server."""
    if hasattr(os, "geteuid") and owner not in {os.geteuid(), 0}:
        raise ConfigurationError(
            f"{path} belongs to another user (uid {owner}) and is not used; "
            f"set {_URL_VARIABLES[0]} and {_KEY_VARIABLE}."
        )


def _parsed(path: Path, text: str) -> Connection:
    try:
        data = json.loads(text)
        return checked(data["api"], data["key"])
    except ConfigurationError as error:
        raise ConfigurationError(f"{path}: {error.message}", code=error.code) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(
            f'{path} is damaged: a JSON object with "api" and "key" is wanted.'
        ) from error


def _checked_url(url: str) -> str:
    trimmed = url.rstrip("/").removesuffix("/graphql").rstrip("/")
    try:
        parts = urlsplit(trimmed)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ConfigurationError(
            f"{url!r} is no address; it must look like https://media.example.com.", code="BAD_URL"
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ConfigurationError(
            "the address must have no user, password, query or fragment.", code="BAD_URL"
        )
    return trimmed


def _checked_key(key: str) -> str:
    if not key:
        raise ConfigurationError("no API key was given.", code="BAD_KEY")
    # Anything else would not survive as an HTTP header, or would become two of them.
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ConfigurationError(
            "the API key has characters that no key has; copy it again.", code="BAD_KEY"
        )
    return key
