"""Share links: whoever has one sees one film and nothing else, until it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin

import asyncpg
import httpx
import pytest

from api.domain import tokens
from tests.support.live import LiveApi, role_url

CREATE = """mutation($i: CreateShareLinkInput!) { createShareLink(input: $i) {
  url shareLink { id state title expiresAt outputId } userErrors { code field } } }"""
REVOKE = """mutation($i: RevokeShareLinkInput!) { revokeShareLink(input: $i) {
  shareLink { id state revokedAt } userErrors { code field } } }"""
RECIPE = {
    "ladder": {"rungs": [{"height": 144}]},
    "mp4": {"maxHeight": 144},
    "poster": {"width": 64},
    "sprite": {},
    "clips": [{"start": 0.0, "end": 0.5, "mode": "EXACT"}],
}
TEXT = "WEBVTT\n\n00:00.000 --> 00:01.000\n<b>Hello</b>\n"


@dataclass
class Made:
    """An asset with everything beside it, and a client without a key or cookie."""

    live: LiveApi
    asset: str
    job: dict[str, Any]

    async def share(self, **wanted: Any) -> dict[str, Any]:
        payload: dict[str, Any] = (await self.live.graphql(CREATE, i=wanted))["createShareLink"]
        return payload

    async def revoke(self, link: str) -> dict[str, Any]:
        payload: dict[str, Any] = (await self.live.graphql(REVOKE, i={"id": link}))[
            "revokeShareLink"
        ]
        return payload

    def output(self, kind: str) -> str:
        found: str = next(each["id"] for each in self.job["outputs"] if each["kind"] == kind)
        return found


async def get(url: str) -> httpx.Response:
    """As a browser in which nobody has ever signed in."""
    async with httpx.AsyncClient(follow_redirects=True, timeout=30) as client:
        return await client.get(url)


async def film(url: str) -> dict[str, Any]:
    answer = await get(f"{url}/film.json")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture(scope="module")
async def made(live_api: LiveApi, bucket: Any, clip: bytes) -> Made:
    live = await live_api.holder("shares", prefix="shares/")
    bucket.put_object(Bucket=live.s3.bucket_in, Key="shares/film.mp4", Body=clip)
    started = await live.transcode(sourceKey="shares/film.mp4", recipe=RECIPE, metadata={"x": 1})
    job = await live.ended(started["job"]["id"])
    assert job["status"] == "SUCCEEDED", job
    await live.graphql(
        "mutation($i: SaveSubtitlesInput!) { saveSubtitles(input: $i) { userErrors { code } } }",
        i={"jobId": job["id"], "language": "en", "label": "English", "text": TEXT},
    )
    found = await live.graphql('{ asset(key: "shares/film.mp4") { id } }')
    return Made(live, found["asset"]["id"], job)


async def test_a_film_plays_without_a_key(made: Made) -> None:
    payload = await made.share(assetId=made.asset, title="For <you>")
    assert payload["userErrors"] == []
    assert payload["url"].startswith(f"{made.live.url}/s/")
    shown = await film(payload["url"])
    assert (shown["title"], shown["kind"], shown["height"]) == ("For <you>", "HLS", 144)
    assert shown["duration"] == pytest.approx(1, abs=0.1)
    assert shown["expiresAt"] == payload["shareLink"]["expiresAt"]
    master = await get(shown["playbackUrl"])
    assert master.headers["content-type"] == shown["contentType"]
    (playlist,) = [line for line in master.text.splitlines() if line.endswith("m3u8")][:1]
    address = urljoin(shown["playbackUrl"], playlist)
    names = [line for line in (await get(address)).text.splitlines() if line.endswith("m4s")]
    segment = await get(urljoin(address, names[0]))
    assert segment.status_code == 200
    assert b"moof" in segment.content[:200]
    assert (await get(shown["posterUrl"])).headers["content-type"] == "image/jpeg"
    index = (await get(shown["thumbnailsUrl"])).text
    sheet = next(line for line in index.splitlines() if ".jpg" in line).partition("#")[0]
    assert (await get(urljoin(shown["thumbnailsUrl"], sheet))).status_code == 200
    (caption,) = shown["captions"]
    said = {name: caption[name] for name in ("language", "label", "saved")}
    assert said == {"language": "en", "label": "English", "saved": True}
    assert "Hello" in (await get(caption["url"])).text


async def test_a_page_is_served_for_every_link(made: Made) -> None:
    answer = await get((await made.share(assetId=made.asset))["url"])
    # Where the web app is built its page, else a page that says that it is not.
    assert answer.headers["content-type"].startswith("text/html")


async def test_a_revoked_link_ends_at_once(made: Made) -> None:
    payload = await made.share(assetId=made.asset)
    shown = await film(payload["url"])
    urls = [shown[name] for name in ("playbackUrl", "posterUrl", "thumbnailsUrl")]
    assert [(await get(url)).status_code for url in urls] == [200] * 3
    ended = await made.revoke(payload["shareLink"]["id"])
    assert ended["shareLink"]["state"] == "REVOKED"
    assert await made.revoke(payload["shareLink"]["id"]) == ended
    gone = await get(f"{payload['url']}/film.json")
    assert (gone.status_code, gone.json()["error"]["code"]) == (410, "SHARE_ENDED")
    for url in urls:
        refused = await get(url)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "LINK_EXPIRED")


async def test_an_expired_link_ends(made: Made) -> None:
    payload = await made.share(assetId=made.asset, expiresIn=60)
    shown = await film(payload["url"])
    left = datetime.fromisoformat(shown["expiresAt"]) - datetime.now(UTC)
    assert timedelta(seconds=50) < left <= timedelta(seconds=60)
    connection = await asyncpg.connect(role_url(made.live.owner_url, "rm_system"))
    try:
        await connection.execute(
            "update share set expires_at = now() where token_hash = $1",
            tokens.digest(payload["url"].rpartition("/")[2]),
        )
    finally:
        await connection.close()
    assert (await get(f"{payload['url']}/film.json")).status_code == 410
    assert (await get(shown["playbackUrl"])).json()["error"]["code"] == "LINK_EXPIRED"
    links = await made.live.graphql(
        "query($i: ID!) { asset(id: $i) { shareLinks { id state } } }", i=made.asset
    )
    states = {link["id"]: link["state"] for link in links["asset"]["shareLinks"]}
    assert states[payload["shareLink"]["id"]] == "EXPIRED"


async def test_one_output_is_shared_and_nothing_that_plays_beside_it(made: Made) -> None:
    payload = await made.share(outputId=made.output("CLIP"))
    assert payload["shareLink"]["outputId"] == made.output("CLIP")
    shown = await film(payload["url"])
    assert (shown["kind"], shown["thumbnailsUrl"], shown["captions"]) == ("CLIP", None, [])
    assert (await get(shown["playbackUrl"])).status_code == 200
    paths = {
        kind: next(o["playbackUrl"] for o in made.job["outputs"] if o["kind"] == kind)
        for kind in ("HLS", "MP4", "CLIP")
    }
    base = shown["playbackUrl"].split("/play/")[1].partition("/")[0]
    for kind, url in paths.items():
        path = url.split("/play/")[1].partition("/")[2]
        answer = await get(f"{made.live.url}/play/{base}/{path}")
        assert answer.status_code == (200 if kind == "CLIP" else 404), kind


@pytest.mark.parametrize("token", ["x", "A" * 43, "A" * 44, "%00", "ä" * 43])
async def test_an_unknown_link_opens_nothing(live_api: LiveApi, token: str) -> None:
    answer = await get(f"{live_api.url}/s/{token}/film.json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NOT_FOUND")


async def test_the_token_is_nowhere_kept(made: Made) -> None:
    payload = await made.share(assetId=made.asset)
    token = payload["url"].rpartition("/")[2]
    await film(payload["url"])
    assert token not in made.live.log()
    assert '"/s/…/film.json"' in made.live.log()
    connection = await asyncpg.connect(role_url(made.live.owner_url, "rm_system"))
    try:
        rows = await connection.fetch("select share::text as row from share")
        events = await connection.fetch("select event::text as row from event")
    finally:
        await connection.close()
    assert tokens.digest(token).hex() in "".join(row["row"] for row in rows)
    assert token not in "".join(row["row"] for row in [*rows, *events])


@pytest.mark.parametrize(
    ("wanted", "code", "field"),
    [
        ({}, "INVALID_INPUT", "assetId"),
        ({"assetId": "$asset", "outputId": "$HLS"}, "INVALID_INPUT", "assetId"),
        ({"outputId": "$POSTER"}, "INVALID_INPUT", "outputId"),
        ({"assetId": "$HLS"}, "INVALID_ID", "assetId"),
        ({"assetId": "$asset", "expiresIn": 59}, "INVALID_INPUT", "expiresIn"),
        ({"assetId": "$asset", "expiresIn": 40_000_000}, "INVALID_INPUT", "expiresIn"),
        ({"assetId": "$asset", "expiresAt": "2020-01-01T00:00:00Z"}, "INVALID_INPUT", "expiresAt"),
        ({"assetId": "$asset", "expiresAt": "2027-01-01T00:00:00"}, "INVALID_INPUT", "expiresAt"),
        (
            {"assetId": "$asset", "expiresAt": "2027-01-01T00:00:00Z", "expiresIn": 90},
            "INVALID_INPUT",
            "expiresAt",
        ),
        ({"assetId": "$asset", "title": ""}, "INVALID_INPUT", "title"),
    ],
)
async def test_what_nobody_can_share(
    made: Made, wanted: dict[str, Any], code: str, field: str
) -> None:
    known = {"$asset": made.asset} | {f"${k}": made.output(k) for k in ("HLS", "POSTER")}
    given = {name: known.get(value, value) for name, value in wanted.items()}
    refused = await made.share(**given)
    assert refused["userErrors"] == [{"code": code, "field": ["input", field]}]
    assert refused["url"] is None


async def test_what_does_not_play_yet_is_not_shared(made: Made, bucket: Any, clip: bytes) -> None:
    bucket.put_object(Bucket=made.live.s3.bucket_in, Key="shares/raw.mp4", Body=clip)
    await made.live.graphql("mutation { scanMediaFolder { found } }")
    asset = await made.live.graphql('{ asset(key: "shares/raw.mp4") { id } }')
    refused = await made.share(assetId=asset["asset"]["id"])
    assert refused["userErrors"] == [{"code": "CONFLICT", "field": ["input", "assetId"]}]


async def test_a_link_goes_with_its_asset(made: Made, bucket: Any, clip: bytes) -> None:
    bucket.put_object(Bucket=made.live.s3.bucket_in, Key="shares/short.mp4", Body=clip)
    recipe = {"mp4": {"maxHeight": 144}}
    started = await made.live.transcode(sourceKey="shares/short.mp4", recipe=recipe)
    await made.live.ended(started["job"]["id"])
    asset = (await made.live.graphql('{ asset(key: "shares/short.mp4") { id } }'))["asset"]["id"]
    payload = await made.share(assetId=asset)
    shown = await film(payload["url"])
    await made.live.graphql(
        "mutation($i: DeleteAssetInput!) { deleteAsset(input: $i) { userErrors { code } } }",
        i={"id": asset, "deleteSource": True},
    )
    answer = await get(f"{payload['url']}/film.json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NOT_FOUND")
    assert (await get(shown["playbackUrl"])).status_code in {403, 404}


async def test_who_may_only_read_makes_none(made: Made) -> None:
    reader = await made.live.holder("shares", prefix="shares/", scopes="READ")
    with pytest.raises(AssertionError, match="FORBIDDEN"):
        await reader.graphql(CREATE, i={"assetId": made.asset})


async def test_events_tell_of_links(made: Made) -> None:
    viewer = await made.live.graphql("{ viewer { project { eventCursor } } }")
    after = viewer["viewer"]["project"]["eventCursor"]
    link = (await made.share(assetId=made.asset))["shareLink"]["id"]
    await made.revoke(link)
    await made.revoke(link)
    document = """subscription($a: String) { events(after: $a) {
      type entityId node { id ... on ShareLink { state } } } }"""
    seen = []
    async for data in made.live.subscribe(document, a=after):
        seen.append((data["events"]["type"], data["events"]["entityId"]))
        if len(seen) == 2:
            assert data["events"]["node"] == {"id": link, "state": "REVOKED"}
            break
    assert seen == [("SHARE_CREATED", link), ("SHARE_REVOKED", link)]
