"""A handful of S3 and STS calls over httpx, signed by `reelmill.sigv4`. Nothing is tried again: a
check tells what it sees."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote, urlencode

import httpx

from reelmill.doctor.setup import Setup
from reelmill.errors import ReelmillError, TransferError
from reelmill.sigv4 import StoreKeys, signed_headers
from reelmill.timing import Timing
from reelmill.wire import new_client, translated

_SILENCE: Final = 20.0


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the store: `code` is S3's, `began` and `ended` when it was asked and heard."""

    status: int
    code: str | None
    text: str
    headers: Mapping[str, str]
    began: datetime
    ended: datetime

    @property
    def good(self) -> bool:
        """Whether it did as it was told."""
        return 200 <= self.status < 300

    @property
    def words(self) -> str:
        """In one line."""
        return f"{self.code or 'no error code'} (HTTP status {self.status})"

    def tag(self, name: str) -> str | None:
        """The text of the first XML element of this name."""
        found = re.search(rf"<{name}>\s*([^<]*?)\s*</{name}>", self.text)
        return found[1] if found else None


class StoreRefusedError(TransferError):
    """The store said no."""

    default_code = "STORE_REFUSED"


class Bucket:
    """One store, with one set of keys."""

    def __init__(self, setup: Setup, keys: StoreKeys, tls: ssl.SSLContext) -> None:
        self.setup = setup
        self._keys = keys
        self._tls = tls
        self._http = new_client(Timing(), silence=_SILENCE, tls=tls, connections=4)

    def narrowed(self, keys: StoreKeys) -> Bucket:
        """The same store with other keys."""
        return Bucket(self.setup, keys, self._tls)

    async def close(self) -> None:
        """Close its connections."""
        await self._http.aclose()

    async def ask(
        self,
        method: str,
        bucket: str,
        key: str = "",
        *,
        query: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Reply:
        """Any S3 call. Raises ConnectionFailedError when nobody answers."""
        address = f"{self.setup.url(bucket)}/{quote(key, safe='/-_.~')}"
        url = f"{address}?{urlencode(query, quote_via=quote)}" if query else address
        return await self._sent(method, url, body, "s3")

    async def must(
        self,
        method: str,
        bucket: str,
        key: str = "",
        *,
        query: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Reply:
        """The same; raises StoreRefusedError for a no."""
        reply = await self.ask(method, bucket, key, query=query, body=body)
        if not reply.good:
            raise StoreRefusedError(f"{method} was refused: {reply.words}", code=reply.code)
        return reply

    async def assume(self, policy: str) -> StoreKeys:
        """Keys of a session that may do what the role and this policy allow."""
        form = {
            "Action": "AssumeRole",
            "Version": "2011-06-15",
            "RoleArn": self.setup.role_arn or "",
            "RoleSessionName": "reelmill-doctor",
            "DurationSeconds": "900",
            "Policy": policy,
        }
        reply = await self._sent("POST", self.setup.sts, urlencode(form).encode(), "sts")
        found = [reply.tag(name) for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")]
        if not reply.good or not found[0] or not found[1]:
            raise StoreRefusedError(f"AssumeRole was refused: {reply.words}", code=reply.code)
        return StoreKeys(found[0], found[1], found[2])

    async def plain(self, method: str, url: str, headers: Mapping[str, str]) -> Reply:
        """Without a signature, as a browser asks."""
        began = datetime.now(UTC)
        with translated(httpx.URL(url).host):
            answer = await self._http.request(method, url, headers=dict(headers))
        return _reply(answer, began)

    async def _sent(self, method: str, url: str, body: bytes, service: str) -> Reply:
        began = datetime.now(UTC)
        form = {"content-type": "application/x-www-form-urlencoded"} if service == "sts" else {}
        headers = signed_headers(
            method,
            url,
            body,
            self._keys,
            region=self.setup.region,
            service=service,
            now=began,
            headers=form,
        )
        with translated(f"the store {httpx.URL(url).host}"):
            answer = await self._http.request(method, url, content=body, headers=headers)
        return _reply(answer, began)


def _reply(answer: httpx.Response, began: datetime) -> Reply:
    text = answer.text
    found = re.search(r"<Code>\s*([A-Za-z0-9.]{1,64})\s*</Code>", text)
    code = found[1] if found else None
    return Reply(answer.status_code, code, text, answer.headers, began, datetime.now(UTC))


def unreachable(error: ReelmillError) -> bool:
    """Whether nobody answered, so that asking on is no use."""
    return error.code in {"UNREACHABLE", "TIMEOUT", "TLS_FAILED", "BAD_URL"}
