"""Usage: what is held and what jobs have cost."""

from __future__ import annotations

from typing import Any

from tests.support.live import LiveApi

QUERY = """query($f: DateTime, $t: DateTime) { usage(from: $f, to: $t) {
  from to assets sourceBytes outputs outputBytes jobs succeeded failed canceled mediaSeconds
  computeSeconds } }"""


async def test_what_a_project_holds_and_has_cost(
    live_api: LiveApi, bucket: Any, clip: bytes
) -> None:
    holder = await live_api.holder("usage", prefix="usage/")
    empty = (await holder.graphql(QUERY))["usage"]
    assert {value for name, value in empty.items() if name not in {"from", "to"}} == {0}
    for name, body in {"good.mp4": clip, "bad.mp4": b"no film"}.items():
        bucket.put_object(Bucket=live_api.s3.bucket_in, Key=f"usage/{name}", Body=body)
        started = await holder.transcode(sourceKey=f"usage/{name}", recipe={"poster": {}})
        await holder.ended(started["job"]["id"])
    found = (await holder.graphql(QUERY))["usage"]
    assert (found["assets"], found["sourceBytes"]) == (2, len(clip) + 7)
    assert found["outputs"] == 1
    assert found["outputBytes"] > 0
    assert (found["jobs"], found["succeeded"], found["failed"]) == (2, 1, 1)
    assert 0.9 < found["mediaSeconds"] < 1.2
    assert 0 < found["computeSeconds"] < 60
    earlier = (await holder.graphql(QUERY, t="2020-01-01T00:00:00Z"))["usage"]
    assert (earlier["jobs"], earlier["assets"]) == (0, 2)


async def test_times_need_a_zone_and_an_order(live_api: LiveApi) -> None:
    for wanted in (
        {"f": "2026-01-01T00:00:00"},
        {"f": "2026-01-02T00:00:00Z", "t": "2026-01-01T00:00:00Z"},
    ):
        body = (await live_api.post({"query": QUERY, "variables": wanted})).json()
        assert body["errors"][0]["extensions"]["code"] == "INVALID_INPUT"
