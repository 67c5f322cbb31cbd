"""Share links by the command and the client."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reelmill import Client, ShareState
from reelmill.shares import ShareLink
from tests.reelmill.cli.conftest import Run
from tests.reelmill.double import Double

URL = "https://media.example.org/s/abc"


async def test_a_link_is_made_and_printed(reelmill: Run, double: Double) -> None:
    done = await reelmill("share", "create", "asset_1", "--title", "Ü", "--days", "1.5")
    assert done.out == f"{URL}\n"
    assert "reelmill share revoke share_1" in done.err
    (sent,) = double.named("CreateShareLink")
    assert sent["input"] == {"assetId": "asset_1", "title": "Ü", "expiresIn": 129_600}
    quiet = await reelmill("share", "create", "output_1", "--expires", "2027-01-01", "--quiet")
    assert (quiet.out, quiet.err) == (f"{URL}\n", "")
    sent = double.named("CreateShareLink")[1]["input"]
    assert sent == {"outputId": "output_1", "expiresAt": "2027-01-01T00:00:00+00:00"}
    as_json = await reelmill("share", "create", "asset_1", "--json")
    assert (as_json.json["url"], as_json.json["shareLink"]["id"]) == (URL, "share_1")


async def test_two_ends_contradict_each_other(reelmill: Run) -> None:
    done = await reelmill("share", "create", "a", "--days", "1", "--expires", "2027-01-01")
    assert done.code == 2


async def test_links_are_listed(reelmill: Run) -> None:
    table = await reelmill("share", "list", "asset_1")
    assert table.out.splitlines()[1].split()[:2] == ["share_1", "ACTIVE"]
    as_json = await reelmill("share", "list", "asset_1", "--json")
    assert [each["state"] for each in as_json.json["shareLinks"]] == ["ACTIVE"]
    assert (await reelmill("share", "list", "lost")).code == 6


async def test_links_are_revoked(reelmill: Run, double: Double) -> None:
    done = await reelmill("share", "revoke", "share_1", "share_2")
    assert done.out == "share_1 revoked\nshare_2 revoked\n"
    assert [sent["input"] for sent in double.named("RevokeShareLink")] == [
        {"id": "share_1"},
        {"id": "share_2"},
    ]


async def test_the_client_takes_a_time_or_seconds(client: Client, double: Double) -> None:
    end = datetime.now(UTC) + timedelta(days=2)
    made = await client.create_share_link(asset_id="asset_1", expires_at=end)
    assert (made.share_link.state, made.url) == (ShareState.ACTIVE, URL)
    assert URL not in repr(made)
    assert double.named("CreateShareLink")[0]["input"]["expiresAt"] == end.isoformat()


@pytest.mark.parametrize("state", ["EXPIRED", "LOCKED"])
def test_a_state_of_a_newer_server_is_a_text(state: str) -> None:
    facts: dict[str, Any] = {"id": "s", "assetId": "a", "state": state}
    facts |= dict.fromkeys(("createdAt", "expiresAt"), "2026-01-01T00:00:00Z")
    assert ShareLink.model_validate(facts).state == state
