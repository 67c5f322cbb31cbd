"""Media options over GraphQL: defaults of the project, options of uploads, assets and jobs."""

from __future__ import annotations

from typing import Any

import httpx

from tests.support.live import LiveApi

_OPTIONS = "tier normalizeAudio subtitleLanguages watermark noWatermark"
UPDATE = f"""mutation($d: MediaOptionsInput!) {{ updateProject(input: {{defaults: $d}}) {{
  project {{ defaults {{ {_OPTIONS} }} }} userErrors {{ code field message }} }} }}"""
ASSET = f"""{{ id options {{ own {{ {_OPTIONS} }} effective {{ {_OPTIONS} }} inherited }} }}"""
UPLOAD = """mutation($i: StartMultipartUploadInput!) { startMultipartUpload(input: $i) {
  upload { id options { tier } } parts { url headers { name value } }
  userErrors { code field } } }"""
COMPLETE = f"""mutation($i: ID!) {{ completeMultipartUpload(input: {{uploadId: $i}}) {{
  asset {ASSET} job {{ id recipe }} userErrors {{ code }} }} }}"""
EDIT = f"""mutation($i: UpdateAssetInput!) {{ updateAsset(input: $i) {{
  asset {ASSET} userErrors {{ code field }} }} }}"""
START = """mutation($i: StartTranscodeInput!) { startTranscode(input: $i) {
  job { recipe } userErrors { code field } } }"""
NOTHING = {
    "tier": None,
    "normalizeAudio": None,
    "subtitleLanguages": None,
    "watermark": None,
    "noWatermark": False,
}


async def send(live: LiveApi, body: bytes, **wanted: Any) -> str:
    wanted = {"filename": "a.mp4", "size": len(body), "signParts": 1, **wanted}
    made = (await live.graphql(UPLOAD, i=wanted))["startMultipartUpload"]
    assert made["userErrors"] == []
    async with httpx.AsyncClient() as http:
        part = made["parts"][0]
        headers = {header["name"]: header["value"] for header in part["headers"]}
        assert (await http.put(part["url"], content=body, headers=headers)).status_code == 200
    upload: str = made["upload"]["id"]
    return upload


async def test_an_upload_inherits_what_it_does_not_say(
    live_api: LiveApi, bucket: Any, clip: bytes
) -> None:
    live = await live_api.holder("options", prefix="options/")
    logo = {"image": {"key": "options/logo.png"}, "corner": "TOP_LEFT"}
    bucket.put_object(Bucket=live.s3.bucket_in, Key="options/logo.png", Body=b"logo")
    said = {"tier": "DRAFT", "watermark": logo, "normalizeAudio": True}
    defaults = (await live.graphql(UPDATE, d=said))["updateProject"]["project"]["defaults"]
    assert (defaults["tier"], defaults["normalizeAudio"]) == ("DRAFT", True)
    assert defaults["watermark"]["corner"] == "TOP_LEFT"

    own = {"tier": "PREMIUM", "subtitleLanguages": ["en"], "noWatermark": True}
    upload = await send(live, clip, preset="mp4", options=own)
    done = (await live.graphql(COMPLETE, i=upload))["completeMultipartUpload"]
    options = done["asset"]["options"]
    assert options["own"] == NOTHING | own
    assert options["effective"] == NOTHING | own | {"normalizeAudio": True}
    assert options["inherited"] == ["NORMALIZE_AUDIO"]
    recipe = done["job"]["recipe"]
    assert (recipe["tier"], recipe["watermark"]) == ("PREMIUM", None)
    assert recipe["loudness"]["target"] == -23

    asset = done["asset"]["id"]
    edited = await live.graphql(EDIT, i={"id": asset, "options": {}})
    assert edited["updateAsset"]["asset"]["options"]["own"] == NOTHING
    assert edited["updateAsset"]["asset"]["options"]["inherited"] == [
        "NORMALIZE_AUDIO",
        "TIER",
        "WATERMARK",
    ]
    kept = await live.graphql(EDIT, i={"id": asset, "title": "t"})
    assert kept["updateAsset"]["asset"]["options"] == edited["updateAsset"]["asset"]["options"]

    wanted = {"assetId": asset, "preset": "mp4", "options": {"tier": "STANDARD"}}
    started = (await live.graphql(START, i=wanted))["startTranscode"]
    assert started["job"]["recipe"]["tier"] == "STANDARD"
    assert started["job"]["recipe"]["watermark"]["image"]["key"] == "options/logo.png"


async def test_wrong_options_are_refused(live_api: LiveApi) -> None:
    live = await live_api.holder("wrong-options", prefix="wrong-options/")
    for wrong, code in (
        ({"subtitleLanguages": ["english"]}, "INVALID_INPUT"),
        ({"watermark": {"image": {"key": "options/logo.png"}}}, "SOURCE_NOT_FOUND"),
        ({"watermark": {"image": {"key": "x.png"}}, "noWatermark": True}, "INVALID_INPUT"),
    ):
        answer = (await live.graphql(UPDATE, d=wrong))["updateProject"]
        assert [each["code"] for each in answer["userErrors"]] == [code], answer
        upload = {"filename": "a.mp4", "options": wrong}
        answer = (await live.graphql(UPLOAD, i=upload))["startMultipartUpload"]
        assert [each["code"] for each in answer["userErrors"]] == [code], answer
    with_recipe = {"sourceKey": "a.mp4", "recipe": {"mp4": {}}, "options": {}}
    answer = (await live.graphql(START, i=with_recipe))["startTranscode"]
    assert answer["userErrors"] == [{"code": "INVALID_INPUT", "field": ["input", "options"]}]


async def test_defaults_are_set_with_the_scope_admin(live_api: LiveApi) -> None:
    writer = await live_api.holder("options-writer", prefix="ow/", scopes="READ,WRITE")
    answer = (await writer.post({"query": UPDATE, "variables": {"d": {}}})).json()
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    told = await writer.graphql("{ viewer { project { defaults { tier } } } }")
    assert told["viewer"]["project"]["defaults"] == {"tier": None}
