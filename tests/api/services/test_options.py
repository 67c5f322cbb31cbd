"""Options of projects, assets and uploads over a real database and store."""

from __future__ import annotations

from typing import Any

import pytest

from api.adapters.postgres import assets
from api.domain import ids
from api.domain.models import Asset, Job
from api.errors import InvalidInput, NotFound, SourceNotFound
from api.services.assets import AssetChange, Assets
from api.services.backlog import StartTranscode
from api.services.finder import Finder
from api.services.options import Options
from schema.presets import builtin
from tests.api.services.conftest import Bench
from tests.api.services.reuse_user import User
from tests.api.services.upload_bench import Process


class Owner(User):
    """A user of a new project, with the services that keep options."""

    def __init__(self, bench: Bench, project: Any, prefix: str) -> None:
        super().__init__(bench, project, prefix)
        finder = Finder(bench.database, bench.storage, bench.settings.bucket_in)
        self.options = Options(bench.database, finder)
        self.library = Assets(bench.database, self.options, lambda: None)

    async def asset(self, key: str) -> Asset:
        return await self.transcodes.finder.by_key(self.who, key)

    async def by_preset(self, key: str, preset: str = "web", **more: Any) -> Job:
        wanted = StartTranscode(source_key=key, preset=preset, **more)
        return await self.transcodes.start(self.who, wanted)

    def image(self) -> dict[str, Any]:
        """A watermark that lies in the project's folder."""
        key = f"{self.who.prefix}{ids.new().hex}.png"
        self.bench.bucket.put_object(Bucket=self.bench.settings.bucket_in, Key=key, Body=b"logo")
        return {"image": {"key": key}}


async def owner(bench: Bench) -> Owner:
    prefix = f"{ids.new().hex}/"
    async with bench.database.system() as c:
        project = await c.fetchval(
            "insert into project (id, name, prefix) values ($1, $2, $2) returning id",
            *(ids.new(), prefix),
        )
    return Owner(bench, project, prefix)


@pytest.fixture
async def user(runs_bench: Bench) -> Owner:
    return await owner(runs_bench)


async def test_a_job_by_preset_takes_them_from_job_asset_and_project(user: Owner) -> None:
    film, logo = user.film(b"film"), user.image()
    preset = builtin()["web"].recipe.model_dump(mode="json")
    assert (await user.by_preset(film)).recipe == preset
    await user.options.set_of_project(user.who, {"tier": "DRAFT", "watermark": logo})
    asset = await user.asset(film)
    await user.library.update(user.who, asset.id, AssetChange(options={"tier": "PREMIUM"}))
    by_asset = await user.by_preset(film)
    assert by_asset.recipe["tier"] == "PREMIUM"
    assert by_asset.recipe["watermark"]["image"]["key"] == logo["image"]["key"]
    mark = await user.asset(logo["image"]["key"])
    assert by_asset.inputs == [mark.id], "the runner may read it"
    by_job = await user.by_preset(film, options={"tier": "STANDARD", "no_watermark": True})
    assert by_job.recipe == preset


async def test_an_own_recipe_inherits_nothing(user: Owner) -> None:
    await user.options.set_of_project(user.who, {"tier": "DRAFT", "normalize_audio": True})
    job = await user.start(user.film(b"film"), {"mp4": {}})
    assert (job.recipe["tier"], job.recipe["loudness"]) == ("STANDARD", None)
    with pytest.raises(InvalidInput) as refused:
        await user.start(user.film(b"film"), {"mp4": {}}, options={"tier": "DRAFT"})
    assert refused.value.field == "input.options"


async def test_the_effective_recipe_is_what_is_shared(user: Owner) -> None:
    film, content = user.film(b"film"), ids.new().hex * 2
    asset = await user.asset(film)
    async with user.bench.database.tenant(user.who.project_id) as c:
        await assets.set_facts(
            c, asset.id, asset.etag, sha256=content, md5=None, probe=None, status="READY"
        )
    plain = await user.by_preset(film)
    await user.options.set_of_project(user.who, {"tier": "DRAFT"})
    draft = await user.by_preset(film)
    said = {**builtin()["web"].recipe.model_dump(mode="json"), "tier": "DRAFT"}
    own = await user.start(film, said)
    assert draft.waits_for is None, "another recipe than the first"
    assert own.waits_for == draft.id != plain.id


async def test_a_retry_keeps_what_the_job_had(user: Owner) -> None:
    film = user.film(b"film")
    await user.options.set_of_project(user.who, {"tier": "DRAFT"})
    job = await user.by_preset(film)
    await user.transcodes.cancel(user.who, job.id)
    await user.options.set_of_project(user.who, {})
    again = await user.transcodes.retry(user.who, job.id, None)
    assert again.recipe["tier"] == "DRAFT"
    assert (await user.by_preset(film)).recipe["tier"] == "STANDARD"


async def test_an_uploads_options_become_its_assets_and_its_jobs(runs_bench: Bench) -> None:
    process, user = Process(runs_bench), Owner(runs_bench, runs_bench.project, "")
    logo = user.image()
    await user.options.set_of_project(user.who, {"watermark": logo, "tier": "DRAFT"})
    try:
        said = {"tier": "PREMIUM", "normalize_audio": True}
        sent = await process.send(b"film", preset="web", options=said)
        done = await process.complete(sent)
        scanned = await user.asset(done.asset.key)
    finally:
        await user.options.set_of_project(user.who, {})
    assert sent.options == done.asset.options == scanned.options == said
    assert done.job is not None
    assert (done.job.recipe["tier"], done.job.recipe["loudness"]["target"]) == ("PREMIUM", -23)
    assert done.job.recipe["watermark"]["image"]["key"] == logo["image"]["key"]


async def test_a_watermark_is_an_image_of_the_same_project(user: Owner) -> None:
    stranger = await owner(user.bench)
    theirs = stranger.image()
    by_id = ids.encode(ids.Kind.ASSET, (await stranger.asset(theirs["image"]["key"])).id)
    film, asset = user.film(b"film"), await user.asset(user.film(b"film"))
    for image, refused in (
        (theirs["image"], SourceNotFound),
        ({"asset_id": by_id}, NotFound),
        ({"key": film}, InvalidInput),
        ({"key": f"{user.who.prefix}nothing.png"}, SourceNotFound),
    ):
        wanted = {"watermark": {"image": image}}
        with pytest.raises(refused) as raised:
            await user.options.set_of_project(user.who, wanted)
        assert raised.value.field == "input.defaults.watermark.image"
        with pytest.raises(refused):
            await user.library.update(user.who, asset.id, AssetChange(options=wanted))
    assert (await user.options.of_project(user.who)).said() == frozenset()


async def test_an_upload_with_a_foreign_watermark_is_not_begun(runs_bench: Bench) -> None:
    stranger = await owner(runs_bench)
    with pytest.raises(SourceNotFound) as refused:
        await Process(runs_bench).send(b"film", options={"watermark": stranger.image()})
    assert refused.value.field == "input.options.watermark.image"


async def test_defaults_of_one_project_are_no_others(user: Owner) -> None:
    stranger = await owner(user.bench)
    await stranger.options.set_of_project(stranger.who, {"tier": "DRAFT"})
    assert (await user.options.of_project(user.who)).tier is None
    assert (await user.by_preset(user.film(b"film"))).recipe["tier"] == "STANDARD"


async def test_a_watermark_that_is_gone_stops_jobs_and_says_so(user: Owner) -> None:
    film, logo = user.film(b"film"), user.image()
    await user.options.set_of_project(user.who, {"watermark": logo})
    settings, key = user.bench.settings, logo["image"]["key"]
    user.bench.bucket.delete_object(Bucket=settings.bucket_in, Key=key)
    with pytest.raises(SourceNotFound, match=key):
        await user.by_preset(film)
    assert (await user.by_preset(film, options={"no_watermark": True})).recipe["watermark"] is None
