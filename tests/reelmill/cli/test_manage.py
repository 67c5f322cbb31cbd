"""Assets, keys, priorities: what is asked, and what is shown."""

from __future__ import annotations

import asyncio
import json

import pytest
from typer.testing import CliRunner

from reelmill.cli.app import app
from tests.reelmill.cli.conftest import Run
from tests.reelmill.double import Double


async def test_assets_are_filtered(reelmill: Run, double: Double) -> None:
    wanted = ["--text", "fin 2026", "--tag", "a b", "--kind", "video", "--status", "missing"]
    wanted += ["--video-codec", "h264", "--order", "title_asc"]
    table, as_json = await asyncio.gather(
        reelmill("assets", *wanted, "--prefix", "x/"), reelmill("assets", "--json")
    )
    assert table.out.splitlines()[1].split()[:2] == ["asset_1", "READY"]
    assert as_json.json["assets"][0]["key"] == "uploads/u1/clip.mp4"
    sent = [each["filter"] for each in double.named("Assets")]
    assert {
        "text": "fin 2026",
        "tag": "a b",
        "kind": "VIDEO",
        "status": ["MISSING"],
        "prefix": "x/",
        "videoCodec": ["h264"],
    } in sent
    orders = {each["order"] for each in double.named("Assets")}
    assert orders == {"TITLE_ASC", "CREATED_AT_DESC"}


async def test_an_asset_is_described(reelmill: Run, double: Double) -> None:
    words = ("assets", "update", "asset_1", "--title", "Ü", "--tag", "a", "--tag", "b")
    done = await reelmill(*words, "--metadata", '{"n": 1}')
    assert done.out == "asset_1 Ü\n"
    (sent,) = double.named("UpdateAsset")
    described = {"title": "Ü", "tags": ["a", "b"], "metadata": {"n": 1}}
    assert sent["input"] == {"id": "asset_1"} | described
    await reelmill("assets", "update", "asset_1", "--no-tags")
    assert double.named("UpdateAsset")[1]["input"] == {"id": "asset_1", "tags": []}


async def test_assets_are_deleted_one_by_one(reelmill: Run, double: Double) -> None:
    done = await reelmill("assets", "delete", "busy", "asset_1", "--source")
    assert (done.code, done.out) == (4, "asset_1 DELETING\n")
    assert "[ASSET_BUSY]" in done.err
    assert double.named("DeleteAsset")[1]["input"] == {"id": "asset_1", "deleteSource": True}
    assert (await reelmill("assets", "delete", "busy")).code == 7


async def test_usage(reelmill: Run, double: Double) -> None:
    done = await reelmill("usage", "--from", "2026-01-01", "--to", "2026-02-01T12:00:00")
    assert "Sources:     3, 1.5 MB" in done.out
    assert "Runners:     2:10 of all attempts" in done.out
    assert double.named("Usage") == [
        {"from": "2026-01-01T00:00:00+00:00", "to": "2026-02-01T12:00:00+00:00"}
    ]


async def test_keys(reelmill: Run, double: Double) -> None:
    living, everything, made, quiet, revoked = await asyncio.gather(
        reelmill("keys"),
        reelmill("keys", "--all", "--json"),
        reelmill("keys", "create", "ci", "--scope", "write", "--expires", "2027-01-01"),
        reelmill("keys", "create", "ci", "--scope", "read", "--quiet"),
        reelmill("keys", "revoke", "k1"),
    )
    assert [line.split()[0] for line in living.out.splitlines()] == ["ID", "k1"]
    assert [each["id"] for each in everything.json["keys"]] == ["k1", "k2"]
    assert made.out == "rm_k3_s3cr3t\n"
    assert "reelmill keys revoke k3" in made.err
    assert (quiet.out, quiet.err) == ("rm_k3_s3cr3t\n", "")
    assert revoked.out == "k1 revoked\n"
    sent = [each["input"] for each in double.named("CreateApiKey")]
    expires = "2027-01-01T00:00:00+00:00"
    assert {"name": "ci", "scopes": ["WRITE"], "expiresAt": expires} in sent


async def test_jobs_are_moved_and_made_again(reelmill: Run, double: Double) -> None:
    moved, again = await asyncio.gather(
        reelmill("priority", "job_1", "--", "-20"), reelmill("retry", "job_1", "none", "--json")
    )
    assert (moved.code, moved.out) == (0, "job_1 CANCELING\n")
    assert double.named("SetJobPriority") == [{"input": {"id": "job_1", "priority": -20}}]
    assert again.code == 4
    assert [json.loads(line).keys() >= {"id"} for line in again.out.splitlines()] == [True, False]
    assert len(double.named("RetryJob")[0]["input"]["idempotencyKey"]) >= 16


async def test_jobs_that_were_tried_again_are_left_out(reelmill: Run, double: Double) -> None:
    await reelmill("jobs", "--status", "failed", "--not-retried")
    await reelmill("jobs")
    (left, every) = [each["filter"] for each in double.named("Jobs")]
    assert left == {"status": ["FAILED"], "retried": False}
    assert "retried" not in every


async def test_watching_several(reelmill: Run, double: Double) -> None:
    done = await reelmill("watch", "job_1", "none", "job_1")
    assert done.code == 1
    assert "[NOT_FOUND]" in done.err
    assert "Status:   SUCCEEDED" in done.out


async def test_uploads_under_way(reelmill: Run, double: Double, film: object) -> None:
    double.part_faults[2].append((400, "<Error><Code>EntityTooLarge</Code></Error>"))
    failed = await reelmill("upload", str(film))
    assert failed.code == 7
    listed, as_json = await asyncio.gather(reelmill("uploads"), reelmill("uploads", "--json"))
    assert listed.out.splitlines()[1].endswith("film.mp4")
    assert as_json.json["uploads"][0]["file"] == str(film)
    aborted = await reelmill("uploads", "abort", "upload_1")
    assert aborted.out == "upload_1 ABORTED\n"
    assert (await reelmill("uploads")).err == "No upload is under way.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("assets", "update", "a"),
        ("assets", "update", "a", "--tag", "x", "--no-tags"),
        ("assets", "update", "a", "--metadata", "[1]"),
        ("assets", "update", "a", "--metadata", "{"),
        ("priority", "job_1", "101"),
        ("keys", "create", "x"),
        ("keys", "create", "x", "--scope", "root"),
        ("usage", "--from", "yesterday"),
        ("outputs",),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 2
