"""Clips that were cut from some bytes of their source are found by the name of the object."""

from __future__ import annotations

from typing import Any

import pytest

from api.adapters.postgres import assets
from api.domain.models import Job
from api.domain.states import JobStatus
from api.services import sources
from tests.api.services.conftest import Bench
from tests.api.services.reuse_user import POSTER, User, content

CLIP: dict[str, Any] = {"clips": [{"start": 1, "end": 3, "mode": "COPY"}]}


@pytest.fixture
def user(runs_bench: Bench) -> User:
    return User(runs_bench, runs_bench.project)


async def _sha256(user: User, job: Job) -> str | None:
    async with user.bench.database.system() as connection:
        asset = await assets.get(connection, job.asset_id)
    assert asset is not None
    return asset.sha256


async def test_the_same_clip_again_ends_at_once(user: User) -> None:
    key = user.film(b"unread one")
    first = await user.made(key, CLIP, None)
    assert await _sha256(user, first) is None
    again = await user.start(key, CLIP)
    assert (again.status, again.attempt) == (JobStatus.SUCCEEDED, 0)
    assert [o.reused for o in await user.outputs(again)] == [True]
    other = {"clips": [{"start": 1, "end": 4, "mode": "COPY"}]}
    assert (await user.start(key, other)).status is JobStatus.QUEUED


async def test_a_runner_that_reads_some_bytes_is_told_what_is_there(user: User) -> None:
    key = user.film(b"unread two")
    await user.made(key, CLIP, None)
    two = {"clips": [*CLIP["clips"], {"start": 5, "end": 6, "mode": "COPY"}]}
    claim = await user.claim(await user.start(key, two))
    assert await user.sourced(claim, None) == ("clip_1",)


async def test_it_is_still_found_when_somebody_has_read_it_all(user: User) -> None:
    key, sha256 = user.film(b"unread three"), content()
    await user.made(key, CLIP, None)
    whole = await user.made(key, POSTER, sha256)
    assert await _sha256(user, whole) == sha256
    assert (await user.start(key, CLIP)).status is JobStatus.SUCCEEDED


async def test_a_clip_of_a_known_content_is_found_in_its_copy(user: User) -> None:
    """A runner tells the SHA-256 that is known of the object, though it has not read it all."""
    sha256 = content()
    key, copy = user.film(b"unread four"), user.film(b"unread four")
    await user.made(key, POSTER, sha256)
    claim = await user.claim(await user.start(key, CLIP))
    assert (claim.spec.source.sha256, claim.spec.source.unread) == (sha256, False)
    await user.complete(claim, ["clip_1"], sha256)
    await user.made(copy, {"poster": {"at": 1.0}}, sha256)
    assert (await user.start(copy, CLIP)).status is JobStatus.SUCCEEDED


async def test_another_object_at_the_same_key_is_another_source(user: User) -> None:
    key = user.film(b"unread five")
    await user.made(key, CLIP, None)
    user.bench.bucket.put_object(Bucket=user.bench.settings.bucket_in, Key=key, Body=b"other five")
    assert (await user.start(key, CLIP)).status is JobStatus.QUEUED


async def test_what_was_read_and_then_replaced_is_not_what_lies_there(user: User) -> None:
    key = user.film(b"unread six")
    claim = await user.claim(await user.start(key, CLIP))
    user.bench.bucket.put_object(Bucket=user.bench.settings.bucket_in, Key=key, Body=b"other-- six")
    await user.start(key, POSTER)  # the asset has the new etag now
    await user.complete(claim, ["clip_1"], None)
    assert (await user.start(key, CLIP)).status is JobStatus.QUEUED


async def test_what_only_a_sender_says_has_to_be_read(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def said(*_: object) -> str:
        return "a" * 64

    monkeypatch.setattr(sources.uploads, "declared_sha256", said)
    claim = await user.claim(await user.start(user.film(b"unread seven"), CLIP))
    assert (claim.spec.source.sha256, claim.spec.source.unread) == ("a" * 64, True)
