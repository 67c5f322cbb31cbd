"""A passage whose words are known, heard by the real model.

`inaugural_address.opus` is from John F. Kennedy's inaugural address of 1961, a work of the
government of the United States and in the public domain.
"""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from runner import listen, transcribe
from runner.deadline import Deadline
from runner.errors import Code, RunnerError
from runner.ffmpeg import Watch
from tests.runner import media
from tests.runner.bench import facts, kinds, refusal, transcode

pytestmark = pytest.mark.media

SPEECH = Path(__file__).parents[1] / "data" / "runner" / "inaugural_address.opus"
SAID = (
    "and so my fellow americans ask not what your country can do for you"
    " ask what you can do for your country"
)


def _film(path: Path, delay: float = 0.0) -> Path:
    """The speech under a picture; it begins after so many seconds of silence."""
    media.ffmpeg(
        *("-f", "lavfi", "-i", f"testsrc=s=128x72:r=10:d={11 + delay}", "-i", str(SPEECH)),
        *("-af", f"adelay={int(delay * 1000)}:all=1", "-c:v", "libx264", "-preset", "ultrafast"),
        *("-c:a", "aac", "-b:a", "64k", str(path)),
    )
    return path


def _error_rate(heard: str) -> float:
    """Word error rate: the edits between what was heard and what was said, by words said."""
    found = re.sub(r"[^a-z' ]", "", heard.lower()).split()
    row = list(range(len(found) + 1))
    for number, word in enumerate(SAID.split(), start=1):
        before, row[0] = row[0], number
        for place, other in enumerate(found, start=1):
            change = min(row[place] + 1, row[place - 1] + 1, before + (word != other))
            before, row[place] = row[place], change
    return row[-1] / len(SAID.split())


async def test_speech_becomes_subtitles_beside_the_other_outputs(tmp_path: Path) -> None:
    bench = await transcode(
        _film(tmp_path / "x.mp4", delay=3), tmp_path / "a", mp4={}, transcript={"language": "en"}
    )
    assert kinds(bench) == ["MP4", "SUBTITLE", "SUBTITLE", "METADATA"]
    keys = [output.key for output in bench.made.outputs][1:]
    assert keys == ["p/subtitles_en.vtt", "p/subtitles_en.srt", "p/transcript_en.json"]
    document = json.loads(bench.path("METADATA").read_text())
    assert document["language"] == "en"
    assert _error_rate(document["text"]) < 0.1
    ask = [word["start"] for word in document["words"] if word["text"].lower() == "ask"]
    # By ear: 8.2 s into the speech. Words keep the times of the film, silence included.
    assert 11.0 < ask[-1] < 11.7
    # By FFmpeg, which reads WebVTT by rules of its own.
    cues = media.look(bench.path("SUBTITLE"))
    assert cues["streams"][0]["codec_name"] == "webvtt"
    assert facts(bench, "SUBTITLE").content_type == "text/vtt"
    fractions = [standing.fraction for standing in bench.standings]
    assert fractions == sorted(fractions)


async def test_the_language_is_found_out(tmp_path: Path) -> None:
    bench = await transcode(SPEECH, tmp_path / "a", transcript={}, ladder={})
    assert kinds(bench)[:3] == ["HLS", "DASH", "SUBTITLE"]
    assert facts(bench, "SUBTITLE").languages == ("eng",)
    master = bench.path("HLS").read_text()
    assert 'URI="text_spoken/media.m3u8",GROUP-ID="text",LANGUAGE="en"' in master
    assert 'NAME="English (transcript)",DEFAULT=NO' in master
    spoken = bench.out / "p" / "text_spoken" / "text.vtt"
    assert spoken.read_text() == bench.path("SUBTITLE").read_text()
    assert _error_rate(json.loads(bench.path("METADATA").read_text())["text"]) < 0.1


async def test_silence_has_no_words(tmp_path: Path) -> None:
    source = tmp_path / "x.m4a"
    media.ffmpeg("-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo", "-t", "5", str(source))
    bench = await transcode(source, tmp_path / "a", transcript={})
    assert json.loads(bench.path("METADATA").read_text())["words"] == []
    assert bench.path("SUBTITLE").read_text() == "WEBVTT\n"


async def test_a_film_without_sound_has_none(tmp_path: Path) -> None:
    source = media.make(tmp_path / "x.mp4", audio=False)
    assert kinds(await transcode(source, tmp_path / "a", mp4={}, transcript={})) == ["MP4"]
    assert (await refusal(source, tmp_path / "b", transcript={})).code is Code.NO_SOUND


async def test_a_language_that_the_model_does_not_know_is_named(tmp_path: Path) -> None:
    refused = await refusal(SPEECH, tmp_path / "a", transcript={"language": "de"})
    assert refused.code is Code.LANGUAGE_UNSUPPORTED
    assert "de" in refused.message


@pytest.mark.parametrize("model", [None, "/nowhere"])
async def test_without_a_model_the_setting_is_named(model: str | None, tmp_path: Path) -> None:
    tools = replace(media.tools(), whisper=model)
    whisper = transcribe.Whisper(tools, tmp_path, 1, Watch(Deadline.after(10)))
    with pytest.raises(RunnerError, match="TRANSCRIBER_MISSING") as refused:
        await whisper.listen(None, lambda _: None)
    assert "REELMILL_WHISPER_MODEL" in refused.value.code.hint


async def test_a_broken_model_is_an_error_with_a_code(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"no model")
    (tmp_path / transcribe.SOUND).write_bytes(b"\0" * 3200)
    tools = replace(media.tools(), whisper=str(tmp_path))
    whisper = transcribe.Whisper(tools, tmp_path, 1, Watch(Deadline.after(30)))
    with pytest.raises(RunnerError, match="TRANSCRIBE_FAILED"):
        await whisper.listen(None, lambda _: None)


def test_long_sound_is_cut_where_it_is_quiet() -> None:
    np = pytest.importorskip("numpy", reason="numpy comes with faster-whisper")
    loud = np.full(25 * 60 * listen.RATE, 9000, dtype=np.int16)
    pause = int(9.7 * 60 * listen.RATE)
    loud[pause : pause + listen.RATE] = 3
    spans = listen.spans(loud, np)
    assert [spans[0][0], spans[-1][1]] == [0, len(loud)]
    assert all(a[1] == b[0] for a, b in itertools.pairwise(spans))
    assert pause < spans[0][1] < pause + listen.RATE
    assert all(end - begin <= listen.MOST for begin, end in spans)
