"""Encrypted ladders: who is told the key, and who may share what was made with it."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from api.domain import content_keys
from api.domain.states import JobStatus
from schema.job import Claim, SourcedReport
from tests.api.services.conftest import Bench
from tests.api.services.reuse_user import RUNG, User, content, facts

ENCRYPTED: dict[str, Any] = {"ladder": {"encryption": "CLEAR_KEY"}}


@pytest.fixture
def user(runs_bench: Bench) -> User:
    return User(runs_bench, runs_bench.project)


async def tracks(user: User, claim: Claim, sha256: str) -> tuple[str, ...]:
    """The rungs that a runner is told of."""
    report = SourcedReport(epoch=claim.epoch, source=facts(claim, sha256))
    answer = await user.bench.runs.reuse.sourced(claim.token, claim.task_id, report)
    return tuple(track.key for track in answer.tracks)


async def test_a_runner_gets_the_key_of_where_it_writes(user: User) -> None:
    claim = await user.claim(await user.start(user.film(b"key"), ENCRYPTED))
    settings, spec = user.bench.settings, claim.spec
    assert spec.content_key == content_keys.of(
        settings.signing_key, user.who.project_id, spec.target.prefix
    )
    assert spec.content_key is not None
    assert spec.content_key.key not in repr(claim)
    plain = await user.claim(await user.start(user.film(b"key"), {"ladder": {}, "mp4": {}}))
    assert plain.spec.content_key is None


async def test_an_equal_job_shows_the_same_bytes_by_the_same_key(user: User) -> None:
    key, sha256 = user.film(b"equal"), content()
    first = await user.made(key, ENCRYPTED, sha256)
    again = await user.start(key, ENCRYPTED)
    assert again.status is JobStatus.SUCCEEDED
    (one,), (two,) = await user.outputs(first), await user.outputs(again)
    assert (two.key, two.reused) == (one.key, True)
    # The key is that of the bytes, whoever shows them.
    assert (await user.start(key, {"ladder": {}})).status is JobStatus.QUEUED


async def test_no_rungs_are_given_nor_taken(user: User) -> None:
    sha256 = content()
    await user.made(user.film(b"rungs"), ENCRYPTED, sha256)
    clear = await user.claim(await user.start(user.film(b"rungs"), {"ladder": {}}))
    assert await tracks(user, clear, sha256) == ()
    await user.complete(clear, ["ladder"], sha256)
    other = ENCRYPTED["ladder"] | {"crf": 30}
    encrypted = await user.claim(await user.start(user.film(b"rungs"), {"ladder": other}))
    assert await tracks(user, encrypted, sha256) == ()
    another = await user.claim(await user.start(user.film(b"rungs"), {"ladder": {"crf": 30}}))
    assert await tracks(user, another, sha256) == (RUNG["video_180"],)


async def test_what_has_lost_its_key_is_made_anew(user: User) -> None:
    key, sha256 = user.film(b"secret"), content()
    await user.made(key, ENCRYPTED, sha256)
    secret = SecretStr(base64.b64encode(b"another secret of 32 bytes here.").decode())
    settings = user.bench.settings.model_copy(update={"secret_key": secret})
    later = User(replace(user.bench, settings=settings), user.who.project_id)
    assert (await later.start(key, ENCRYPTED)).status is JobStatus.QUEUED
