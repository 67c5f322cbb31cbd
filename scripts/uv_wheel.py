"""Fetches the uv wheel without pip: index page, file, SHA-256, unzip."""

from __future__ import annotations

import base64
import hashlib
import io
import platform
import re
import ssl
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from pathlib import Path

PYPI = "https://pypi.org/simple"
_TIMEOUT = 120


def install(program: Path, lock: str, env: Mapping[str, str]) -> None:
    """Writes uv to `program`. Raises OSError or ValueError with a sentence when it cannot."""
    version, hashes = pinned(lock)
    index = (env.get("UV_DEFAULT_INDEX") or env.get("UV_INDEX_URL") or PYPI).rstrip("/")
    links = parse_links(_get(f"{index}/uv/", env).decode(), f"{index}/uv/")
    url = choose(links, version, platform.machine(), _glibc())
    wheel = _get(url, env)
    if hashlib.sha256(wheel).hexdigest() not in hashes:
        raise ValueError(f"{_shown(url)} has not the hash that requirements/uv.txt names")
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        body = archive.read(f"uv-{version}.data/scripts/uv")
    temporary = program.with_name("uv.new")
    temporary.write_bytes(body)
    temporary.chmod(0o755)
    temporary.replace(program)


def pinned(lock: str) -> tuple[str, set[str]]:
    """Version and SHA-256 hashes out of a lock file with one package."""
    version = re.search(r"^uv==([0-9.]+)", lock, re.MULTILINE)
    if version is None:
        raise ValueError("requirements/uv.txt pins no version of uv")
    return version.group(1), set(re.findall(r"sha256:([0-9a-f]{64})", lock))


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        target = dict(attrs).get("href")
        if tag == "a" and target:
            self.found.append(target)


def parse_links(page: str, base: str) -> list[str]:
    """Absolute addresses of the files on an index page (PEP 503)."""
    parser = _Links()
    parser.feed(page)
    return [urllib.parse.urljoin(base, link).split("#")[0] for link in parser.found]


def choose(links: Iterable[str], version: str, machine: str, glibc: tuple[int, int] | None) -> str:
    """The wheel for this machine. A musl build is static and also runs where glibc is too old."""
    best: tuple[int, int, str] | None = None
    for link in links:
        name = urllib.parse.unquote(link.rsplit("/", 1)[-1])
        if not (name.startswith(f"uv-{version}-py3-none-") and name.endswith(f"{machine}.whl")):
            continue
        many = re.search(r"manylinux_(\d+)_(\d+)_", name)
        needs = (int(many.group(1)), int(many.group(2))) if many else None
        if needs and glibc and glibc >= needs:
            rank = (2, needs[1], link)
        elif "musllinux" in name:
            rank = (1, 0, link)
        else:
            continue
        best = rank if best is None or rank > best else best
    if best is None:
        raise ValueError(f"the index has no uv {version} for Linux on {machine}")
    return best[2]


def _glibc() -> tuple[int, int] | None:
    name, version = platform.libc_ver()
    numbers = re.match(r"(\d+)\.(\d+)", version)
    if name != "glibc" or numbers is None:
        return None
    return int(numbers.group(1)), int(numbers.group(2))


def _get(url: str, env: Mapping[str, str]) -> bytes:
    """GET with proxies from the environment, the configured certificates and `user:password@`."""
    address = urllib.parse.urlsplit(url)
    if address.scheme not in {"https", "http"}:
        raise ValueError(f"{_shown(url)} is no web address")
    request = urllib.request.Request(  # noqa: S310 - scheme checked above
        _without_user(address), headers={"Accept": "text/html, */*"}
    )
    if address.username:
        user = urllib.parse.unquote(address.username)
        password = urllib.parse.unquote(address.password or "")
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        request.add_unredirected_header("Authorization", f"Basic {token}")
    context = ssl.create_default_context(cafile=env.get("SSL_CERT_FILE") or None)
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT, context=context) as answer:  # noqa: S310 - scheme checked above
            return bytes(answer.read())
    except OSError as error:
        raise OSError(f"{_shown(url)}: {error}") from error


def _without_user(address: urllib.parse.SplitResult) -> str:
    return address._replace(netloc=address.netloc.rpartition("@")[2]).geturl()


def _shown(url: str) -> str:
    """An address for messages: without a password."""
    return _without_user(urllib.parse.urlsplit(url))
