"""What is said in a film, heard by Amazon Transcribe: its sound goes there by way of the store."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner import log
from runner.deadline import Deadline
from runner.errors import Code, RunnerError
from runner.speech import Transcript, Word
from runner.transcriptions import (
    ExistsError,
    Transcription,
    Transcriptions,
    forget,
    open_transcriptions,
)
from schema.job import TaskSpec, TranscribeAccess
from schema.recipe import Recipe, TranscriptEngine
from schema.source import SourceRef

if TYPE_CHECKING:
    from runner.storage import Storage

ENGINE = "amazon-transcribe"
SOUND = "speech.flac"  # what Writer.speech makes
_WORDS = "amazon.json"
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 30.0  # seconds between two looks
# What Amazon takes as the key of its output.
_KEY = re.compile(r"[A-Za-z0-9_.!*'()/-]{1,900}")
# A language has one variant here, the most spoken; those that are not named have only one.
_LANGUAGES = """
af-ZA am-ET ar-SA az-AZ be-BY bg-BG bn-IN bs-BA ca-ES cs-CZ cy-GB da-DK de-DE el-GR en-US es-ES
et-EE eu-ES fa-IR fi-FI fr-FR ga-IE gl-ES gu-IN ha-NG he-IL hi-IN hr-HR hu-HU hy-AM id-ID is-IS
it-IT ja-JP jv-ID ka-GE kk-KZ km-KH kn-IN ko-KR ky-KG lg-IN lt-LT lv-LV mi-NZ mk-MK ml-IN mn-MN
mr-IN ms-MY mt-MT my-MM ne-NP nl-NL no-NO or-IN pa-IN pl-PL ps-AF pt-BR ro-RO ru-RU rw-RW si-LK
sk-SK sl-SI so-SO sq-AL sr-RS su-ID sv-SE sw-KE ta-IN te-IN th-TH tl-PH tr-TR tt-RU ug-CN uk-UA
uz-UZ vi-VN wo-SN zh-CN zu-ZA
"""
_CODES = {tag.partition("-")[0]: tag for tag in _LANGUAGES.split()}


def check(spec: TaskSpec) -> None:
    """Before anything is fetched: whether Amazon can be asked, where the recipe wants that.

    Raises TRANSCRIBER_MISSING, OUTPUT_KEY_UNSUPPORTED or LANGUAGE_UNSUPPORTED.
    """
    if not wanted(spec.recipe):
        return
    if spec.transcribe is None:
        raise RunnerError(
            Code.TRANSCRIBER_MISSING, "Amazon Transcribe is not set up in this installation"
        )
    if not _KEY.fullmatch(spec.transcribe.prefix):
        raise RunnerError(
            Code.OUTPUT_KEY_UNSUPPORTED,
            f"Amazon Transcribe cannot write below {spec.transcribe.prefix!r}",
        )
    _tag(spec.recipe.transcript.language if spec.recipe.transcript else None)


def wanted(recipe: Recipe) -> bool:
    """Whether a recipe asks for this engine."""
    return recipe.transcript is not None and recipe.transcript.engine is TranscriptEngine.AMAZON


@dataclass(frozen=True)
class Amazon:
    """Listens to the sound that lies in `folder`. `pause` is in seconds, and grows."""

    storage: Storage
    access: TranscribeAccess
    bucket: str
    folder: Path
    deadline: Deadline
    pause: float
    sound: str = SOUND

    async def listen(
        self,
        language: str | None,
        on_progress: Callable[[float], None],  # noqa: ARG002 - Amazon does not say how far it is
    ) -> Transcript:
        """The words; `on_progress` is never called.

        An earlier runner may have started the same: what it has started is waited for, and words
        that are there already are taken. Raises RunnerError.
        """
        tag = _tag(language)
        name = self.access.jobs + await asyncio.to_thread(self._fingerprint, tag)
        if (found := await self._words(name)) is None:
            opened = open_transcriptions(self.storage.access, self.access.endpoint)
            async with opened as transcriptions:
                ended = await self._heard(transcriptions, name, tag)
                found = await self._words(name)
                if found is None:
                    raise RunnerError(Code.TRANSCRIBE_FAILED, "Amazon Transcribe wrote no words")
                tag = ended.language or tag
                await forget(transcriptions, name)
        return read(found, tag)

    def _fingerprint(self, tag: str | None) -> str:
        """The same sound heard the same way has the same name, whoever asks for it."""
        with (self.folder / SOUND).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
        digest.update((tag or "").encode())
        return digest.hexdigest()[:32]

    async def _heard(
        self, transcriptions: Transcriptions, name: str, tag: str | None
    ) -> Transcription:
        """Start it unless somebody has, and wait for its end."""
        sound = f"{self.access.prefix}{name}.flac"
        await self.storage.put(self.bucket, sound, self.folder / SOUND, {})
        try:
            await transcriptions.start(
                name, bucket=self.bucket, sound=sound, words=self._key(name), language=tag
            )
        except ExistsError:
            log.info("an earlier runner has started this transcription", name=name)
        pause = self.pause
        while (now := await transcriptions.get(name)).status not in {"COMPLETED", "FAILED"}:
            if pause > self.deadline.left():
                raise RunnerError(Code.TIME_LIMIT, "Amazon Transcribe is not done in time")
            await asyncio.sleep(pause)
            pause = min(1.5 * pause, LONGEST_PAUSE)
        if now.status == "FAILED":
            # Or another try would find this failure.
            await forget(transcriptions, name)
            reason = f"Amazon Transcribe failed: {now.reason}"
            raise RunnerError(Code.TRANSCRIBE_FAILED, reason)
        return now

    def _key(self, name: str) -> str:
        return f"{self.access.prefix}{name}.json"

    async def _words(self, name: str) -> Any:
        """What Amazon has written; None where it has not."""
        path = self.folder / _WORDS
        try:
            await self.storage.fetch(
                SourceRef(bucket=self.bucket, key=self._key(name), etag=None, size=0),
                path,
                lambda _: None,
            )
        except RunnerError as error:
            # Whoever may not list a bucket is told 403 of what is not there.
            if error.code in {Code.SOURCE_MISSING, Code.STORAGE_DENIED}:
                return None
            raise
        return json.loads(await asyncio.to_thread(path.read_text, "utf-8"))


def read(found: Mapping[str, Any], tag: str | None) -> Transcript:
    """The words of a result as Amazon documents it. Raises TRANSCRIBE_FAILED."""
    try:
        results = found["results"]
        said = " ".join(each["transcript"] for each in results["transcripts"])
        words = _words_of(results["items"], said)
        spoken = results.get("language_code") or tag or "und"
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise RunnerError(
            Code.TRANSCRIBE_FAILED, f"Amazon Transcribe wrote something else: {error!r}"
        ) from error
    return Transcript(spoken.partition("-")[0], ENGINE, words)


def _words_of(items: Sequence[Mapping[str, Any]], said: str) -> tuple[Word, ...]:
    """Each with the blank before it, as the whole text has it: some scripts have none. Marks belong
    to the word before them."""
    words: list[Word] = []
    place = 0
    for item in items:
        best = item["alternatives"][0]
        text = best["content"]
        at = said.find(text, place)
        if at < 0:
            text = f" {text}"
        else:
            text, place = said[place : at + len(text)], at + len(text)
        if item["type"] == "pronunciation":
            begin, end = float(item["start_time"]), float(item["end_time"])
            words.append(Word(begin, end, text, float(best["confidence"])))
        elif words:
            last = words[-1]
            words[-1] = Word(last.start, last.end, last.text + text, last.sure)
    return tuple(words)


def _tag(language: str | None) -> str | None:
    """As Amazon calls a language. Raises LANGUAGE_UNSUPPORTED."""
    if language is None:
        return None
    if language not in _CODES:
        raise RunnerError(Code.LANGUAGE_UNSUPPORTED, f"Amazon Transcribe does not know {language}")
    return _CODES[language]
