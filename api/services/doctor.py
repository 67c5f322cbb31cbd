"""Looks at what this service stands on: the database, the store, the sessions of runners."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import structlog

from api.domain import diagnosis
from api.domain.diagnosis import Check
from api.errors import Refusal

if TYPE_CHECKING:
    from api.adapters.postgres.pool import Database
    from api.adapters.s3 import Storage
    from api.config import Settings
    from api.domain.models import Principal

log = structlog.get_logger(__name__)

# Of each check; all are asked at the same time.
_SECONDS: Final = 10.0
_LINK_SECONDS: Final = 300
_FOLDER: Final = "reelmill-doctor/"
_BODY: Final = b"reelmill"
_LOG: Final = "The log of the API says more. `reelmill doctor --s3` looks from where it is run."


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All checks in order, and links by which a browser looks for itself."""

    checks: list[Check]
    browser_urls: list[str]


class Doctor:
    """Asks only what the service is set up with: no address comes from outside.

    What it writes lies in the folder `reelmill-doctor/` of the caller's project, and is removed.
    """

    def __init__(self, database: Database, storage: Storage, settings: Settings) -> None:
        self._database = database
        self._storage = storage
        self._settings = settings
        # One at a time: it costs a dozen requests to the store.
        self._busy = asyncio.Lock()

    async def look(self, who: Principal) -> Diagnosis:
        """Every check, in ten seconds or little more. The caller has checked the scope ADMIN."""
        folder = f"{who.prefix}{_FOLDER}"
        async with self._busy:
            found = await asyncio.gather(
                *(_bounded(name, look) for name, look in self._looks(folder))
            )
        links = [
            await self._storage.checks.listing_link(bucket, folder, _LINK_SECONDS)
            for bucket in self._buckets()
        ]
        return Diagnosis(list(found), links)

    def _buckets(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self._settings.bucket_in, self._settings.bucket_out)))

    def _looks(self, folder: str) -> list[tuple[str, Callable[[str], Awaitable[Check]]]]:
        key = f"{folder}{secrets.token_hex(8)}"
        looks: list[tuple[str, Callable[[str], Awaitable[Check]]]] = [
            ("Database", self._answers),
            ("Store: clock", lambda name: self._clock(name, folder)),
        ]
        for bucket in self._buckets():
            looks += self._bucket_looks(bucket, key)
        looks.append(("Store: sessions for runners", lambda name: self._session(name, key)))
        return looks

    def _bucket_looks(
        self, bucket: str, key: str
    ) -> list[tuple[str, Callable[[str], Awaitable[Check]]]]:
        uploads = bucket == self._settings.bucket_in
        methods = ("GET", "PUT") if uploads else ("GET",)
        return [
            (f"Bucket {bucket}: files", lambda name: self._files(name, bucket, key)),
            (f"Bucket {bucket}: uploads in parts", lambda name: self._parts(name, bucket, key)),
            (f"Bucket {bucket}: CORS", lambda name: self._cors(name, bucket, methods)),
            (f"Bucket {bucket}: lifecycle", lambda name: self._lifecycle(name, bucket)),
        ]

    async def _answers(self, name: str) -> Check:
        began = datetime.now(UTC)
        await self._database.ping()
        took = (datetime.now(UTC) - began).total_seconds() * 1000
        return diagnosis.ok(name, f"answers in {took:.0f} ms")

    async def _clock(self, name: str, folder: str) -> Check:
        began = datetime.now(UTC)
        date = await self._storage.checks.listed(self._settings.bucket_in, folder)
        return diagnosis.clock(name, date, began, datetime.now(UTC))

    async def _files(self, name: str, bucket: str, key: str) -> Check:
        read = await self._storage.checks.round_trip(bucket, key, _BODY)
        if read != _BODY:
            return diagnosis.failure(name, "what was read is not what was written", _LOG)
        return diagnosis.ok(name, "are written, read and deleted")

    async def _parts(self, name: str, bucket: str, key: str) -> Check:
        await self._storage.checks.parts(bucket, f"{key}-parts", _BODY)
        return diagnosis.ok(name, "are begun and thrown away")

    async def _cors(self, name: str, bucket: str, methods: tuple[str, ...]) -> Check:
        address = urlsplit(self._settings.public_url)
        origin = f"{address.scheme}://{address.netloc}"
        return diagnosis.cors(name, await self._storage.checks.cors(bucket), origin, methods)

    async def _lifecycle(self, name: str, bucket: str) -> Check:
        return diagnosis.lifecycle(name, await self._storage.checks.lifecycle(bucket))

    async def _session(self, name: str, key: str) -> Check:
        if not self._settings.sts_role_arn:
            seen = "there is no role, so runners get the API's own keys"
            return diagnosis.warning(name, seen, "Set REELMILL_STS_ROLE_ARN to a role for them.")
        policy = _policy(self._settings.bucket_out, key)
        await self._storage.scoped_credentials(name="reelmill-doctor", policy=policy, seconds=900)
        return diagnosis.ok(name, "are given, narrowed to one folder")


def _policy(bucket: str, key: str) -> dict[str, Any]:
    resource = f"arn:aws:s3:::{bucket}/{key}/*"
    statement = {"Effect": "Allow", "Action": ["s3:PutObject"], "Resource": [resource]}
    return {"Version": "2012-10-17", "Statement": [statement]}


async def _bounded(name: str, look: Callable[[str], Awaitable[Check]]) -> Check:
    try:
        async with asyncio.timeout(_SECONDS):
            return await look(name)
    except TimeoutError:
        return diagnosis.failure(name, f"no answer in {_SECONDS:.0f} s", _LOG)
    except Refusal as refusal:
        # Our own words: those of the libraries may name addresses and keys.
        return diagnosis.failure(name, refusal.message, _LOG)
    except Exception:
        log.exception("a check has failed", check=name)
        return diagnosis.failure(name, "the check itself has failed", _LOG)
