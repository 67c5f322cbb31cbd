"""What a build needs to know of this machine's indexes, as build secrets: no layer keeps it."""

from __future__ import annotations

import configparser
import os
import ssl
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cluster import paths

sys.path.insert(0, str(paths.ROOT / "scripts"))
import pip_settings

# Settings that only mean something on the machine that they stand on.
_LOCAL = {"cert", "client-cert", "cache-dir", "target", "prefix", "user", "require-virtualenv"}


@contextmanager
def files() -> Iterator[dict[str, Path]]:
    """Secret id -> file, for as long as the build lasts."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        found = {"pip": _pip(folder / "pip.conf"), "ca": _authorities(), "npm": _npm()}
        yield {name: file for name, file in found.items() if file is not None}


def _pip(file: Path) -> Path:
    """pip's settings from files and environment, in one file."""
    settings = pip_settings.read(os.environ)
    parser = configparser.RawConfigParser()
    kept = {name: value for name, value in settings.items() if name not in _LOCAL}
    # A folder of wheels on this machine is not in the build.
    links = " ".join(link for link in kept.get("find-links", "").split() if "://" in link)
    kept["find-links"] = links
    parser["global"] = {name: value for name, value in kept.items() if value}
    file.touch(mode=0o600)
    with file.open("w") as stream:
        parser.write(stream)
    return file


def _authorities() -> Path | None:
    """The certificates that this machine trusts, a company's own among them."""
    named = pip_settings.read(os.environ).get("cert") or ssl.get_default_verify_paths().cafile
    for place in (named, "/etc/ssl/certs/ca-certificates.crt"):
        if place and Path(place).is_file():
            return Path(place)
    return None


def _npm() -> Path | None:
    named = os.environ.get("NPM_CONFIG_USERCONFIG")
    file = Path(named) if named else Path.home() / ".npmrc"
    return file if file.is_file() else None
