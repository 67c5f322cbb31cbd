"""What Amazon Transcribe refuses, and which keys sign what it is asked."""

from __future__ import annotations

from typing import Any

import pytest

from runner import transcriptions
from runner.errors import Code, RunnerError
from runner.transcriptions import Transcriptions
from schema.job import StorageAccess
from tests.runner.amazon import access


class _Refusing:
    """A service that says one thing."""

    def __init__(self, code: str, status: int = 400) -> None:
        from botocore.exceptions import ClientError

        said: Any = {
            "Error": {"Code": code, "Message": "so it is"},
            "ResponseMetadata": {"HTTPStatusCode": status},
        }
        self.error = ClientError(said, "GetTranscriptionJob")

    async def get_transcription_job(self, **_: Any) -> Any:
        raise self.error


@pytest.mark.parametrize(
    ("code", "status", "ours"),
    [
        ("AccessDeniedException", 400, Code.TRANSCRIBER_REFUSED),
        ("BadRequestException", 400, Code.TRANSCRIBER_REFUSED),
        ("LimitExceededException", 400, Code.TRANSCRIBER_UNAVAILABLE),
        ("InternalFailureException", 500, Code.TRANSCRIBER_UNAVAILABLE),
        ("ServiceUnavailable", 503, Code.TRANSCRIBER_UNAVAILABLE),
    ],
)
async def test_refusals_have_codes(code: str, status: int, ours: Code, moto_endpoint: str) -> None:
    from botocore.credentials import Credentials

    asked = Transcriptions(
        _Refusing(code, status), Credentials("a", "b"), lambda: access(moto_endpoint)
    )
    with pytest.raises(RunnerError, match="so it is") as raised:
        await asked.get("x")
    assert raised.value.code is ours


async def test_nobody_there(unused_tcp_port: int) -> None:
    where = f"http://127.0.0.1:{unused_tcp_port}"
    async with transcriptions.open_transcriptions(lambda: access(where), where) as asked:
        asked._client.meta.events.register("needs-retry", lambda **_: None)
        with pytest.raises(RunnerError) as raised:
            await asked.get("x")
    assert raised.value.code is Code.TRANSCRIBER_UNAVAILABLE


async def test_renewed_keys_sign_the_next_request(moto_endpoint: str, aws: Any) -> None:
    keys = ["first", "second"]
    signed: list[str] = []

    def now() -> StorageAccess:
        return access(moto_endpoint).model_copy(update={"access_key_id": keys[0]})

    async with transcriptions.open_transcriptions(now, moto_endpoint) as asked:
        events = asked._client.meta.events
        events.register("before-send", lambda request, **_: signed.append(_key(request)))
        for _ in range(2):
            with pytest.raises(RunnerError, match="couldn't be found"):
                await asked.get("nobody")
            keys.reverse()
    assert signed == ["first", "second"]


def _key(request: Any) -> str:
    header = request.headers["Authorization"]
    text = header.decode() if isinstance(header, bytes) else header
    return text.partition("Credential=")[2].partition("/")[0]
