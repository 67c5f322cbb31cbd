"""`doctor`: what an administrator sees of the installation, and nobody else."""

from __future__ import annotations

from typing import Any

import httpx

from tests.support.live import LiveApi

QUERY = "{ doctor { checks { name status message hint } browserUrls } }"


async def test_a_good_installation_has_no_failure(live_api: LiveApi, bucket: Any) -> None:
    holder = await live_api.holder("doctor", prefix="doctor/")
    found = (await holder.graphql(QUERY))["doctor"]
    checks = {each["name"]: each for each in found["checks"]}
    failures = [each for each in checks.values() if each["status"] == "FAILURE"]
    assert failures == []
    s3 = live_api.s3
    for name in ("Database", "Store: clock", "Store: sessions for runners"):
        assert checks[name]["status"] == "OK", checks[name]
    for name in (s3.bucket_in, s3.bucket_out):
        assert checks[f"Bucket {name}: files"]["status"] == "OK"
        assert checks[f"Bucket {name}: uploads in parts"]["status"] == "OK"
        assert {f"Bucket {name}: CORS", f"Bucket {name}: lifecycle"} <= set(checks)
        # Nothing is left behind.
        assert bucket.list_objects_v2(Bucket=name, Prefix="doctor/").get("KeyCount", 0) == 0
        unfinished = bucket.list_multipart_uploads(Bucket=name, Prefix="doctor/")
        assert not unfinished.get("Uploads")
    assert all(each["hint"] for each in checks.values() if each["status"] != "OK")


async def test_links_for_a_browser_show_its_own_folder_alone(
    live_api: LiveApi, bucket: Any
) -> None:
    holder = await live_api.holder("doctor", prefix="doctor/")
    bucket.put_object(Bucket=live_api.s3.bucket_in, Key="stranger/secret.mp4", Body=b"x")
    links = (await holder.graphql(QUERY))["doctor"]["browserUrls"]
    assert len(links) == 2
    async with httpx.AsyncClient() as http:
        for link in links:
            answer = await http.get(link)
            assert answer.status_code == 200
            assert "<Key>" not in answer.text
            wider = link.replace("doctor%2Freelmill-doctor%2F", "stranger%2F")
            assert wider != link
            assert (await http.get(wider)).status_code == 403


async def test_it_is_for_administrators(live_api: LiveApi) -> None:
    lesser = await live_api.holder("doctor", prefix="doctor/", scopes="READ,WRITE")
    body = (await lesser.post({"query": QUERY})).json()
    assert body["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert body["data"] is None


async def test_no_secret_is_told(live_api: LiveApi) -> None:
    holder = await live_api.holder("doctor", prefix="doctor/")
    told = str((await holder.graphql(QUERY))["doctor"]["checks"])
    settings = live_api.s3
    for secret in (settings.secret_key, live_api.key, live_api.owner_url):
        assert secret not in told
