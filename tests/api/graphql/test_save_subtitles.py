"""saveSubtitles: what people have written is checked, stored, served, and replaced."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.support.live import LiveApi
from tests.support.waiting import until

SAVE = """mutation($i: SaveSubtitlesInput!) { saveSubtitles(input: $i) {
  outputs { id kind key label languages size sha256 contentType playbackUrl url reused }
  userErrors { code field message } } }"""
OF_JOB = "query($i: ID!) { job(id: $i) { outputs { key kind playbackUrl } } }"
TEXT = "WEBVTT\n\nNOTE mine\n\n00:00.100 --> 00:00.900 line:0\nOne & <i>two</i>\n"


async def save(live: LiveApi, **wanted: Any) -> dict[str, Any]:
    given = {"language": "en", "text": TEXT} | wanted
    payload: dict[str, Any] = (await live.graphql(SAVE, i=given))["saveSubtitles"]
    return payload


@pytest.fixture
async def job(live_api: LiveApi, bucket: Any, clip: bytes) -> str:
    """One that has SUCCEEDED."""
    bucket.put_object(Bucket=live_api.s3.bucket_in, Key="words.mp4", Body=clip)
    started = await live_api.transcode(sourceKey="words.mp4", recipe={"poster": {"width": 64}})
    ended = await live_api.ended(started["job"]["id"])
    assert ended["status"] == "SUCCEEDED"
    job_id: str = ended["id"]
    return job_id


async def test_a_text_is_served_and_a_later_one_takes_its_place(
    live_api: LiveApi, bucket: Any, job: str
) -> None:
    before = (await live_api.graphql(OF_JOB, i=job))["job"]["outputs"]
    first = await save(live_api, jobId=job, label="By hand")
    assert first["userErrors"] == []
    vtt, srt = first["outputs"]
    assert [vtt["contentType"], srt["contentType"]] == ["text/vtt", "application/x-subrip"]
    assert (vtt["label"], vtt["languages"], vtt["reused"]) == ("By hand", ["en"], False)
    async with httpx.AsyncClient(follow_redirects=True) as http:
        served = await http.get(vtt["playbackUrl"])
        assert served.headers["content-type"].startswith("text/vtt")
        assert served.text == (
            "WEBVTT\n\n00:00:00.100 --> 00:00:00.900 line:0\nOne &amp; <i>two</i>\n"
        )
        assert (await http.get(srt["url"])).text.endswith("\nOne & <i>two</i>\n")

        second = await save(live_api, jobId=job, text=TEXT.replace("One", "Two"))
        assert "Two" in (await http.get(second["outputs"][0]["playbackUrl"])).text
        await save(live_api, jobId=job, language="de", text="WEBVTT\n")
        # What is replaced is gone; a link never shows another text than before.
        assert (await http.get(vtt["playbackUrl"])).status_code == 404
        shown = (await live_api.graphql(OF_JOB, i=job))["job"]["outputs"]
        assert [output["kind"] for output in shown] == ["POSTER", *["SUBTITLE"] * 4]
        assert shown[0]["key"] == before[0]["key"]
        for output in shown:
            assert (await http.get(output["playbackUrl"])).status_code == 200

    async def swept() -> bool:
        found = bucket.list_objects_v2(Bucket=live_api.s3.bucket_out, Prefix=vtt["key"])
        return not found["KeyCount"]

    await until(swept, "the first text is deleted")


@pytest.mark.parametrize(
    ("wanted", "field", "said"),
    [
        ({"text": "1\n00:00:01,000 --> 00:00:02,000\nSubRip\n"}, "text", "line 1"),
        ({"text": "WEBVTT\n\n00:01.000 --> 00:02.000\n<script>\n"}, "text", "line 4"),
        ({"language": "english"}, "language", "ISO 639"),
        ({"language": "../x"}, "language", "ISO 639"),
        ({"label": "a\nb"}, "label", "one line"),
    ],
)
async def test_what_players_would_not_take_is_refused(
    live_api: LiveApi, job: str, wanted: dict[str, Any], field: str, said: str
) -> None:
    (error,) = (await save(live_api, jobId=job, **wanted))["userErrors"]
    assert (error["code"], error["field"]) == ("INVALID_INPUT", ["input", field])
    assert said in error["message"]
    outputs = (await live_api.graphql(OF_JOB, i=job))["job"]["outputs"]
    assert [output["kind"] for output in outputs] == ["POSTER"]


async def test_only_for_a_job_of_ones_own_that_has_succeeded(
    live_api: LiveApi, bucket: Any, job: str
) -> None:
    other = await live_api.holder("words", prefix="words/")
    assert (await save(other, jobId=job))["userErrors"][0]["code"] == "NOT_FOUND"
    reader = await live_api.holder("default", prefix="", scopes="READ")
    given = {"jobId": job, "language": "en", "text": TEXT}
    answer = (await reader.post({"query": SAVE, "variables": {"i": given}})).json()
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    bucket.put_object(Bucket=live_api.s3.bucket_in, Key="none.mp4", Body=b"no media")
    started = await live_api.transcode(sourceKey="none.mp4", recipe={"poster": {}})
    failed = await live_api.ended(started["job"]["id"])
    assert failed["status"] == "FAILED"
    assert (await save(live_api, jobId=failed["id"]))["userErrors"][0]["code"] == "CONFLICT"


async def test_they_go_with_their_asset(live_api: LiveApi, bucket: Any, job: str) -> None:
    saved = (await save(live_api, jobId=job))["outputs"]
    asset = (await live_api.graphql('{ asset(key: "words.mp4") { id } }'))["asset"]["id"]
    delete = "mutation($i: ID!) { deleteAsset(input: {id: $i}) { userErrors { code } } }"
    assert (await live_api.graphql(delete, i=asset))["deleteAsset"]["userErrors"] == []

    async def gone() -> bool:
        keys = [output["key"] for output in saved]
        found = [
            bucket.list_objects_v2(Bucket=live_api.s3.bucket_out, Prefix=key)["KeyCount"]
            for key in keys
        ]
        return not any(found)

    await until(gone, "what was saved is deleted")
    refused = await save(live_api, jobId=job)
    assert refused["userErrors"][0]["code"] in {"NOT_FOUND", "ASSET_BUSY"}


async def test_a_file_in_the_bucket_is_brought_by_a_recipe(
    live_api: LiveApi, bucket: Any, clip: bytes
) -> None:
    text = b"1\n00:00:00,100 --> 00:00:00,900\nHi\n"
    for key, body in (("brought.mp4", clip), ("brought.srt", text)):
        bucket.put_object(Bucket=live_api.s3.bucket_in, Key=key, Body=body)
    wish = {"embedded": False, "files": [{"file": {"key": "brought.srt"}, "language": "en"}]}
    started = await live_api.transcode(sourceKey="brought.mp4", recipe={"subtitles": wish})
    assert started["userErrors"] == []
    assert (await live_api.ended(started["job"]["id"]))["status"] == "SUCCEEDED"
    shown = (await live_api.graphql(OF_JOB, i=started["job"]["id"]))["job"]["outputs"]
    assert [output["kind"] for output in shown] == ["SUBTITLE", "SUBTITLE"]
    async with httpx.AsyncClient(follow_redirects=True) as http:
        served = await http.get(shown[0]["playbackUrl"])
    assert served.text == "WEBVTT\n\n00:00:00.100 --> 00:00:00.900\nHi\n"
