"""Presets: shipped, saved in versions, deleted; and what is started with them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from schema.presets import builtin
from tests.support.live import LiveApi

SAVE = """mutation($i: SavePresetInput!) { savePreset(input: $i) {
  preset { name version title description recipe builtin } userErrors { code field message } } }"""
DELETE = """mutation($n: String!) { deletePreset(input: {name: $n}) {
  name userErrors { code field } } }"""
LIST = "{ presets { name version builtin } }"
UPLOAD = """mutation($i: StartMultipartUploadInput!) { startMultipartUpload(input: $i) {
  upload { id } parts { url headers { name value } } userErrors { code field } } }"""
COMPLETE = """mutation($i: ID!) { completeMultipartUpload(input: {uploadId: $i}) {
  job { id preset recipe } userErrors { code message } } }"""


async def save(live: LiveApi, **wanted: Any) -> dict[str, Any]:
    payload: dict[str, Any] = (await live.graphql(SAVE, i=wanted))["savePreset"]
    return payload


async def names(live: LiveApi) -> dict[str, int]:
    presets = (await live.graphql(LIST))["presets"]
    return {preset["name"]: preset["version"] for preset in presets if not preset["builtin"]}


async def test_a_preset_has_versions_and_an_end(live_api: LiveApi) -> None:
    holder = await live_api.holder("presets", prefix="presets/")
    first = (await save(holder, name="thumb", recipe={"poster": {"width": 320}}))["preset"]
    assert (first["version"], first["title"], first["builtin"]) == (1, "thumb", False)
    assert first["recipe"]["poster"]["width"] == 320
    second = await save(holder, name="thumb", title="T", recipe={"poster": {"width": 640}})
    assert second["preset"]["version"] == 2
    assert await names(holder) == {"thumb": 2}
    assert "thumb" not in await names(live_api)
    assert {p["name"] for p in (await holder.graphql(LIST))["presets"]} >= set(builtin())

    gone = (await holder.graphql(DELETE, n="thumb"))["deletePreset"]
    assert gone == {"name": "thumb", "userErrors": []}
    again = (await holder.graphql(DELETE, n="thumb"))["deletePreset"]
    assert again["userErrors"] == [{"code": "NOT_FOUND", "field": ["input", "name"]}]
    assert await names(holder) == {}
    # A number is never used for another recipe.
    assert (await save(holder, name="thumb", recipe={"poster": {}}))["preset"]["version"] == 3


async def test_previews_and_burned_text_are_kept_as_asked(live_api: LiveApi) -> None:
    preview = {"format": "MP4", "frameRate": 24, "pieces": 3}
    burn = {"file": {"key": "films/a.srt"}, "size": 8}
    asked = {"mp4": {}, "preview": preview, "burn": burn}
    recipe = (await save(live_api, name="moving", recipe=asked))["preset"]["recipe"]
    assert (recipe["preview"]["format"], recipe["preview"]["frame_rate"]) == ("MP4", 24)
    assert (recipe["preview"]["pieces"], recipe["preview"]["width"]) == (3, 320)
    assert (recipe["burn"]["file"]["key"], recipe["burn"]["size"]) == ("films/a.srt", 8)


async def test_jobs_keep_the_recipe_that_they_began_with(
    live_api: LiveApi, bucket: Any, clip: bytes
) -> None:
    bucket.put_object(Bucket=live_api.s3.bucket_in, Key="preset.mp4", Body=clip)
    await save(live_api, name="mine", recipe={"poster": {"width": 100}})
    started = await live_api.transcode(sourceKey="preset.mp4", preset="mine")
    await save(live_api, name="mine", recipe={"poster": {"width": 50}})
    ended = await live_api.ended(started["job"]["id"])
    assert (ended["status"], ended["outputs"][0]["width"]) == ("SUCCEEDED", 100)


async def test_an_upload_keeps_the_promise_of_its_preset(live_api: LiveApi, clip: bytes) -> None:
    await save(live_api, name="promised", recipe={"poster": {"width": 90}})
    wanted = {"filename": "a.mp4", "size": len(clip), "preset": "promised", "signParts": 1}
    made = (await live_api.graphql(UPLOAD, i=wanted))["startMultipartUpload"]
    await live_api.graphql(DELETE, n="promised")
    async with httpx.AsyncClient() as http:
        part = made["parts"][0]
        headers = {header["name"]: header["value"] for header in part["headers"]}
        assert (await http.put(part["url"], content=clip, headers=headers)).status_code == 200
    done = (await live_api.graphql(COMPLETE, i=made["upload"]["id"]))["completeMultipartUpload"]
    assert done["userErrors"] == []
    ended = await live_api.ended(done["job"]["id"])
    assert (ended["status"], ended["outputs"][0]["width"]) == ("SUCCEEDED", 90)
    refused = (await live_api.graphql(UPLOAD, i=wanted))["startMultipartUpload"]
    assert refused["userErrors"] == [{"code": "UNKNOWN_PRESET", "field": ["input", "preset"]}]


async def test_an_unknown_preset_names_those_that_exist(live_api: LiveApi) -> None:
    await save(live_api, name="own-one", recipe={"poster": {}})
    refused = await live_api.transcode(sourceKey="x.mp4", preset="nope")
    (error,) = refused["userErrors"]
    assert error["code"] == "UNKNOWN_PRESET"
    assert {"own-one", *builtin()} <= set(error["message"].replace(",", "").split())


@pytest.mark.parametrize(
    ("wanted", "code", "field"),
    [
        ({"name": "web"}, "PRESET_BUILTIN", "name"),
        ({"name": ""}, "INVALID_INPUT", "name"),
        ({"name": "Über"}, "INVALID_INPUT", "name"),
        ({"name": "-rf"}, "INVALID_INPUT", "name"),
        ({"name": "a" * 64}, "INVALID_INPUT", "name"),
        ({"name": "a", "title": ""}, "INVALID_INPUT", "title"),
        ({"name": "a", "description": "x" * 1001}, "INVALID_INPUT", "description"),
        ({"name": "a", "recipe": {}}, "INVALID_RECIPE", "recipe"),
        ({"name": "a", "recipe": {"poster": {"width": -1}}}, "INVALID_RECIPE", "recipe"),
    ],
)
async def test_what_is_no_preset(
    live_api: LiveApi, wanted: dict[str, Any], code: str, field: str
) -> None:
    refused = await save(live_api, **{"recipe": {"poster": {}}, **wanted})
    (error,) = refused["userErrors"]
    assert (error["code"], error["field"][:2]) == (code, ["input", field])
    assert refused["preset"] is None
