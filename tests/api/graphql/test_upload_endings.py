"""Every way in which an upload can end ends as docs/reference/errors.md says."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from tests.api.graphql.test_small_uploads import sign
from tests.api.graphql.test_upload_credentials import ABORT, create
from tests.api.graphql.test_uploads import MIB, SIGN, complete, put, start
from tests.support.live import ROOT, LiveApi, role_url

SIZE = 5 * MIB + 1
BODIES = (b"x" * 5 * MIB, b"y")
ERRORS = (ROOT / "docs" / "reference" / "errors.md").read_text()


async def opened(live: LiveApi, **wanted: Any) -> dict[str, Any]:
    """An upload of two parts, and its links."""
    wanted = {"filename": "a.mp4", "size": SIZE, "partSize": 5 * MIB, "signParts": 2, **wanted}
    return await start(live, **wanted)


async def sent(live: LiveApi, bodies: tuple[bytes, ...] = BODIES, **wanted: Any) -> str:
    """An upload whose parts are at the store."""
    made = await opened(live, **wanted)
    for link, body in zip(made["parts"], bodies, strict=False):
        await put(link["url"], body)
    upload_id: str = made["upload"]["id"]
    return upload_id


async def abort(live: LiveApi, upload: str) -> dict[str, Any]:
    payload: dict[str, Any] = await live.graphql(ABORT, i={"uploadId": upload})
    found: dict[str, Any] = payload["abortMultipartUpload"]
    return found


async def resigned(live: LiveApi, upload: str, *numbers: int) -> dict[str, Any]:
    wanted = {"uploadId": upload, "partNumbers": list(numbers)}
    found: dict[str, Any] = (await live.graphql(SIGN, i=wanted))["signUploadParts"]
    return found


async def expired(live: LiveApi) -> str:
    """An upload whose time has just run out."""
    upload = await sent(live)
    connection = await asyncpg.connect(role_url(live.owner_url, "rm_system"))
    try:
        await connection.execute(
            "update upload set expires_at = now() where id = $1::uuid",
            upload.removeprefix("upload_"),
        )
    finally:
        await connection.close()
    return upload


async def stranger(live: LiveApi) -> LiveApi:
    return await live.holder("stranger", prefix="stranger/")


async def _abort_after_complete(live: LiveApi) -> dict[str, Any]:
    upload = await sent(live)
    assert (await complete(live, upload))["userErrors"] == []
    return await abort(live, upload)


async def _after_abort(live: LiveApi, then: Callable[..., Awaitable[Any]], *args: Any) -> Any:
    upload = await sent(live)
    assert (await abort(live, upload))["userErrors"] == []
    return await then(live, upload, *args)


Case = Callable[[LiveApi], Awaitable[dict[str, Any]]]
UNKNOWN = "upload_" + "0" * 32


def case(make: Callable[[LiveApi], Awaitable[str]], then: Any, *args: Any) -> Case:
    async def run(live: LiveApi) -> dict[str, Any]:
        found: dict[str, Any] = await then(live, await make(live), *args)
        return found

    return run


def foreign(then: Any, *args: Any) -> Case:
    async def run(live: LiveApi) -> dict[str, Any]:
        found: dict[str, Any] = await then(await stranger(live), await sent(live), *args)
        return found

    return run


WRONG_ETAG = [{"number": 1, "etag": "0" * 32}]
NO_SUCH_PART = [{"number": 3, "etag": "0" * 32}]
CASES: dict[str, tuple[str, Case]] = {
    "abort after complete": ("UPLOAD_CLOSED", _abort_after_complete),
    "complete after abort": ("UPLOAD_CLOSED", lambda live: _after_abort(live, complete)),
    "sign after abort": ("UPLOAD_CLOSED", lambda live: _after_abort(live, resigned, 1)),
    "no part": ("PARTS_MISSING", case(lambda live: sent(live, ()), complete)),
    "one part": ("PARTS_MISSING", case(lambda live: sent(live, BODIES[:1]), complete)),
    "never opened": ("PARTS_MISSING", case(lambda live: sent(live, (), signParts=0), complete)),
    "wrong etag": ("INVALID_PART", case(sent, complete, WRONG_ETAG)),
    "a part that is none": ("INVALID_PART", case(sent, complete, NO_SUCH_PART)),
    "a number too high": ("INVALID_PART", case(sent, resigned, 3)),
    "part too small": (
        "SIZE_MISMATCH",
        case(lambda live: sent(live, (b"x", b"y")), complete),
    ),
    "part too small, size unknown": (
        "SIZE_MISMATCH",
        case(lambda live: sent(live, (b"x", b"y"), size=None), complete),
    ),
    "one byte more": (
        "SIZE_MISMATCH",
        case(lambda live: sent(live, (BODIES[0], b"yy")), complete),
    ),
    "wrong checksum": (
        "CHECKSUM_MISMATCH",
        case(lambda live: sent(live, sha256="0" * 64), complete),
    ),
    "expired, complete": ("UPLOAD_CLOSED", case(expired, complete)),
    "expired, sign": ("UPLOAD_CLOSED", case(expired, resigned, 1)),
    "unknown, complete": ("NOT_FOUND", lambda live: complete(live, UNKNOWN)),
    "unknown, sign": ("NOT_FOUND", lambda live: resigned(live, UNKNOWN, 1)),
    "unknown, abort": ("NOT_FOUND", lambda live: abort(live, UNKNOWN)),
    "foreign, complete": ("NOT_FOUND", foreign(complete)),
    "foreign, sign": ("NOT_FOUND", foreign(resigned, 1)),
    "foreign, sign with checksum": ("NOT_FOUND", foreign(sign, {"number": 1, "md5": "0" * 32})),
    "foreign, abort": ("NOT_FOUND", foreign(abort)),
    "foreign, credentials": (
        "NOT_FOUND",
        foreign(lambda live, upload: create(live, uploadId=upload)),
    ),
}


@pytest.mark.parametrize("name", CASES)
async def test_it_ends_as_documented(live_api: LiveApi, name: str) -> None:
    code, run = CASES[name]
    payload = await run(live_api)
    (error,) = payload["userErrors"]
    assert error["code"] == code, error
    assert f"| `{code}` |" in ERRORS
    assert not payload.get("asset")
    assert not payload.get("job")


async def test_completing_many_times_at_once_is_completing_once(live_api: LiveApi) -> None:
    data = b"".join(BODIES)
    upload = await sent(live_api, sha256=hashlib.sha256(data).hexdigest(), preset="preview")
    answers = await asyncio.gather(*(complete(live_api, upload) for _ in range(8)))
    answers.append(await complete(live_api, upload))
    assert [answer["userErrors"] for answer in answers] == [[]] * 9
    assert len({answer["asset"]["id"] for answer in answers}) == 1
    assert len({answer["job"]["id"] for answer in answers}) == 1
    await live_api.ended(answers[0]["job"]["id"])


async def test_a_part_that_was_sent_again_counts_once(live_api: LiveApi, bucket: Any) -> None:
    """This store lists such a part twice, in any order."""
    made = await opened(live_api)
    first, second = made["parts"]
    for body in (b"z", b"zz", BODIES[0], b"zzz"):
        last = await put(first["url"], body)
    right = await put(first["url"], BODIES[0])
    assert last != right
    await put(second["url"], BODIES[1])
    assert (await complete(live_api, made["upload"]["id"]))["userErrors"] == []
    stored = bucket.get_object(Bucket=made["upload"]["bucket"], Key=made["upload"]["key"])
    assert stored["Body"].read() == b"".join(BODIES)


async def test_parts_are_signed_anew_and_go_on(live_api: LiveApi) -> None:
    made = await opened(live_api)
    await put(made["parts"][0]["url"], BODIES[0])
    again = await resigned(live_api, made["upload"]["id"], 2)
    await put(again["parts"][0]["url"], BODIES[1])
    assert (await complete(live_api, made["upload"]["id"]))["userErrors"] == []
