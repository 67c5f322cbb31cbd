"""Amazon Transcribe as moto plays it: its jobs move, but nobody listens. What Amazon would write is
a file in the form that it documents, put where the request says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from runner import amazon
from runner.amazon import Amazon
from runner.deadline import Deadline
from runner.errors import Code, RunnerError
from runner.storage import Storage, open_storage
from runner.transcriptions import Transcription, Transcriptions
from schema.job import Target, TaskSpec, TranscribeAccess
from schema.source import SourceRef
from tests.runner import media
from tests.runner.amazon import OUT, access, client, granted
from tests.runner.bench import facts, kinds, transcode

RESULT = Path(__file__).parents[1] / "data" / "runner" / "amazon_transcribe.json"
SPEECH = Path(__file__).parents[1] / "data" / "runner" / "inaugural_address.opus"
SAID = (
    "And so, my fellow Americans, ask not what your country can do for you."
    " Ask what you can do for your country."
)


@pytest.fixture
async def store(moto_endpoint: str, aws: Any) -> AsyncIterator[Storage]:
    async with open_storage(lambda: access(moto_endpoint)) as opened:
        yield opened


@pytest.fixture
def engine(moto_endpoint: str, store: Storage, tmp_path: Path) -> Amazon:
    (tmp_path / amazon.SOUND).write_bytes(b"fLaC sound")
    return Amazon(store, granted(moto_endpoint), OUT, tmp_path, Deadline.after(30), pause=0.05)


@pytest.fixture
def writing(monkeypatch: pytest.MonkeyPatch, moto_endpoint: str) -> list[dict[str, Any]]:
    """Amazon writes its words; what each start has asked for."""
    asked: list[dict[str, Any]] = []
    start = Transcriptions.start

    async def and_write(self: Transcriptions, name: str, **given: Any) -> None:
        await start(self, name, **given)
        asked.append({"name": name, **given})
        body = RESULT.read_bytes()
        put = client(moto_endpoint, "s3").put_object
        await asyncio.to_thread(put, Bucket=given["bucket"], Key=given["words"], Body=body)

    monkeypatch.setattr(Transcriptions, "start", and_write)
    return asked


def names(aws: Any, engine: Amazon) -> list[str]:
    """Transcriptions of this task that Amazon knows."""
    found = aws.list_transcription_jobs(JobNameContains=engine.access.jobs)
    return [each["TranscriptionJobName"] for each in found["TranscriptionJobSummaries"]]


def quiet(_: float) -> None:
    raise AssertionError("Amazon says nothing of its progress")


async def test_words_come_with_their_times_and_the_job_is_forgotten(
    engine: Amazon,
    aws: Any,
    writing: list[dict[str, Any]],
    moto_endpoint: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[str] = []
    get = Transcriptions.get

    async def watched(self: Transcriptions, name: str) -> Transcription:
        seen.append((now := await get(self, name)).status)
        if now.status == "COMPLETED":
            job = aws.get_transcription_job(TranscriptionJobName=name)["TranscriptionJob"]
            # Where moto says that the words are, they were put.
            uri = job["Transcript"]["TranscriptFileUri"]
            assert uri.endswith(f"{OUT}/{writing[0]['words']}")
            assert job["IdentifyLanguage"] is True
        return now

    monkeypatch.setattr(Transcriptions, "get", watched)
    heard = await engine.listen(None, quiet)
    assert seen == ["QUEUED", "IN_PROGRESS", "COMPLETED"]
    assert (heard.language, heard.engine) == ("en", "amazon-transcribe")
    assert "".join(word.text for word in heard.words).strip() == SAID
    ask = heard.words[-8]
    assert (ask.text, ask.start, ask.end) == (" Ask", 8.2, 8.6)
    assert [word.sure for word in heard.words if word.text == " fellow"] == [0.72]
    assert names(aws, engine) == []
    (asked,) = writing
    sound = client(moto_endpoint, "s3").get_object(Bucket=OUT, Key=asked["sound"])["Body"].read()
    assert sound == b"fLaC sound"
    assert asked["name"].startswith(engine.access.jobs)


async def test_a_language_is_asked_for_by_its_tag(
    engine: Amazon, writing: list[dict[str, Any]]
) -> None:
    await engine.listen("en", quiet)
    assert [each["language"] for each in writing] == ["en-US"]


async def test_what_an_earlier_runner_has_started_is_waited_for(
    engine: Amazon, aws: Any, writing: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first runner dies between its start and its first look."""

    async def die(*_: Any) -> Transcription:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr(Transcriptions, "get", die)
        with pytest.raises(asyncio.CancelledError):
            await engine.listen(None, quiet)
    assert len(names(aws, engine)) == 1
    # What it will write is not there yet for the next one.
    first = amazon.Amazon._words
    looks = 0

    async def later(self: Amazon, name: str) -> Any:
        nonlocal looks
        looks += 1
        return None if looks == 1 else await first(self, name)

    monkeypatch.setattr(Amazon, "_words", later)
    heard = await engine.listen(None, quiet)
    assert len(heard.words) == 22
    assert len(writing) == 1, "it was not started twice"
    assert names(aws, engine) == []


async def test_words_that_are_there_are_taken(
    engine: Amazon, writing: list[dict[str, Any]]
) -> None:
    """The first runner dies behind its deletion, before it could publish."""
    heard = await engine.listen(None, quiet)
    (engine.folder / "amazon.json").unlink()
    assert await engine.listen(None, quiet) == heard
    assert len(writing) == 1


async def test_another_sound_or_language_has_another_name(engine: Amazon) -> None:
    first = engine._fingerprint(None)
    assert engine._fingerprint(None) == first
    assert engine._fingerprint("en-US") != first
    (engine.folder / amazon.SOUND).write_bytes(b"fLaC another")
    assert engine._fingerprint(None) != first


async def test_a_failure_is_told_and_forgotten(
    engine: Amazon, aws: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failed(*_: Any) -> Transcription:
        return Transcription("FAILED", None, "Invalid file size: file size too large")

    monkeypatch.setattr(Transcriptions, "get", failed)
    with pytest.raises(RunnerError, match="file size too large") as raised:
        await engine.listen(None, quiet)
    assert raised.value.code is Code.TRANSCRIBE_FAILED
    assert names(aws, engine) == [], "or the next try would find this failure"


async def test_time_ends_and_the_job_is_left_for_nobody_to_start_again(
    engine: Amazon, aws: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def going(*_: Any) -> Transcription:
        return Transcription("IN_PROGRESS", None, None)

    monkeypatch.setattr(Transcriptions, "get", going)
    with pytest.raises(RunnerError) as raised:
        await replace(engine, deadline=Deadline.after(0.3)).listen(None, quiet)
    assert raised.value.code is Code.TIME_LIMIT
    assert len(names(aws, engine)) == 1


async def test_a_completion_without_words_is_a_failure(engine: Amazon, aws: Any) -> None:
    with pytest.raises(RunnerError, match="wrote no words"):
        await engine.listen(None, quiet)


def test_scripts_without_blanks_have_none() -> None:
    items = [
        {
            "type": "pronunciation",
            "start_time": str(n),
            "end_time": str(n + 1),
            "alternatives": [{"confidence": "1.0", "content": text}],
        }
        for n, text in enumerate(["你好", "世界"])
    ]
    mark = {"type": "punctuation", "alternatives": [{"confidence": "0.0", "content": "。"}]}
    results = {"transcripts": [{"transcript": "你好世界。"}], "items": [*items, mark]}
    heard = amazon.read({"results": results}, "zh-CN")
    assert heard.language == "zh"
    assert [word.text for word in heard.words] == ["你好", "世界。"]


@pytest.mark.parametrize(
    "wrong", [{}, {"results": {}}, {"results": {"transcripts": [], "items": [{}]}}]
)
def test_something_else_than_words_is_an_error(wrong: dict[str, Any]) -> None:
    with pytest.raises(RunnerError) as raised:
        amazon.read(wrong, None)
    assert raised.value.code is Code.TRANSCRIBE_FAILED


def spec(given: TranscribeAccess | None, **transcript: Any) -> TaskSpec:
    return TaskSpec(
        job_id="job",
        attempt=1,
        task="encode",
        index=0,
        title="t",
        source=SourceRef(bucket="in", key="a.mp4", etag=None, size=1),
        recipe={"transcript": {"engine": "AMAZON", **transcript}},
        target=Target(bucket=OUT, prefix="p/"),
        transcribe=given,
    )


@pytest.mark.parametrize(
    ("given", "language", "code"),
    [
        (None, None, Code.TRANSCRIBER_MISSING),
        (TranscribeAccess(jobs="r-", prefix="a ü/transcribe/"), None, Code.OUTPUT_KEY_UNSUPPORTED),
        (TranscribeAccess(jobs="r-", prefix="a/transcribe/"), "eo", Code.LANGUAGE_UNSUPPORTED),
    ],
)
def test_what_cannot_be_is_refused_before_the_source_is_fetched(
    given: TranscribeAccess | None, language: str | None, code: Code
) -> None:
    with pytest.raises(RunnerError) as raised:
        amazon.check(spec(given, language=language))
    assert raised.value.code is code


def test_what_can_be_is_let_through() -> None:
    amazon.check(spec(TranscribeAccess(jobs="r-", prefix="a/transcribe/"), language="de"))
    amazon.check(spec(None, engine="WHISPER"))


async def test_a_film_gets_the_same_files_as_from_whisper(
    moto_endpoint: str, aws: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, start = granted(moto_endpoint), Transcriptions.start
    out = tmp_path / "a" / "out"
    heard: list[bytes] = []

    async def and_write(self: Transcriptions, name: str, **asked: Any) -> None:
        await start(self, name, **asked)
        heard.append((out / asked["sound"]).read_bytes())
        (out / asked["words"]).write_bytes(RESULT.read_bytes())

    monkeypatch.setattr(Transcriptions, "start", and_write)
    monkeypatch.setattr(amazon, "FIRST_PAUSE", 0.05)
    bench = await transcode(
        SPEECH,
        tmp_path / "a",
        transcript={"engine": "AMAZON"},
        ladder={},
        transcribe=given,
        access=lambda: access(moto_endpoint),
    )
    assert kinds(bench) == ["HLS", "DASH", "SUBTITLE", "SUBTITLE", "METADATA"]
    assert facts(bench, "SUBTITLE").languages == ("eng",)
    cues = bench.path("SUBTITLE").read_text()
    assert cues.startswith("WEBVTT\n\n00:00:00.600 --> ")
    assert "Americans," in cues
    document = json.loads(bench.path("METADATA").read_text())
    assert (document["engine"], document["text"]) == ("amazon-transcribe", SAID)
    assert document["words"][4]["confidence"] == 0.998
    assert 'NAME="English (transcript)"' in bench.path("HLS").read_text()
    # What Amazon got, by FFprobe: one channel of 16 kHz, whole.
    (tmp_path / "sent.flac").write_bytes(heard[0])
    sent = media.look(tmp_path / "sent.flac")
    stream = sent["streams"][0]
    assert (stream["codec_name"], stream["channels"], stream["sample_rate"]) == ("flac", 1, "16000")
    assert abs(float(sent["format"]["duration"]) - 11.0) < 0.3
