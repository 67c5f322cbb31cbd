"""Subtitles that people have written or corrected: checked, and stored beside a job's outputs."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from api.adapters.postgres import assets, blobs, events, jobs, outputs
from api.adapters.postgres.blobs import Blob
from api.adapters.postgres.outputs import Seen
from api.domain import ids
from api.domain.films import SAVED
from api.domain.states import AssetStatus, JobStatus
from api.errors import AssetBusy, Conflict, InvalidInput, NotFound, TooMany
from schema import webvtt
from schema.output import OutputFacts, OutputKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.adapters.postgres.pool import Connection, Database
    from api.adapters.s3 import Storage
    from api.config import Settings
    from api.domain.models import Job, Output, Principal

_MOST_LANGUAGES: Final = 100
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
_TYPES: Final = {".vtt": "text/vtt", ".srt": "application/x-subrip"}
_LABEL: Final = re.compile(r"[^\x00-\x1f\x7f]{1,100}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What somebody saves: WebVTT in a language, and what a viewer chooses it by."""

    language: str
    text: str
    label: str | None = None


class Captions:
    """Commits a text first and stores it then, so that a crash in between loses nothing."""

    def __init__(self, database: Database, storage: Storage, settings: Settings) -> None:
        self._database = database
        self._storage = storage
        self._bucket = settings.bucket_out

    async def save(self, who: Principal, job_id: UUID, written: Written) -> list[Output]:
        """Store the text as WebVTT and SubRip, in place of what was saved in that language before.

        Raises InvalidInput for what is no WebVTT, NotFound, Conflict unless the job has SUCCEEDED,
        AssetBusy, or TooMany.
        """
        texts = _checked(written)
        async with self._database.tenant(who.project_id) as connection:
            job = await jobs.get(connection, job_id)
        if job is None:
            raise NotFound("there is no such job in this project", field="input.jobId")
        if job.status is not JobStatus.SUCCEEDED:
            raise Conflict("subtitles are saved for a job that has SUCCEEDED", field="input.jobId")
        blob_id = ids.new()
        async with self._database.tenant(who.project_id) as connection:
            await self._record(connection, job, blob_id, written, texts)
            saved = await outputs.of_jobs(connection, [job.id])
        await self.send(blob_id)
        return [output for output in saved if output.blob_id == blob_id]

    async def send(self, blob_id: UUID | None = None) -> bool:
        """Store the texts of one blob, or of any, that were committed; whether there were any.

        What a save does itself is done here again where it could not: it crashed, or the store was
        away.
        """
        async with self._database.system() as connection:
            blob = await blobs.unsent(connection, blob_id)
            if blob is None:
                return False
            for name, text in (blob.unsent or {}).items() if not blob.doomed else ():
                kind = _TYPES[name[-4:]]
                body = text.encode()
                await self._storage.put(blob.bucket, blob.prefix + name, body, content_type=kind)
            await blobs.sent(connection, blob.id)
        return True

    async def _record(
        self,
        connection: Connection,
        job: Job,
        blob_id: UUID,
        written: Written,
        texts: Mapping[str, str],
    ) -> None:
        """Let the job refer to the new files and to the old ones no more."""
        # Whoever deletes the asset, or saves at the same time, waits here.
        asset = await assets.lock(connection, job.asset_id)
        if asset is None or asset.status is AssetStatus.DELETING:
            raise AssetBusy("the asset is being deleted", field="input.jobId")
        place = SAVED + written.language
        held = await blobs.held(connection, job.id)
        if sum(each.startswith(SAVED) for each in held) >= _MOST_LANGUAGES and place not in held:
            message = f"a job keeps saved subtitles in {_MOST_LANGUAGES} languages at most"
            raise TooMany(message, field="input.language")
        if place in held:
            await outputs.forget(connection, job.id, held[place].blob.id)
            await blobs.let_go(connection, job.id, [place])
        unsent = {_name(blob_id, written, suffix): text for suffix, text in texts.items()}
        prefix = job.output_prefix + SAVED
        blob = Blob(
            blob_id, self._bucket, prefix, place, list(unsent), None, None, None, unsent=unsent
        )
        await blobs.insert(connection, job, blob)
        facts = _facts(job, blob_id, written, texts)
        await outputs.insert(connection, job, [Seen(each, blob_id, self._bucket) for each in facts])
        payload = {"language": written.language}
        await events.append(connection, job.project_id, "JOB_SUBTITLES", job.id, payload)


def _checked(written: Written) -> dict[str, str]:
    """What is stored, by the end of its name."""
    if _LANGUAGE.fullmatch(written.language) is None:
        raise InvalidInput("a language is an ISO 639 code such as en", field="input.language")
    if written.label is not None and _LABEL.fullmatch(written.label) is None:
        raise InvalidInput("a label has 1 to 100 characters, in one line", field="input.label")
    try:
        cues = webvtt.read(written.text)
    except webvtt.BadSubtitlesError as error:
        raise InvalidInput(str(error), field="input.text") from error
    return {".vtt": webvtt.write(cues), ".srt": webvtt.write_srt(cues)}


def _facts(
    job: Job, blob_id: UUID, written: Written, texts: Mapping[str, str]
) -> list[OutputFacts]:
    """Under keys of their own each time: what is published never changes."""
    return [
        OutputFacts(
            kind=OutputKind.SUBTITLE,
            key=f"{job.output_prefix}{SAVED}{_name(blob_id, written, suffix)}",
            content_type=_TYPES[suffix],
            size=len(text.encode()),
            files=1,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            languages=(written.language,),
            label=written.label,
        )
        for suffix, text in texts.items()
    ]


def _name(blob_id: UUID, written: Written, suffix: str) -> str:
    return f"{blob_id.hex}/subtitles_{written.language}{suffix}"
