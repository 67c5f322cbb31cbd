"""A user who goes on when the service goes away: asks again, with the same idempotency key."""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import httpx

from tests.support.live import AWAY, LiveApi, role_url

POSTER = {"poster": {"width": 160}}
PART = 5 * 1024 * 1024
_PATIENCE = 60.0


@dataclass
class User:
    """Everything a client does to one installation, and what it has been promised."""

    live: LiveApi
    source: str
    client: Any  # of the store, as its owner
    jobs: list[str] = field(default_factory=list)  # accepted: each must come to an end

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The first field of the answer. What is answered by "try again" is tried again."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            try:
                answer = await self.live.post({"query": query, "variables": variables})
                body = answer.json()
            except (httpx.TransportError, ValueError):
                await asyncio.sleep(0.1)
                continue
            said = {e.get("extensions", {}).get("code") or e.get("code") for e in _errors(body)}
            if said & AWAY or answer.status_code >= 500:
                await asyncio.sleep(0.1)
                continue
            assert not body.get("errors"), body
            payload: dict[str, Any] = next(iter(body["data"].values()))
            return payload
        raise TimeoutError(f"no answer to {query[:80]}")

    async def mutate(self, name: str, result: str, /, **wanted: Any) -> dict[str, Any]:
        """One mutation with its input; a refusal fails the test."""
        kind = name[0].upper() + name[1:]
        payload = await self.ask(
            f"mutation($i: {kind}Input!) {{ {name}(input: $i) {{ {result}"
            " userErrors { code message } } }",
            i=wanted,
        )
        assert payload["userErrors"] == [], payload
        return payload

    async def transcode(self, **wanted: Any) -> str:
        """Start a job, and remember that it was accepted."""
        chosen = {} if "preset" in wanted else {"recipe": POSTER}
        # All of them use one film: what an earlier one has made would be used again.
        wanted = {"sourceKey": self.source, "force": True} | chosen | wanted
        payload = await self.mutate(
            "startTranscode", "job { id }", **wanted, idempotencyKey=uuid.uuid4().hex
        )
        job_id: str = payload["job"]["id"]
        self.jobs.append(job_id)
        return job_id

    async def cancel(self, job_id: str) -> str:
        status: str = (await self.mutate("cancelJob", "job { status }", id=job_id))["job"]["status"]
        return status

    async def put(self, body: bytes) -> str:
        """A file that some other tool has put into the bucket."""
        key = f"put/{uuid.uuid4().hex}.mp4"
        await asyncio.to_thread(
            self.client.put_object, Bucket=self.live.s3.bucket_in, Key=key, Body=body
        )
        return key

    async def body(self) -> bytes:
        """The bytes of the user's source."""
        found = await asyncio.to_thread(
            self.client.get_object, Bucket=self.live.s3.bucket_in, Key=self.source
        )
        body: bytes = found["Body"].read()
        return body

    async def copy(self) -> str:
        """The source once more, under another key."""
        return await self.put(await self.body())

    async def sql(self, statement: str, *values: Any) -> None:
        """Lets time pass, by changing what the database has noted of it."""
        connection = await asyncpg.connect(role_url(self.live.owner_url, "rm_system"))
        try:
            await connection.execute(statement, *values)
        finally:
            await connection.close()

    async def upload(self, body: bytes, **wanted: Any) -> dict[str, Any]:
        """A file with all its parts, up to where it would be completed."""
        payload = await self.mutate(
            "startMultipartUpload",
            "upload { id key partSize } parts { number url headers { name value } }",
            filename="clip.mp4",
            size=len(body),
            partSize=PART,
            signParts=-(-len(body) // PART),
            idempotencyKey=uuid.uuid4().hex,
            **wanted,
        )
        async with httpx.AsyncClient(timeout=30) as client:
            for part in payload["parts"]:
                piece = body[(part["number"] - 1) * PART :][:PART]
                headers = {h["name"]: h["value"] for h in part["headers"]}
                (await client.put(part["url"], content=piece, headers=headers)).raise_for_status()
        upload: dict[str, Any] = payload["upload"]
        return upload


def _errors(body: dict[str, Any]) -> list[dict[str, Any]]:
    payloads = [p for p in (body.get("data") or {}).values() if isinstance(p, dict)]
    return [*(body.get("errors") or []), *(e for p in payloads for e in p.get("userErrors") or [])]
