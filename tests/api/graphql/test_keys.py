"""API keys: made, shown once, listed, revoked; and what each scope allows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.live import LiveApi

CREATE = """mutation($i: CreateApiKeyInput!) { createApiKey(input: $i) {
  apiKey { id name scopes expiresAt revokedAt } secret userErrors { code field } } }"""
REVOKE = """mutation($i: RevokeApiKeyInput!) { revokeApiKey(input: $i) {
  apiKey { id revokedAt } userErrors { code field } } }"""
LIST = "{ apiKeys { id name scopes createdAt expiresAt revokedAt } }"


async def create(live: LiveApi, **wanted: Any) -> dict[str, Any]:
    payload: dict[str, Any] = (await live.graphql(CREATE, i=wanted))["createApiKey"]
    return payload


async def revoke(live: LiveApi, key_id: str) -> dict[str, Any]:
    payload: dict[str, Any] = (await live.graphql(REVOKE, i={"id": key_id}))["revokeApiKey"]
    return payload


async def code_of(live: LiveApi, query: str) -> str | None:
    """The code of the first error of the request, if any."""
    errors = (await live.post({"query": query})).json().get("errors")
    return errors[0]["extensions"]["code"] if errors else None


async def test_a_key_lives_from_its_making_to_its_end(live_api: LiveApi) -> None:
    made = await create(live_api, name="player", scopes=["READ", "READ"])
    key, secret = made["apiKey"], made["secret"]
    assert key["scopes"] == ["READ"]
    assert secret.startswith(f"rm_{key['id']}_")
    player = replace(live_api, key=secret)
    assert (await player.graphql("{ viewer { keyName } }"))["viewer"]["keyName"] == "player"
    listed = (await live_api.graphql(LIST))["apiKeys"]
    assert listed[0]["id"] == key["id"]
    assert secret not in str(listed)

    first = await revoke(live_api, key["id"])
    again = await revoke(live_api, key["id"])
    assert first["apiKey"]["revokedAt"] == again["apiKey"]["revokedAt"] is not None
    assert (await player.post({"query": "{ viewer { keyName } }"})).status_code == 401
    listed = {each["id"]: each for each in (await live_api.graphql(LIST))["apiKeys"]}
    assert listed[key["id"]]["revokedAt"] is not None


async def test_the_last_administrator_stays(live_api: LiveApi) -> None:
    alone = await live_api.holder("alone", prefix="alone/")
    own = alone.key.split("_")[1]
    refused = await revoke(alone, own)
    assert refused["userErrors"] == [{"code": "LAST_ADMIN_KEY", "field": ["input", "id"]}]
    # A key that expires later still counts; one that may only read does not.
    await create(alone, name="reader", scopes=["READ"])
    assert (await revoke(alone, own))["userErrors"][0]["code"] == "LAST_ADMIN_KEY"
    await create(alone, name="second", scopes=["ADMIN"])
    assert (await revoke(alone, own))["userErrors"] == []


async def test_keys_of_other_projects_are_unknown(live_api: LiveApi) -> None:
    other = await live_api.holder("other-keys", prefix="other-keys/")
    own = live_api.key.split("_")[1]
    assert (await revoke(other, own))["userErrors"][0]["code"] == "NOT_FOUND"
    assert own not in str((await other.graphql(LIST))["apiKeys"])


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"name": "", "scopes": ["READ"]}, "name"),
        ({"name": "x" * 101, "scopes": ["READ"]}, "name"),
        ({"name": "x", "scopes": []}, "scopes"),
        ({"name": "x", "scopes": ["READ"], "expiresAt": "2020-01-01T00:00:00Z"}, "expiresAt"),
        ({"name": "x", "scopes": ["READ"], "expiresAt": "2090-01-01T00:00:00"}, "expiresAt"),
    ],
)
async def test_what_no_key_can_be(live_api: LiveApi, wanted: dict[str, Any], field: str) -> None:
    refused = await create(live_api, **wanted)
    assert refused["userErrors"] == [{"code": "INVALID_INPUT", "field": ["input", field]}]
    assert refused["secret"] is None


async def test_no_scope_includes_another(live_api: LiveApi) -> None:
    reads = {"{ assets { nodes { id } } }", "{ jobs { nodes { id } } }", "{ presets { name } }"}
    writes = {'mutation { scanMediaFolder(input: {prefix: "none/"}) { found } }'}
    admin = {LIST, 'mutation { revokeApiKey(input: {id: "x"}) { userErrors { code } } }'}
    allowed = {"READ": reads, "WRITE": writes, "ADMIN": admin}
    for scope, own in allowed.items():
        holder = await live_api.holder("scopes", prefix="scopes/", scopes=scope)
        for query in reads | writes | admin:
            assert await code_of(holder, query) == (None if query in own else "FORBIDDEN"), query
        assert await code_of(holder, "{ viewer { scopes } }") is None


async def test_a_writer_learns_nothing_by_the_way(live_api: LiveApi, bucket: Any) -> None:
    bucket.put_object(Bucket=live_api.s3.bucket_in, Key="writer/a.mp4", Body=b"no film")
    writer = await live_api.holder("writer", prefix="writer/", scopes="WRITE")
    query = """mutation { startTranscode(input: {sourceKey: "writer/a.mp4", preset: "web"}) {
      job { id asset { key jobs { nodes { id } } } } userErrors { code } } }"""
    body = (await writer.post({"query": query})).json()
    assert body["errors"][0]["extensions"]["code"] == "FORBIDDEN"
