"""What the API and the store have in common on the wire: httpx, and its errors in our words."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

import httpx

from reelmill import __version__
from reelmill.errors import ConfigurationError, ConnectionFailedError
from reelmill.route import proxy_of
from reelmill.timing import Timing

USER_AGENT: Final = f"reelmill/{__version__}"
# A proxy of the environment leads away from this machine, never back to it.
_AUTHORITIES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_DIRECT: Final = ("all://localhost", "all://127.0.0.1", "all://[::1]")

Mounts = dict[str, httpx.AsyncBaseTransport | None]


def new_client(
    timing: Timing, *, silence: float, tls: ssl.SSLContext, connections: int
) -> httpx.AsyncClient:
    """A client that follows no redirect: what it carries is meant for one address alone.

    `silence` is how long the other side may send nothing, in seconds. A proxy setting that cannot
    be used is refused, with ConfigurationError, when a request would need it.
    """

    def made(mounts: Mounts, *, trust_env: bool) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            verify=tls,
            timeout=httpx.Timeout(silence, connect=timing.connect, pool=None),
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
            headers={"user-agent": USER_AGENT},
            mounts=mounts | dict.fromkeys(_DIRECT),
            trust_env=trust_env,
        )

    try:
        return made({}, trust_env=True)
    except (ValueError, ImportError, httpx.InvalidURL) as error:
        return made({"all://": _NoProxy(str(error))}, trust_env=False)


class _NoProxy(httpx.AsyncBaseTransport):
    """In the place of proxies that cannot be used."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises ConfigurationError, whatever is asked."""
        del request
        raise ConfigurationError(f"the proxy setting cannot be used: {self._reason}")


def trusted() -> ssl.SSLContext:
    """The authorities that certificates are checked by. Raises ConfigurationError for a setting
    that names none."""
    try:
        return httpx.create_ssl_context()
    except OSError as error:  # ssl.SSLError is one too: a file that holds no certificate
        name = next((name for name in _AUTHORITIES if os.environ.get(name)), "the certificates")
        place = f"{name}={os.environ[name]}" if name in os.environ else name
        reason = error.reason if isinstance(error, ssl.SSLError) else error.strerror
        raise ConfigurationError(f"{place} cannot be used: {reason or error}") from error


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Raise httpx's errors as ours, chained; `place` names the other side, without any secret."""
    try:
        yield
    except httpx.ConnectTimeout as error:
        raise ConnectionFailedError(f"{place} did not answer in time", code="TIMEOUT") from error
    except httpx.TimeoutException as error:
        raise ConnectionFailedError(f"{place} stopped answering", code="TIMEOUT") from error
    except httpx.ProxyError as error:
        raise ConnectionFailedError(f"the proxy does not lead to {place}: {error}") from error
    except httpx.ConnectError as error:
        raise not_connected(place, error) from error
    except httpx.TransportError as error:
        reason = str(error) or type(error).__name__
        raise ConnectionFailedError(f"the connection to {place} broke: {reason}") from error
    except httpx.InvalidURL as error:
        raise ConfigurationError(f"{place} is no usable address", code="BAD_URL") from error


def not_connected(place: str, error: Exception) -> ConnectionFailedError:
    """What kept a connection from being made, in words."""
    reason = _innermost(error)
    if isinstance(reason, ssl.SSLError):
        return ConnectionFailedError(
            f"no safe connection to {place}: {_tls_reason(reason)}",
            code="TLS_FAILED",
            hint="For a certificate of your own, set SSL_CERT_FILE to the file of its authority.",
        )
    return ConnectionFailedError(f"{place} cannot be reached: {_reason(reason)}", hint=_hint(place))


def _hint(place: str) -> str:
    """The address that was dialed is not `place` where a proxy of the environment stands before
    it, and then the proxy may be what is wrong."""
    if proxy_of(urlsplit(place.removeprefix("the store "))) is None:
        return "Is the server running, and is the address right?"
    return "A proxy of the environment is asked for it (HTTP_PROXY, HTTPS_PROXY): is that right?"


def _innermost(error: BaseException) -> BaseException:
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return error


def _tls_reason(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return error.reason or str(error)


def _reason(error: BaseException) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
