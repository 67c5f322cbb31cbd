"""Every field of the three root types, asked with another project's ids, keys and names."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import pytest
from graphql import GraphQLObjectType, build_schema

from tests.support.live import ROOT, LiveApi

SCHEMA = build_schema((ROOT / "schema" / "schema.graphql").read_text("utf-8"))
SECRET = "Red Secret"  # stands in every text of the other project
_TEXT = r"WEBVTT\n\n00:00.000 --> 00:01.000\nHello"
_ERRORS = "userErrors { code }"
_SHARE = "id assetId title"
_ASSET = (
    f"shareLinks {{ {_SHARE} }}"
    " id key title tags metadata options { effective { tier } } jobs { nodes { id title } }"
    " outputs { id key url } newest(kind: POSTER) { id key url }"
)
_JOB = (
    f"id title metadata asset {{ {_ASSET} }} outputs {{ id key url }} firstLook {{ id }}"
    " retryOf { id } retriedBy { id } attempts { log }"
)
_UPLOAD = f"id key filename parts {{ etag }} asset {{ {_ASSET} }} job {{ {_JOB} }}"
_SCAN = "id prefix found"

# For each root field the documents that ask for what belongs to somebody else. `$name` is one of
# Red's values below; every document must be answered without any of Red's texts.
QUERIES: dict[str, list[str]] = {
    "apiKeys": ["{ apiKeys { id name } }"],
    "asset": [
        f'{{ asset(id: "$asset") {{ {_ASSET} }} }}',
        f'{{ asset(key: "$key") {{ {_ASSET} }} }}',
    ],
    "assets": [
        f"{{ assets(first: 100) {{ nodes {{ {_ASSET} }} }} }}",
        f'{{ assets(filter: {{key: "$key"}}) {{ nodes {{ {_ASSET} }} }} }}',
        f'{{ assets(filter: {{prefix: "red/"}}) {{ nodes {{ {_ASSET} }} }} }}',
        f'{{ assets(filter: {{text: "red"}}) {{ nodes {{ {_ASSET} }} }} }}',
        f'{{ assets(filter: {{tag: "{SECRET}"}}) {{ nodes {{ {_ASSET} }} }} }}',
        f'{{ assets(filter: {{sha256: "$sha256"}}) {{ nodes {{ {_ASSET} }} }} }}',
        f'{{ assets(filter: {{videoCodec: ["h264"], sizeFrom: 1}}) {{ nodes {{ {_ASSET} }} }} }}',
        *(
            f"{{ assets(first: 100, orderBy: {order}) {{ nodes {{ {_ASSET} }} }} }}"
            for order in ("TITLE_ASC", "DURATION_DESC", "SIZE_ASC", "CREATED_AT_ASC")
        ),
        f'{{ assets(after: "$after") {{ nodes {{ {_ASSET} }} }} }}',
    ],
    "doctor": ["{ doctor { checks { name message hint } browserUrls } }"],
    "gallery": [f"{{ gallery(refresh: true) {{ items {{ title job {{ {_JOB} }} }} }} }}"],
    "job": [f'{{ job(id: "$job") {{ {_JOB} }} }}'],
    "jobs": [
        f"{{ jobs(first: 100) {{ nodes {{ {_JOB} }} }} }}",
        f'{{ jobs(filter: {{assetId: "$asset"}}) {{ nodes {{ {_JOB} }} }} }}',
        f"{{ jobs(filter: {{retried: true}}) {{ nodes {{ {_JOB} }} }} }}",
    ],
    "node": [
        f'{{ node(id: "{name}") {{ __typename id ... on Asset {{ {_ASSET} }} '
        f"... on Job {{ {_JOB} }} ... on Upload {{ filename }} ... on Scan {{ prefix }} "
        "... on Output { key url } ... on ShareLink { shared: title }"
        " ... on Project { name eventCursor } } }"
        for name in ("$asset", "$job", "$upload", "$scan", "$output", "$share", "$project")
    ],
    "presets": ["{ presets { name title description } }"],
    "scan": [f'{{ scan(id: "$scan") {{ {_SCAN} }} }}'],
    "scans": [f"{{ scans(first: 100) {{ nodes {{ {_SCAN} }} }} }}"],
    "upload": [f'{{ upload(id: "$upload") {{ {_UPLOAD} }} }}'],
    "uploads": [f"{{ uploads(first: 100) {{ nodes {{ {_UPLOAD} }} }} }}"],
    "usage": ["{ usage { assets outputs jobs } }"],
    "viewer": ["{ viewer { project { id name prefix eventCursor defaults { watermark } } } }"],
}
MUTATIONS: dict[str, list[str]] = {
    "abortMultipartUpload": [
        f'(input: {{uploadId: "$upload"}}) {{ upload {{ {_UPLOAD} }} {_ERRORS} }}'
    ],
    "cancelJobs": [f'(input: {{ids: ["$job"]}}) {{ jobs {{ {_JOB} }} {_ERRORS} }}'],
    "deleteAssets": [
        f'(input: {{ids: ["$asset"], deleteSource: true}}) {{ assets {{ {_ASSET} }} {_ERRORS} }}'
    ],
    "retryJobs": [
        f'(input: {{ids: ["$job"], idempotencyKey: "red"}}) {{ jobs {{ {_JOB} }} {_ERRORS} }}'
    ],
    "updateAssets": [
        f'(input: {{ids: ["$asset"], addTags: ["mine"]}}) {{ assets {{ {_ASSET} }} {_ERRORS} }}'
    ],
    "cancelJob": [f'(input: {{id: "$job"}}) {{ job {{ {_JOB} }} {_ERRORS} }}'],
    "completeMultipartUpload": [
        f'(input: {{uploadId: "$upload"}}) {{ upload {{ {_UPLOAD} }} asset {{ id }} {_ERRORS} }}'
    ],
    "createApiKey": [f'(input: {{name: "b", scopes: [READ]}}) {{ apiKey {{ name }} {_ERRORS} }}'],
    "createShareLink": [
        f'(input: {{assetId: "$asset"}}) {{ url shareLink {{ {_SHARE} }} {_ERRORS} }}',
        f'(input: {{outputId: "$output"}}) {{ url shareLink {{ {_SHARE} }} {_ERRORS} }}',
    ],
    "createUploadCredentials": [
        f'(input: {{uploadId: "$upload"}}) {{ credentials {{ key }} {_ERRORS} }}',
        f'(input: {{filename: "x.mp4", preset: "$preset"}}) {{ credentials {{ key }} {_ERRORS} }}',
    ],
    "deleteAsset": [
        f'(input: {{id: "$asset", deleteSource: true}}) {{ asset {{ {_ASSET} }} {_ERRORS} }}'
    ],
    "deletePreset": [f'(input: {{name: "$preset"}}) {{ name {_ERRORS} }}'],
    "retryJob": [
        f'(input: {{id: "$job", idempotencyKey: "red"}}) {{ job {{ {_JOB} }} {_ERRORS} }}'
    ],
    "revokeApiKey": [f'(input: {{id: "$apiKey"}}) {{ apiKey {{ id name }} {_ERRORS} }}'],
    "revokeShareLink": [f'(input: {{id: "$share"}}) {{ shareLink {{ {_SHARE} }} {_ERRORS} }}'],
    "savePreset": [
        f'(input: {{name: "blue-one", recipe: {{poster: {{}}}}}}) {{ preset {{ name }} {_ERRORS} }}'
    ],
    "saveSubtitles": [
        f'(input: {{jobId: "$job", language: "en", text: "{_TEXT}"}}) {{ {_ERRORS} }}'
    ],
    "scanMediaFolder": [
        f'(input: {{prefix: "red/"}}) {{ found files scan {{ {_SCAN} }} {_ERRORS} }}',
        f'(input: {{prefix: "../red/"}}) {{ found files {_ERRORS} }}',
        f'(input: {{idempotencyKey: "red"}}) {{ found files scan {{ {_SCAN} }} {_ERRORS} }}',
    ],
    "setJobPriority": [f'(input: {{id: "$job", priority: 9}}) {{ job {{ {_JOB} }} {_ERRORS} }}'],
    "signUploadParts": [
        f'(input: {{uploadId: "$upload", partNumbers: [1]}}) {{ parts {{ url }} {_ERRORS} }}'
    ],
    "startMultipartUpload": [
        f'(input: {{filename: "x.mp4", preset: "$preset"}}) {{ upload {{ id }} {_ERRORS} }}',
        f'(input: {{filename: "../../red/x.mp4", size: 9}}) {{ upload {{ key }} {_ERRORS} }}',
    ],
    "startTranscode": [
        f'(input: {{assetId: "$asset", preset: "web"}}) {{ job {{ {_JOB} }} {_ERRORS} }}',
        f'(input: {{sourceKey: "$key", preset: "web"}}) {{ job {{ {_JOB} }} {_ERRORS} }}',
        f'(input: {{sourceKey: "blue/../$key", preset: "web"}}) {{ job {{ {_JOB} }} {_ERRORS} }}',
        f'(input: {{sourceKey: "blue/b.mp4", preset: "$preset"}}) {{ job {{ {_JOB} }} {_ERRORS} }}',
        *(
            '(input: {sourceKey: "blue/b.mp4", recipe: {mp4: {}, watermark: '
            f"{{image: {ref}}}}}}}) {{ job {{ {_JOB} }} {_ERRORS} }}"
            for ref in ('{assetId: "$asset"}', '{key: "$key"}', '{key: "blue/../$key"}')
        ),
    ],
    "updateAsset": [
        f'(input: {{id: "$asset", title: "mine"}}) {{ asset {{ {_ASSET} }} {_ERRORS} }}'
    ],
    "updateProject": [
        f"(input: {{defaults: {{watermark: {{image: {ref}}}}}}}) {{ {_ERRORS} }}"
        for ref in ('{assetId: "$asset"}', '{key: "$key"}')
    ],
}
# These are about something of the caller's own, whatever they sound like, and are no refusal.
OWN = [
    *MUTATIONS["createApiKey"],
    *MUTATIONS["savePreset"],
    MUTATIONS["scanMediaFolder"][0],
    MUTATIONS["scanMediaFolder"][2],
    MUTATIONS["startMultipartUpload"][1],
]
SUBSCRIPTIONS: dict[str, str] = {
    "events": '{ events(after: "0") { type entityId payload node { id } } }',
    "jobUpdated": f'{{ jobUpdated(id: "$job") {{ {_JOB} }} }}',
    "scanUpdated": f'{{ scanUpdated(id: "$scan") {{ {_SCAN} }} }}',
}


@dataclass
class Two:
    """Two projects; `red` are the values of the one that must stay unknown."""

    owner: LiveApi
    stranger: LiveApi
    red: dict[str, str]

    def fill(self, document: str) -> str:
        for name in sorted(self.red, key=len, reverse=True):
            document = document.replace(f"${name}", self.red[name])
        return document

    def check(self, answer: Any, sent: str) -> None:
        """Nothing of Red's may stand in an answer but what the question itself said."""
        text = json.dumps(answer)
        assert SECRET not in text, text
        for name, value in self.red.items():
            assert value not in text or value in sent, f"{name}: {text}"


@pytest.fixture(scope="module")
async def two(live_api: LiveApi, bucket: Any, clip: bytes) -> Two:
    red = await live_api.holder("red-tenant", prefix="red/")
    blue = await live_api.holder("blue-tenant", prefix="blue/")
    name = f"red/{SECRET}.mp4"
    for key in (name, "blue/b.mp4"):
        bucket.put_object(Bucket=live_api.s3.bucket_in, Key=key, Body=clip)
    made = await red.graphql(
        """mutation($k: String!, $m: JSON!, $s: String!) {
          scanMediaFolder(input: {idempotencyKey: "red"}) { scan { id } }
          open: startMultipartUpload(input: {filename: "Red Secret.mp4", size: 99000000}) {
            upload { id } }
          savePreset(input: {name: "red-preset", title: $s, recipe: {poster: {}, mp4: {}}}) {
            preset { name } }
          createApiKey(input: {name: $s, scopes: [READ]}) { apiKey { id } }
          startTranscode(input: {sourceKey: $k, preset: "red-preset", title: $s, metadata: $m}) {
            job { id asset { id } } } }""",
        k=name,
        m={"who": SECRET},
        s=SECRET,
    )
    job = made["startTranscode"]["job"]
    ended = await red.ended(job["id"])
    await red.graphql(
        "mutation($i: UpdateAssetInput!) { updateAsset(input: $i) { asset { id } } }",
        i={"id": job["asset"]["id"], "title": SECRET, "tags": [SECRET]},
    )
    shared = await red.graphql(
        "mutation($i: CreateShareLinkInput!) { createShareLink(input: $i) { shareLink { id } } }",
        i={"assetId": job["asset"]["id"], "title": SECRET},
    )
    facts = await red.graphql(
        "query($k: String!) { asset(key: $k) { sha256 } viewer { project { id } } }", k=name
    )
    return Two(
        red,
        blue,
        {
            "key": name,
            "sha256": facts["asset"]["sha256"],
            "project": facts["viewer"]["project"]["id"],
            "asset": job["asset"]["id"],
            "after": "f" * 32,
            "job": job["id"],
            "output": ended["outputs"][0]["id"],
            "scan": made["scanMediaFolder"]["scan"]["id"],
            "share": shared["createShareLink"]["shareLink"]["id"],
            "upload": made["open"]["upload"]["id"],
            "preset": "red-preset",
            "apiKey": made["createApiKey"]["apiKey"]["id"],
        },
    )


def fields(kind: GraphQLObjectType | None) -> set[str]:
    assert kind is not None
    return set(kind.fields)


def test_the_table_names_every_field() -> None:
    assert set(QUERIES) == fields(SCHEMA.query_type)
    assert set(MUTATIONS) == fields(SCHEMA.mutation_type)
    assert set(SUBSCRIPTIONS) == fields(SCHEMA.subscription_type)


async def state(live: LiveApi) -> dict[str, Any]:
    """What the owner sees of the own things."""
    return await live.graphql(
        f"""{{ assets {{ nodes {{ id key title tags status updatedAt }} }}
          jobs {{ nodes {{ id status priority title }} }}
          shares: assets {{ nodes {{ shareLinks {{ {_SHARE} state }} }} }}
          uploads {{ nodes {{ id status }} }}
          presets {{ name version }} apiKeys {{ id revokedAt }} scans {{ nodes {{ {_SCAN} }} }}
          viewer {{ project {{ eventCursor }} }} }}"""
    )


@pytest.mark.parametrize("field", sorted(QUERIES))
async def test_no_query_tells_of_another_project(two: Two, field: str) -> None:
    for document in map(two.fill, QUERIES[field]):
        answer = (await two.stranger.post({"query": document})).json()
        two.check(answer, document)
        data = answer.get("data") or {}
        assert "errors" not in answer, answer
    if field in {"asset", "job", "node", "scan", "upload"}:
        assert data[field] is None


@pytest.mark.parametrize("field", sorted(MUTATIONS))
async def test_no_mutation_touches_another_project(two: Two, field: str) -> None:
    before = await state(two.owner)
    own = [two.fill(arguments) for arguments in OWN]
    for arguments in map(two.fill, MUTATIONS[field]):
        document = f"mutation {{ {field}{arguments} }}"
        answer = (await two.stranger.post({"query": document})).json()
        two.check(answer, document)
        assert "errors" not in answer, answer
        refused = answer["data"][field]["userErrors"]
        assert (refused == []) is (arguments in own), answer
    assert await state(two.owner) == before


@pytest.mark.parametrize("field", sorted(SUBSCRIPTIONS))
async def test_no_subscription_tells_of_another_project(two: Two, field: str) -> None:
    document = two.fill(f"subscription {SUBSCRIPTIONS[field]}")
    seen: list[Any] = []

    async def listen() -> None:
        async for data in two.stranger.subscribe(document):
            seen.append(data)

    if field == "events":
        listening = asyncio.create_task(listen())
        await two.stranger.graphql('mutation { scanMediaFolder(input: {prefix: "x/"}) { found } }')
        async with asyncio.timeout(10):
            while not any(e["events"]["type"] == "SCAN_SUCCEEDED" for e in seen):
                await asyncio.sleep(0.05)
        listening.cancel()
    else:
        with pytest.raises(AssertionError, match="NOT_FOUND"):
            await listen()
    two.check(seen, document)
