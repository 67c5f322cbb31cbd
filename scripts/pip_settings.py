"""A machine's pip settings, in the words of uv.

People and companies configure pip: an index, certificates, a proxy. uv does not read that, so it
is translated here. What is said to uv itself always wins.
"""

from __future__ import annotations

import configparser
import os
import ssl
import sys
from collections.abc import Mapping
from pathlib import Path

Settings = dict[str, str]

_TRUE = {"1", "true", "yes", "on"}


def config_files(environ: Mapping[str, str]) -> list[Path]:
    """Where pip looks, the weakest first (pip documentation, "Configuration")."""
    home = Path(environ.get("HOME") or "~").expanduser()
    named = environ.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return []
    shared = environ.get("XDG_CONFIG_DIRS") or "/etc/xdg"
    files = [Path(folder) / "pip" / "pip.conf" for folder in shared.split(":")]
    files.append(Path("/etc/pip.conf"))
    files.append(home / ".pip" / "pip.conf")
    own = environ.get("XDG_CONFIG_HOME") or str(home / ".config")
    files.append(Path(own) / "pip" / "pip.conf")
    files.append(Path(sys.prefix) / "pip.conf")
    return [*files, Path(named)] if named else files


def read(environ: Mapping[str, str]) -> Settings:
    """pip's settings for an installation: files, then PIP_ variables."""
    found: Settings = {}
    for path in config_files(environ):
        parser = configparser.RawConfigParser()
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue  # pip itself will complain about it in better words
        for section in ("global", "install"):
            if parser.has_section(section):
                found.update({_plain(key): value for key, value in parser.items(section)})
    for name, value in environ.items():
        if name.startswith("PIP_") and value:
            found[_plain(name[len("PIP_") :])] = value
    return found


def _plain(key: str) -> str:
    return key.lower().replace("_", "-")


def uv_environment(environ: Mapping[str, str], pip: Settings) -> dict[str, str]:
    """`environ` plus what uv must know of pip's settings."""
    env = dict(environ)
    _default(env, ("UV_DEFAULT_INDEX", "UV_INDEX_URL"), pip.get("index-url"))
    extra = " ".join(pip.get("extra-index-url", "").split())
    _default(env, ("UV_INDEX", "UV_EXTRA_INDEX_URL"), extra)
    if extra:
        # As pip does. Every file is checked against a hash, so it matters not who serves it.
        env.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    _default(env, ("UV_FIND_LINKS",), ",".join(find_links(pip.get("find-links", ""))))
    _default(env, ("UV_INSECURE_HOST",), " ".join(pip.get("trusted-host", "").split()))
    _default(env, ("UV_HTTP_TIMEOUT",), pip.get("timeout") or pip.get("default-timeout"))
    _default(env, ("SSL_CERT_FILE",), pip.get("cert"))
    _default(env, ("SSL_CLIENT_CERT",), pip.get("client-cert"))
    for name in ("HTTPS_PROXY", "HTTP_PROXY"):
        _default(env, (name, name.lower()), pip.get("proxy"))
    if _has_system_certificates():
        # A company's own authority stands in the system's store, not in uv's.
        env.setdefault("UV_SYSTEM_CERTS", "true")
    env.setdefault("UV_NO_PROGRESS", "1" if not sys.stderr.isatty() else "")
    if not env["UV_NO_PROGRESS"]:
        del env["UV_NO_PROGRESS"]
    return env


def uv_flags(environ: Mapping[str, str]) -> list[str]:
    """What uv takes as a flag only."""
    return ["--no-index"] if read(environ).get("no-index", "").lower() in _TRUE else []


def find_links(text: str) -> list[str]:
    """pip passes over a folder that is not there; uv stops at it."""
    return [place for place in text.split() if "://" in place or Path(place).expanduser().exists()]


def _default(env: dict[str, str], names: tuple[str, ...], value: str | None) -> None:
    if value and not any(env.get(name) for name in names):
        env[names[0]] = value


def _has_system_certificates() -> bool:
    paths = ssl.get_default_verify_paths()
    return bool(paths.cafile) or bool(paths.capath and any(Path(paths.capath).iterdir()))
