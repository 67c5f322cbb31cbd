"""Manners of the endpoint: who may ask, in which form, and what odd clients get."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
import websockets

from tests.support.live import LiveApi

PROTOCOL = websockets.Subprotocol("graphql-transport-ws")


async def test_without_a_key_nothing_is_said(live_api: LiveApi) -> None:
    async with httpx.AsyncClient(base_url=live_api.url) as client:
        for headers in ({}, {"authorization": "Bearer x"}, {"authorization": "Basic x"}):
            answer = await client.post(
                "/graphql", json={"query": "{ __typename }"}, headers=headers
            )
            assert answer.status_code == 401
            assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"", "application/json", 400),
        (b"5", "application/json", 400),
        (b"null", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"query": 5}', "application/json", 400),
        (b'{"query": "{ __typename }", "variables": 5}', "application/json", 400),
        (b'{"query": "{ __typename }", "operationName": {}}', "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 60_000, "application/json", 400),
        (b'{"query": "{ __typename }"}', "text/plain", 415),
        (b"query=x", "application/x-www-form-urlencoded", 415),
        (b'{"query": "' + b"x" * 2_000_000 + b'"}', "application/json", 413),
    ],
)
async def test_malformed_bodies(
    live_api: LiveApi, content: bytes, media_type: str, status: int
) -> None:
    headers = {"authorization": f"Bearer {live_api.key}", "content-type": media_type}
    async with httpx.AsyncClient(base_url=live_api.url) as client:
        answer = await client.post("/graphql", content=content, headers=headers)
    assert answer.status_code == status, answer.text


async def test_the_newer_media_type_says_400_for_a_bad_document(live_api: LiveApi) -> None:
    accept = "application/graphql-response+json"
    bad = await live_api.post({"query": "{ nope }"}, accept=accept)
    assert bad.status_code == 400
    assert bad.headers["content-type"].startswith(accept)
    assert "data" not in bad.json()
    good = await live_api.post({"query": "{ __typename }"}, accept=accept)
    assert (good.status_code, good.json()) == (200, {"data": {"__typename": "Query"}})


async def test_refusals_have_codes(live_api: LiveApi) -> None:
    for query, code in (
        ("{ nope }", "GRAPHQL_INVALID"),
        ("{", "GRAPHQL_INVALID"),
        ('{ job(id: "x") { id } }', "INVALID_ID"),
        ("{ assets(first: 0) { nodes { id } } }", "INVALID_INPUT"),
        ("{ assets(first: 101) { nodes { id } } }", "INVALID_INPUT"),
        ('{ assets(after: "x") { nodes { id } } }', "INVALID_CURSOR"),
        ("{ asset { id } }", "INVALID_INPUT"),
        ("{ " + " ".join(f"a{n}: __typename" for n in range(100)) + " }", "QUERY_TOO_LARGE"),
        ("{ " + "__typename " * 6000 + "}", "GRAPHQL_INVALID"),
    ):
        body = (await live_api.post({"query": query})).json()
        assert body["errors"][0]["extensions"]["code"] == code, (query[:80], body)


async def test_what_cannot_be_asked_by_post(live_api: LiveApi) -> None:
    subscription = 'subscription { jobUpdated(id: "job_x") { id } }'
    for body in (
        {"query": subscription},
        {"query": "query A { __typename } query B { __typename }"},
        {"query": "query A { __typename }", "operationName": "B"},
        {"query": ""},
    ):
        answer = await live_api.post(body)
        assert "errors" in answer.json(), (body, answer.text)
        error = answer.json()["errors"][0]
        assert error["extensions"]["code"] in {"INVALID_INPUT", "GRAPHQL_INVALID"}, body


async def test_one_of_several_operations_runs_when_it_is_named(live_api: LiveApi) -> None:
    document = "query A { a: __typename } query B { b: __typename }"
    answer = await live_api.post({"query": document, "operationName": "B"})
    assert answer.json() == {"data": {"b": "Query"}}
    # The same document without a name, also when its validation is cached.
    for _ in range(2):
        assert "data" not in (await live_api.post({"query": document})).json()
    again = await live_api.post({"query": document, "operationName": "A"})
    assert again.json() == {"data": {"a": "Query"}}


async def test_get_is_for_people(live_api: LiveApi) -> None:
    async with httpx.AsyncClient(base_url=live_api.url) as client:
        refused = await client.get("/graphql?query={__typename}")
        assert refused.status_code == 405
        page = await client.get("/graphql", headers={"accept": "text/html"})
        assert page.headers["content-type"].startswith("text/html")


def frame(kind: str, **more: Any) -> str:
    return json.dumps({"type": kind, **more})


async def close_code(live: LiveApi, *frames: str | bytes, key: str | None = None) -> int:
    """Send frames and return the code with which the server closes."""
    address = live.url.replace("http", "ws") + "/graphql"
    async with websockets.connect(address, subprotocols=[PROTOCOL]) as socket:
        if key is not None:
            await socket.send(frame("connection_init", payload={"authorization": f"Bearer {key}"}))
        for each in frames:
            await socket.send(each)
        async with asyncio.timeout(15):
            await socket.wait_closed()
        code = socket.close_code
    assert code is not None
    return code


SUBSCRIBE = frame("subscribe", id="1", payload={"query": "subscription { x }"})
ENDLESS = 'subscription { jobUpdated(id: "%s") { id } }'


@pytest.mark.parametrize(
    "sent",
    [
        "[]", '"x"', "1", "null", "{}", "not json", '{"type": 5}', '{"type": "nonsense"}',
        b"binary",
        frame("connection_init", payload="x"),
        frame("subscribe"),
        frame("subscribe", id={}, payload={"query": "{ x }"}),
        frame("subscribe", id="1", payload="x"),
        frame("subscribe", id="1", payload={"query": 5}),
        frame("subscribe", id="1", payload={"query": "{ x }", "variables": 5}),
        frame("complete", id=[]),
        "[" * 50_000,
    ],
)  # fmt: skip
async def test_malformed_frames_close_with_4400(live_api: LiveApi, sent: str | bytes) -> None:
    assert await close_code(live_api, sent, key=live_api.key) == 4400


async def test_close_codes_of_the_protocol(live_api: LiveApi) -> None:
    assert await close_code(live_api, SUBSCRIBE) == 4401
    assert await close_code(live_api, key="rm_wrong") == 4403
    init = frame("connection_init", payload={"authorization": f"Bearer {live_api.key}"})
    assert await close_code(live_api, init, key=live_api.key) == 4429
    job = (await _queued(live_api))["id"]
    twice = frame("subscribe", id="1", payload={"query": ENDLESS % job})
    assert await close_code(live_api, twice, twice, key=live_api.key) == 4409


async def _queued(live: LiveApi) -> dict[str, Any]:
    """A job that stays QUEUED: its slot comes up long after this test."""
    from tests.support.live import bucket_client

    bucket_client(live.s3).put_object(Bucket=live.s3.bucket_in, Key="p.mp4", Body=b"x")
    payload = await live.transcode(sourceKey="p.mp4", preset="web", priority=-100)
    job: dict[str, Any] = payload["job"]
    return job


async def test_a_page_of_another_origin_is_refused(live_api: LiveApi) -> None:
    address = live_api.url.replace("http", "ws") + "/graphql"
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with websockets.connect(
            address, subprotocols=[PROTOCOL], origin=websockets.Origin("https://evil.example")
        ):
            pass
    assert refused.value.response.status_code == 403
    answer = await live_api.post({"query": "{ __typename }"}, origin="https://evil.example")
    assert answer.status_code == 403
