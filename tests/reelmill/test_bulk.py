"""The same with many jobs and assets, against a scripted server and the real one."""

from __future__ import annotations

import pytest

from reelmill import Client, ConflictError, InvalidInputError, JobStatus, NotFoundError
from tests.reelmill.double import Double
from tests.reelmill.shapes import job
from tests.support.media import big_buck_bunny


def _refusal(code: str, *field: str) -> dict[str, object]:
    return {"code": code, "message": "no", "field": list(field) or None}


async def test_each_stands_for_itself(client: Client, double: Double) -> None:
    answers = await client.cancel_jobs(["job_1", "job_none", "job_1"])
    assert [getattr(each, "status", None) for each in answers] == ["CANCELING", None, "CANCELING"]
    assert isinstance(answers[1], NotFoundError)
    assert answers[1].field == "input.ids.1"
    assert double.named("CancelJobs") == [{"input": {"ids": ["job_1", "job_none", "job_1"]}}]


async def test_a_request_takes_a_hundred(client: Client, double: Double) -> None:
    ids = [f"job_{number}" for number in range(250)]
    double.jobs = {each: job("RUNNING", id=each) for each in ids if each != "job_130"}
    answers = await client.cancel_jobs(ids)
    asked = [each["input"]["ids"] for each in double.named("CancelJobs")]
    assert [len(some) for some in asked] == [100, 100, 50]
    assert [getattr(each, "id", None) for each in answers] == [
        None if each == "job_130" else each for each in ids
    ]


async def test_nothing_to_do(client: Client, double: Double) -> None:
    assert await client.cancel_jobs([]) == []
    assert double.named("CancelJobs") == []


async def test_the_whole_is_refused(client: Client, double: Double) -> None:
    refused = _refusal("INVALID_INPUT", "input", "addTags")
    answer = {"updateAssets": {"assets": [], "userErrors": [refused]}}
    double.http_faults.append((200, {"data": answer}))
    with pytest.raises(InvalidInputError):
        await client.update_assets(["asset_1"])


async def test_a_database_that_is_away_is_waited_for(client: Client, double: Double) -> None:
    away = {"jobs": [], "userErrors": [_refusal("STORAGE_UNAVAILABLE")]}
    double.http_faults.append((200, {"data": {"cancelJobs": away}}))
    (answer,) = await client.cancel_jobs(["job_1"])
    assert getattr(answer, "status", None) is JobStatus.CANCELING


async def test_a_key_that_may_not_read(client: Client, double: Double) -> None:
    lacks = {"message": "lacks the scope READ", "extensions": {"code": "FORBIDDEN"}}
    double.http_faults.append((200, {"errors": [lacks]}))
    (answer,) = await client.cancel_jobs(["job_1"])
    assert getattr(answer, "asset", "") is None


async def test_against_the_real_server(live: Client) -> None:
    upload = await live.upload(big_buck_bunny())
    assert upload.asset is not None
    (tagged,) = await live.update_assets([upload.asset.id], add_tags=["many"])
    assert not isinstance(tagged, Exception)
    assert "many" in tagged.tags
    jobs = [await live.start_transcode(asset_id=upload.asset.id, preset="web") for _ in range(2)]
    ids = [each.id for each in jobs]
    busy, missing = await live.delete_assets([upload.asset.id, "asset_" + "0" * 32])
    assert isinstance(busy, ConflictError)
    assert isinstance(missing, NotFoundError)
    canceled = await live.cancel_jobs(ids)
    assert [getattr(each, "id", None) for each in canceled] == ids
    for each in ids:
        assert [job async for job in live.watch_job(each)][-1].status is JobStatus.CANCELED
    once, twice = [await live.retry_jobs(ids, idempotency_key="again") for _ in range(2)]
    news = [each.id for each in once if not isinstance(each, Exception)]
    assert news == [each.id for each in twice if not isinstance(each, Exception)]
    assert len(news) == 2
    assert not set(news) & set(ids)
    await live.cancel_jobs(news)
    for each in news:
        assert [job async for job in live.watch_job(each)][-1].status is JobStatus.CANCELED
    (gone,) = await live.delete_assets([upload.asset.id], delete_source=True)
    assert not isinstance(gone, Exception)
