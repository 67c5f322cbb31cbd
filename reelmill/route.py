"""Pure: which way leads to a store: straight, through a proxy, or through a tunnel of one."""

from __future__ import annotations

import base64
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from reelmill.errors import ConfigurationError

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Route:
    """How to reach one origin.

    `place` names it without any secret; `dialed` is who is connected to; `tunnel` whom a proxy is
    asked to connect us to; `absolute` whether requests name the whole address.
    """

    place: str
    secure: bool
    dialed: tuple[str, int]
    tunnel: tuple[str, int] | None = None
    proxy_headers: Mapping[str, str] = field(default_factory=dict)
    absolute: bool = False

    @property
    def request_headers(self) -> Mapping[str, str]:
        """What a proxy that reads every request wants to see in each."""
        return self.proxy_headers if self.absolute else {}


def origin(url: str) -> str:
    """Scheme, host and port: what one connection serves."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def target(url: str, route: Route) -> str:
    """What stands in the request's first line."""
    if route.absolute:
        return url
    parts = urlsplit(url)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def to(url: str, proxies: Mapping[str, str] | None = None) -> Route:
    """The route to a link. `proxies` as in the environment: scheme -> address.

    Raises ConfigurationError for an address or a proxy that cannot be used.
    """
    parts, port = _split(url, "the store's link")
    place, secure = f"the store {origin(url)}", parts.scheme == "https"
    own = (parts.hostname or "", port)
    proxy = proxy_of(parts, proxies)
    if proxy is None:
        return Route(place, secure, own)
    middle, middle_port = _split(proxy if "://" in proxy else f"http://{proxy}", "the proxy")
    if middle.scheme != "http":
        raise ConfigurationError(
            f"the proxy setting cannot be used: a proxy of the kind {middle.scheme} is not known"
        )
    headers = _credentials(middle)
    dialed = (middle.hostname or "", middle_port)
    if secure:
        return Route(place, secure, dialed, tunnel=own, proxy_headers=headers)
    return Route(place, secure, dialed, proxy_headers=headers, absolute=True)


def proxy_of(parts: SplitResult, proxies: Mapping[str, str] | None = None) -> str | None:
    """The proxy that the environment names for this address."""
    if parts.hostname in _LOOPBACK:
        return None  # a proxy of the environment leads away from this machine, never back to it
    if proxies is None:
        proxies = urllib.request.getproxies_environment()
    if urllib.request.proxy_bypass(parts.hostname or "", dict(proxies)):
        return None
    return proxies.get(parts.scheme) or proxies.get("all")


def _split(url: str, what: str) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise ConfigurationError(f"{what} is no usable address", code="BAD_URL") from error
    known = parts.scheme in _PORTS or what == "the proxy"
    if not known or not parts.hostname:
        raise ConfigurationError(f"{what} is no usable address", code="BAD_URL")
    return parts, port


def _credentials(middle: SplitResult) -> dict[str, str]:
    if not middle.username:
        return {}
    pair = f"{unquote(middle.username)}:{unquote(middle.password or '')}"
    return {"Proxy-Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
