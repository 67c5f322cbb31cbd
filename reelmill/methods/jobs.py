"""Jobs: start, list, follow, cancel, try again, download."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Any

from reelmill import documents
from reelmill.downloads import Download, OnDownload
from reelmill.errors import ConflictError, NotFoundError
from reelmill.fetch import Fetcher
from reelmill.kinds import JobOrder, JobStatus, OutputKind
from reelmill.methods.base import Base, given, model, names, page
from reelmill.models import Job, Output, Page
from reelmill.options import MediaOptions
from reelmill.recipes import Recipe, as_input
from reelmill.watch import watch


class Jobs(Base):
    """One transcode each."""

    async def jobs(
        self,
        *,
        first: int = 50,
        after: str | None = None,
        status: Iterable[JobStatus | str] | None = None,
        asset_id: str | None = None,
        retried: bool | None = None,
        order: JobOrder | str = JobOrder.CREATED_AT_DESC,
    ) -> Page[Job]:
        """A page of 1 to 100 jobs, newest first. Their outputs come without links; see `job`.

        With `retried=False` those are left out for which the job stands that was made by a retry.
        By `FINISHED_AT_DESC` only those come that have ended, the last one first.
        """
        wanted = {"status": names(status), "assetId": asset_id, "retried": retried}
        variables = {"first": first, "after": after, "filter": given(wanted), "order": str(order)}
        data = await self._transport.execute(documents.JOBS, variables)
        return page(Job, data["jobs"])

    async def job(self, job_id: str) -> Job:
        """One job as it is now. Raises NotFoundError."""
        data = await self._transport.execute(documents.JOB, {"id": job_id})
        if data["job"] is None:
            raise NotFoundError(f"there is no job {job_id} in this project")
        return model(Job, data["job"])

    async def watch_job(self, job_id: str) -> AsyncGenerator[Job, None]:
        """The job as it is, then every change; ends after a final state.

        A connection that breaks is opened again; where no WebSocket can be had, the job is asked
        for every other second. Raises NotFoundError.
        """
        states = watch(lambda: self._job_stream(job_id), lambda: self.job(job_id), self._timing)
        async with aclosing(states):
            async for job in states:
                yield job

    async def start_transcode(
        self,
        *,
        source_key: str | None = None,
        asset_id: str | None = None,
        preset: str | None = None,
        options: MediaOptions | None = None,
        recipe: Recipe | Mapping[str, Any] | None = None,
        output_key: str | None = None,
        title: str | None = None,
        priority: int = 0,
        metadata: Mapping[str, Any] | None = None,
        force: bool = False,
        first_look: bool = False,
        idempotency_key: str | None = None,
    ) -> Job:
        """Queue a job: a source by its key in the in bucket or by its asset, and what to make of
        it by preset or recipe; `options` go with a preset, and before those of asset and project.

        What an earlier job has made of the same bytes is not made again, unless `force` is set.
        With `first_look` the lowest rung of a ladder is made first, by a job of its own. The same
        idempotency key gives the same job."""
        wanted = {
            "assetId": asset_id,
            "sourceKey": source_key,
            "preset": preset,
            "options": options.as_input() if options is not None else None,
            "recipe": as_input(recipe) if recipe is not None else None,
            "outputKey": output_key,
            "title": title,
            "priority": priority,
            "metadata": metadata,
            "force": force or None,
            "firstLook": first_look or None,
            # A lost answer is asked for again, and must not start the job twice.
            "idempotencyKey": idempotency_key or uuid.uuid4().hex,
        }
        data = await self._transport.execute(documents.START_TRANSCODE, {"input": given(wanted)})
        return model(Job, data["startTranscode"]["job"])

    async def cancel_job(self, job_id: str) -> Job:
        """Cancel a job; one that had ended already is answered as it ended."""
        data = await self._transport.execute(documents.CANCEL_JOB, {"input": {"id": job_id}})
        return model(Job, data["cancelJob"]["job"])

    async def retry_job(self, job_id: str, *, idempotency_key: str | None = None) -> Job:
        """A new job like one that failed or was canceled. Raises ConflictError for another."""
        wanted = {"id": job_id, "idempotencyKey": idempotency_key or uuid.uuid4().hex}
        payload = await self._mutate(documents.RETRY_JOB, wanted)
        return model(Job, payload["job"])

    async def set_job_priority(self, job_id: str, priority: int) -> Job:
        """Move a job in the backlog: -100 to 100, higher runs first."""
        wanted = {"id": job_id, "priority": priority}
        payload = await self._mutate(documents.SET_JOB_PRIORITY, wanted)
        return model(Job, payload["job"])

    async def save_subtitles(
        self, job_id: str, text: str, *, language: str, label: str | None = None
    ) -> list[Output]:
        """Keep WebVTT that somebody has written beside what a job has made; as WebVTT and SubRip.

        `language` is an ISO 639 code: what was saved in it before is replaced. `label` is what a
        viewer chooses by. Raises InvalidInputError with the line where the text is wrong,
        ConflictError for a job that has not succeeded.
        """
        wanted = {"jobId": job_id, "language": language, "label": label, "text": text}
        payload = await self._mutate(documents.SAVE_SUBTITLES, wanted)
        return [model(Output, each) for each in payload["outputs"]]

    async def download(
        self,
        job_id: str,
        folder: str | os.PathLike[str],
        *,
        kinds: Iterable[OutputKind | str] | None = None,
        parallel: int = 8,
        on_progress: OnDownload | None = None,
    ) -> list[Path]:
        """All that a job has made, or only these kinds, below a folder; the paths of its files.

        A ladder comes with every segment. What an earlier call has got is not got again, and a
        file that was cut short goes on. Sizes and, where they are known, SHA-256 are compared.
        Raises NotFoundError, ConflictError for a job that has not succeeded, TransferError,
        FileError.
        """
        job = await self.job(job_id)
        if not job.succeeded:
            raise ConflictError(f"{job_id} is {job.status}: it has no outputs", code="NO_OUTPUTS")
        wanted = set(names(kinds) or ())
        outputs = [each for each in job.outputs if not wanted or str(each.kind) in wanted]
        if not outputs:
            raise NotFoundError(f"{job_id} has made nothing of these kinds", code="NO_OUTPUTS")
        fetcher = Fetcher(self._timing, self._tls, parallel)
        try:
            return await Download(fetcher, Path(folder), on_progress).run(outputs)
        finally:
            await fetcher.close()

    async def _job_stream(self, job_id: str) -> AsyncGenerator[Job, None]:
        answers = self._stream(documents.JOB_UPDATED, {"id": job_id})
        async with aclosing(answers):
            async for data in answers:
                yield model(Job, data["jobUpdated"])
