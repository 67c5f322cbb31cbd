"""What the store says of published files, as one value: whether they are still what they were."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.adapters.s3 import Storage
    from api.domain.objects import ObjectInfo


@dataclass(frozen=True, slots=True)
class Sealed:
    """The keys of all files, and a digest over their names, sizes and etags."""

    keys: frozenset[str]
    seal: str


async def look(storage: Storage, bucket: str, prefix: str, names: Sequence[str]) -> Sealed | None:
    """Look at files and folders below a prefix; None where one of them is not there.

    No byte of them is read. An object that was written anew has another etag.
    """
    parts = await asyncio.gather(*(_objects(storage, bucket, prefix + name) for name in names))
    if not all(parts):
        return None
    found = sorted(info for part in parts for info in part)
    lines = (f"{info.key[len(prefix) :]}\0{info.size}\0{info.etag}\n" for info in found)
    digest = hashlib.sha256("".join(lines).encode()).hexdigest()
    return Sealed(frozenset(info.key for info in found), digest)


async def _objects(storage: Storage, bucket: str, key: str) -> list[ObjectInfo]:
    if key.endswith("/"):
        return [info async for page in storage.pages(bucket, key) for info in page]
    found = await storage.head(bucket, key)
    return [] if found is None else [found]
