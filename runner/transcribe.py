"""What is said in a film: its sound goes to Whisper, what comes back becomes subtitles."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from runner import speech
from runner.errors import Code, RunnerError
from runner.ffmpeg import ChildFailedError, Watch, run
from runner.progress import Snapshot
from runner.speech import Transcript, Word
from runner.tools import Tools
from schema import webvtt

SOUND = "speech.pcm"  # what Writer.speech makes
# How FFmpeg writes it for each engine. Amazon's is sent away: it is smaller without a loss.
FORMATS = {
    SOUND: ("-c:a", "pcm_s16le", "-f", "s16le"),
    "speech.flac": ("-c:a", "flac", "-f", "flac"),
}
VTT, SRT, JSON = "subtitles.vtt", "subtitles.srt", "transcript.json"
FILES = (VTT, SRT, JSON)
_WORDS = "words.json"
_LISTEN = Path(__file__).with_name("listen.py")
ENGINE = "faster-whisper"
_UNKNOWN_LANGUAGE = 3  # listen.UNKNOWN_LANGUAGE; it is a program, and never imported


class Transcriber(Protocol):
    """Who listens. `sound` is the file that it wants, of those that Writer.speech makes."""

    @property
    def sound(self) -> str:
        """A key of FORMATS."""

    async def listen(
        self, language: str | None, on_progress: Callable[[float], None]
    ) -> Transcript:
        """`on_progress` gets how many seconds of the film are done. Raises RunnerError."""


@dataclass(frozen=True)
class Whisper:
    """Listens to the sound that lies in `folder`. Raises RunnerError."""

    tools: Tools
    folder: Path
    threads: int
    watch: Watch
    sound: str = SOUND

    async def listen(
        self, language: str | None, on_progress: Callable[[float], None]
    ) -> Transcript:
        """`on_progress` gets how many seconds of the film are done."""
        model = _model(self.tools)
        terms = {
            "model": model,
            "sound": SOUND,
            "words": _WORDS,
            "language": language,
            "threads": self.threads,
        }

        def tell(seen: Snapshot) -> None:
            on_progress(seen.seconds or 0.0)

        # The interpreter reads its own library, and the libraries that come with it.
        reads = [sys.prefix, sys.base_prefix, sys.exec_prefix, str(_LISTEN), model]
        try:
            await run(
                [sys.executable, "-I", "-B", str(_LISTEN), json.dumps(terms)],
                cwd=self.folder,
                watch=self.watch,
                on_progress=tell,
                reads=reads,
            )
        except ChildFailedError as error:
            raise _explained(error, language) from error
        return _read(self.folder / _WORDS)


def write(folder: Path, transcript: Transcript) -> None:
    """The three files that tell it."""
    cues = speech.subtitles(speech.cues(transcript.words))
    (folder / VTT).write_text(webvtt.write(cues), "utf-8")
    (folder / SRT).write_text(webvtt.write_srt(cues), "utf-8")
    (folder / JSON).write_text(speech.document(transcript), "utf-8")


def _model(tools: Tools) -> str:
    if tools.whisper is None or not (Path(tools.whisper) / "model.bin").is_file():
        raise RunnerError(
            Code.TRANSCRIBER_MISSING, f"no Whisper model is installed (looked at {tools.whisper})"
        )
    return str(Path(tools.whisper).resolve())


def _read(path: Path) -> Transcript:
    found = json.loads(path.read_text("utf-8"))
    words = tuple(
        Word(word["start"], word["end"], word["text"], word["sure"]) for word in found["words"]
    )
    return Transcript(found["language"], ENGINE, words)


def _explained(error: ChildFailedError, language: str | None) -> RunnerError:
    if "No module named" in error.stderr:
        return RunnerError(
            Code.TRANSCRIBER_MISSING, "faster-whisper is not installed", log=error.log
        )
    if error.status == _UNKNOWN_LANGUAGE:
        return RunnerError(
            Code.LANGUAGE_UNSUPPORTED, f"the model does not know {language}", log=error.log
        )
    status = f"Whisper ended with status {error.status}"
    return RunnerError(Code.TRANSCRIBE_FAILED, status, log=error.log)
