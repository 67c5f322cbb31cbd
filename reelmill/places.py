"""Where this user's files lie, by the XDG base directories."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_NAME: Final = "reelmill"


def state_folder(environ: Mapping[str, str] | None = None) -> Path:
    """For what may be lost at the price of some work: uploads under way."""
    return _folder("XDG_STATE_HOME", ".local/state", os.environ if environ is None else environ)


def config_folder(environ: Mapping[str, str] | None = None) -> Path:
    """For what the user has chosen: servers and keys."""
    return _folder("XDG_CONFIG_HOME", ".config", os.environ if environ is None else environ)


def _folder(variable: str, usual: str, environ: Mapping[str, str]) -> Path:
    named = environ.get(variable, "")
    # The specification has relative paths ignored.
    base = Path(named) if Path(named).is_absolute() else _home(environ) / usual
    return base / _NAME


def _home(environ: Mapping[str, str]) -> Path:
    home = environ.get("HOME")
    return Path(home) if home else Path.home()
