"""Assets that a recipe names beside its source: found, held, told to the runner, and told apart."""

from __future__ import annotations

from typing import Any

import pytest

from api.adapters.postgres import assets, presets
from api.domain import ids
from api.domain.models import Asset, Principal
from api.domain.states import AssetKind, AssetStatus, JobStatus
from api.errors import (
    AssetBusy,
    InvalidKey,
    InvalidReport,
    NotFound,
    Refusal,
    SourceEmpty,
    SourceNotFound,
)
from api.services.assets import Assets
from api.services.finder import Finder
from api.services.options import Options
from schema.recipe import Recipe
from tests.api.services.conftest import Bench
from tests.api.services.reuse_user import User
from tests.api.services.upload_bench import Process


@pytest.fixture
def user(runs_bench: Bench) -> User:
    return User(runs_bench, runs_bench.project)


def _options(user: User) -> Options:
    bench = user.bench
    return Options(bench.database, Finder(bench.database, bench.storage, bench.settings.bucket_in))


def content() -> str:
    return ids.new().hex * 2


def _put(user: User, key: str, body: bytes = b"logo") -> str:
    user.bench.bucket.put_object(Bucket=user.bench.settings.bucket_in, Key=key, Body=body)
    return key


def _logo(user: User) -> str:
    return _put(user, f"brand/{ids.new().hex}.png")


def marked(**ref: str) -> dict[str, Any]:
    return {"mp4": {}, "watermark": {"image": ref}}


async def _asset(user: User, key: str) -> Asset:
    settings = user.bench.settings
    async with user.bench.database.tenant(user.who.project_id) as c:
        found = await assets.find(c, user.who.project_id, settings.bucket_in, key)
    assert found is not None
    return found


async def test_a_named_key_is_an_asset_that_the_runner_reads(user: User) -> None:
    film, logo = user.film(b"film"), _logo(user)
    claim = await user.claim(job := await user.start(film, marked(key=logo)))
    asset = await _asset(user, logo)
    assert (asset.kind, asset.status, job.inputs) == (AssetKind.IMAGE, "REGISTERED", [asset.id])
    assert [(ref.key, ref.etag) for ref in claim.spec.inputs] == [(logo, asset.etag)]
    assert claim.spec.source.key == film


async def test_films_are_told_in_the_order_of_the_recipe_and_each_once(user: User) -> None:
    film, one, other = user.film(b"film"), user.film(b"one"), user.film(b"other")
    join = {"before": [{"key": other}, {"key": one}], "after": [{"key": other}]}
    claim = await user.claim(await user.start(film, {"poster": {}, "join": join}))
    assert [ref.key for ref in claim.spec.inputs] == [other, one]


async def test_by_its_id(user: User) -> None:
    film, logo = user.film(b"film"), _logo(user)
    await user.start(film, marked(key=logo))
    name = ids.encode(ids.Kind.ASSET, (await _asset(user, logo)).id)
    claim = await user.claim(await user.start(film, marked(asset_id=name), force=True))
    assert [ref.key for ref in claim.spec.inputs] == [logo]


@pytest.mark.parametrize(
    ("ref", "refused"),
    [
        ({"key": "nobody/has.png"}, SourceNotFound),
        ({"key": "a/../b.png"}, InvalidKey),
        ({"key": "empty.png"}, SourceEmpty),
        ({"asset_id": "asset_" + "0" * 32}, NotFound),
    ],
)
async def test_what_is_not_there_starts_no_job(
    user: User, ref: dict[str, str], refused: type[Refusal]
) -> None:
    _put(user, "empty.png", b"")
    with pytest.raises(refused) as raised:
        await user.start(user.film(b"film"), marked(**ref))
    assert raised.value.field == "input.recipe"


async def test_what_belongs_to_another_project_is_not_there(user: User) -> None:
    bench, prefix = user.bench, f"red-{ids.new().hex}/"
    async with bench.database.system() as c:
        red = await c.fetchval(
            "insert into project (id, name, prefix) values ($1, $2, $2) returning id",
            *(ids.new(), prefix),
        )
    theirs = _put(user, f"{prefix}logo.png")
    finder = Finder(bench.database, bench.storage, bench.settings.bucket_in)
    asset = await finder.by_key(Principal(red, "red", prefix, "k", "k", ("WRITE",)), theirs)
    for ref in ({"key": theirs}, {"asset_id": ids.encode(ids.Kind.ASSET, asset.id)}):
        with pytest.raises((SourceNotFound, NotFound)):
            await user.start(user.film(b"film"), marked(**ref))


async def test_it_is_not_deleted_while_a_job_wants_it(user: User) -> None:
    logo = _logo(user)
    job = await user.start(user.film(b"film"), marked(key=logo))
    asset = await _asset(user, logo)
    library = Assets(user.bench.database, _options(user), lambda: None)
    with pytest.raises(AssetBusy):
        await library.delete(user.who, asset.id, delete_source=False)
    await user.transcodes.cancel(user.who, job.id)
    doomed = await library.delete(user.who, asset.id, delete_source=False)
    assert doomed.status is AssetStatus.DELETING
    with pytest.raises(AssetBusy):
        await user.start(user.film(b"film"), marked(key=logo))
    await user.janitor.round()
    # The job was of another asset: it is still there.
    assert (await user.bench.job(job)).status is JobStatus.CANCELED


async def test_outputs_outlive_it_and_a_retry_misses_it(user: User) -> None:
    logo, user.inputs = _logo(user), (content(),)
    made = await user.made(user.film(b"film"), marked(key=logo), content())
    failed = await user.start(user.film(b"film"), marked(key=logo))
    await user.transcodes.cancel(user.who, failed.id)
    asset = await _asset(user, logo)
    library = Assets(user.bench.database, _options(user), lambda: None)
    await library.delete(user.who, asset.id, delete_source=True)
    await user.janitor.round()
    assert user.stored([output.key for output in await user.outputs(made)]) == [True]
    with pytest.raises(SourceNotFound):
        await user.transcodes.retry(user.who, failed.id, None)


async def test_what_was_made_is_found_by_what_is_in_the_image(user: User) -> None:
    film, sha256, logo = user.film(b"film"), content(), _logo(user)
    user.inputs = (content(),)
    first = await user.made(film, marked(key=logo), sha256)
    asset = await _asset(user, logo)
    assert (asset.status, asset.sha256) == (AssetStatus.READY, user.inputs[0])
    assert asset.kind is AssetKind.IMAGE
    # It is known by now: no runner is needed.
    again = await user.start(film, marked(key=logo))
    assert again.status is JobStatus.SUCCEEDED
    # The same image by another name, which a runner must read first.
    copy = await user.start(film, marked(key=_logo(user)))
    assert copy.status is JobStatus.QUEUED
    assert await user.sourced(await user.claim(copy), sha256) == ("mp4",)
    other = await user.start(film, marked(key=_logo(user)))
    user.inputs = (content(),)
    assert await user.sourced(await user.claim(other), sha256) == ()
    plain = await user.start(film, {"mp4": {}})
    assert plain.status is JobStatus.QUEUED
    assert [o.reused for o in await user.outputs(first)] == [False]


async def test_equal_jobs_have_equal_images(user: User) -> None:
    film, one, other = user.film(b"film"), _logo(user), _logo(user)
    await user.start(film, marked(key=one))
    assert (await user.start(film, marked(key=one))).status is JobStatus.WAITING
    assert (await user.start(film, marked(key=other))).status is JobStatus.QUEUED


async def test_a_report_must_tell_of_all_that_was_read(user: User) -> None:
    claim = await user.claim(await user.start(user.film(b"film"), marked(key=_logo(user))))
    with pytest.raises(InvalidReport):
        await user.sourced(claim, content())
    with pytest.raises(InvalidReport):
        await user.complete(claim, ["mp4"], content())


async def test_a_preset_names_it_for_an_upload(user: User) -> None:
    process, logo = Process(user.bench), f"brand/{ids.new().hex}.png"
    name = f"branded-{ids.new().hex[:8]}"
    async with user.bench.database.tenant(user.who.project_id) as c:
        await presets.save(
            c,
            user.who.project_id,
            name=name,
            title=name,
            description="",
            recipe=Recipe.model_validate(marked(key=logo)),
        )
    upload = await process.send(b"film", preset=name)
    with pytest.raises(SourceNotFound):
        await process.complete(upload)
    _put(user, logo)
    done = await process.complete(upload)
    assert done.job is not None
    assert done.job.inputs == [(await _asset(user, logo)).id]
