"""Looks at the API: reachable, ready, its clock, its certificate, the key, subscriptions."""

from __future__ import annotations

import ssl
import time
from datetime import UTC, datetime
from typing import Any, Final

import httpx

from reelmill import documents
from reelmill.client import Client
from reelmill.connection import Connection
from reelmill.doctor.findings import Findings
from reelmill.errors import ConnectionFailedError, NotFoundError, ReelmillError
from reelmill.subscription import SocketRefusedError, subscribe
from reelmill.timing import Timing
from reelmill.wire import new_client, translated, trusted

_SILENCE: Final = 20.0
_EXPIRES_SOON: Final = 14 * 86400
_NOBODY: Final = "job_" + "0" * 32
_SCOPES: Final = {"READ", "WRITE"}


async def check(connection: Connection, findings: Findings) -> None:
    """Every check of the API, as far as the first answer allows."""
    tls = trusted()
    async with new_client(Timing(), silence=_SILENCE, tls=tls, connections=2) as http:
        if not await _reached(http, connection, findings):
            return
        await _ready(http, connection, findings)
    async with Client(connection.url, connection.key) as client:
        if await _key(client, findings):
            await _spoken(client, findings)
            await _sockets(connection, tls, findings)


async def _reached(http: httpx.AsyncClient, connection: Connection, findings: Findings) -> bool:
    began, clock = datetime.now(UTC), time.monotonic()
    try:
        with translated(connection.url):
            async with http.stream("GET", f"{connection.url}/healthz") as answer:
                stream = answer.extensions.get("network_stream")
                secure = stream.get_extra_info("ssl_object") if stream else None
                await answer.aread()
    except ReelmillError as error:
        findings.fail("API", f"{error.message} [{error.code}]", error.hint or "Is it running?")
        return False
    took = (time.monotonic() - clock) * 1000
    if answer.status_code != 200:
        seen = f"{connection.url}/healthz answers HTTP status {answer.status_code}"
        findings.fail("API", seen, "Is the address that of the API, without a path behind it?")
        return False
    findings.ok("API", f"{connection.url} answers in {took:.0f} ms")
    findings.clock("API: clock", answer.headers.get("date"), began, datetime.now(UTC))
    _tls(connection, secure, findings)
    return True


def _tls(connection: Connection, secure: ssl.SSLObject | None, findings: Findings) -> None:
    if secure is None:
        if connection.is_loopback:
            findings.ok("API: TLS", "none, and none is needed on this machine")
        else:
            seen = "none: the key and all links can be read on the way"
            findings.warn("API: TLS", seen, "Put a proxy with TLS before the API.")
        return
    certificate: dict[str, Any] = secure.getpeercert() or {}
    ends = str(certificate.get("notAfter", ""))
    left = ssl.cert_time_to_seconds(ends) - time.time() if ends else 0.0
    seen = f"{secure.version()}, certificate until {ends}"
    if left < _EXPIRES_SOON:
        findings.warn("API: TLS", seen, "Renew the certificate.")
    else:
        findings.ok("API: TLS", seen)


async def _ready(http: httpx.AsyncClient, connection: Connection, findings: Findings) -> None:
    with findings.watched("API: ready", "Look into the API's log."):
        with translated(connection.url):
            answer = await http.get(f"{connection.url}/readyz")
        try:
            checks = answer.json().get("checks", {})
        except (ValueError, AttributeError):
            checks = {}
        seen = ", ".join(f"{name}: {state}" for name, state in checks.items())
        if answer.status_code == 200:
            findings.ok("API: ready", seen or "yes")
        else:
            cure = "What is named is away from the API; its log says more."
            findings.fail("API: ready", seen or f"HTTP status {answer.status_code}", cure)


async def _key(client: Client, findings: Findings) -> bool:
    cure = "Make another: `reelmill keys create`, or `python -m api.migrate` for the first one."
    try:
        viewer = await client.viewer()
    except ReelmillError as error:
        findings.fail("API: key", f"{error.message} [{error.code}]", error.hint or cure)
        return False
    scopes = {str(scope) for scope in viewer.scopes}
    seen = f"{viewer.key_name} of project {viewer.project.name}: {', '.join(sorted(scopes))}"
    lacking = sorted(_SCOPES - scopes)
    if lacking:
        cure = f"It lacks {' and '.join(lacking)}: uploads and transcodes need both."
        findings.warn("API: key", seen, f"{cure} Make a key with all it is for.")
    else:
        findings.ok("API: key", seen)
    return True


async def _spoken(client: Client, findings: Findings) -> None:
    """Whether the API and this client are of one version: every mutation that we use is there."""
    ours = set(_MUTATIONS)
    try:
        theirs = set(await client.mutations())
    except ReelmillError as error:
        findings.ok("API: version", f"introspection is off ({error.code}); not compared")
        return
    missing = sorted(ours - theirs)
    if missing:
        seen = f"the API does not know {', '.join(missing)}"
        findings.warn("API: version", seen, "Use the client of the server's version.")
    else:
        findings.ok("API: version", f"it knows all {len(ours)} mutations of this client")


async def _sockets(connection: Connection, tls: ssl.SSLContext, findings: Findings) -> None:
    cure = "Let the proxy before the API pass WebSockets; until then jobs are asked for by polling."
    answers = subscribe(
        connection, documents.JOB_UPDATED, {"id": _NOBODY}, timing=Timing(), tls=tls
    )
    try:
        async for _ in answers:
            break
    except (NotFoundError, ReelmillError) as error:
        if isinstance(error, (SocketRefusedError, ConnectionFailedError)):
            findings.warn("API: subscriptions", error.message, cure)
            return
    finally:
        await answers.aclose()
    findings.ok("API: subscriptions", "a WebSocket is opened")


_MUTATIONS: Final = (
    "startMultipartUpload",
    "signUploadParts",
    "completeMultipartUpload",
    "abortMultipartUpload",
    "startTranscode",
    "cancelJob",
    "retryJob",
    "setJobPriority",
    "updateAsset",
    "deleteAsset",
    "createApiKey",
    "revokeApiKey",
    "scanMediaFolder",
)
