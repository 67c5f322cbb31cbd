"""One upload: start, send the parts side by side, complete; or abort, whatever went wrong."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from reelmill import documents, parts
from reelmill.errors import ConnectionFailedError, ProtocolError, ReelmillError
from reelmill.files import SourceFile
from reelmill.links import Links
from reelmill.models import SignedPart, Upload
from reelmill.parts import Part
from reelmill.store import PartError, Store, Verdict
from reelmill.timing import Patience, Timing
from reelmill.transport import Transport

_MAX_SIGNED: Final = 100  # the API's own limit
_TRIES: Final = 8
_RENEWALS: Final = 3


class Stage(StrEnum):
    """What an upload is doing."""

    SENDING = "SENDING"
    COMPLETING = "COMPLETING"
    ABORTING = "ABORTING"


@dataclass(frozen=True, slots=True)
class UploadProgress:
    """How far an upload is. `sent` and `size` in bytes; `sent` falls when a part is repeated."""

    stage: Stage
    filename: str
    size: int
    sent: int
    part_count: int
    parts_done: int


OnProgress = Callable[[UploadProgress], None]


@dataclass(frozen=True, slots=True)
class UploadOptions:
    """What a caller may say of an upload. `part_size` in bytes; without it the server chooses."""

    preset: str | None = None
    part_size: int | None = None
    concurrency: int = 4
    sha256: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    on_progress: OnProgress | None = None


class Transfer:
    """Carries one open file to the store."""

    def __init__(
        self,
        transport: Transport,
        store: Store,
        file: SourceFile,
        options: UploadOptions,
        timing: Timing,
    ) -> None:
        self._transport = transport
        self._store = store
        self._file = file
        self._options = options
        self._timing = timing
        self._sent: dict[int, int] = {}
        self._parts_done = 0
        self._part_count = 0

    async def run(self) -> Upload:
        """The completed upload, with its asset and job.

        Raises FileError, TransferError, RefusedError or ConnectionFailedError; then, and when it
        is canceled, the server has been asked to throw the parts away.
        """
        upload, first = await self._start()
        self._part_count = parts.count(self._file.size, upload.part_size)
        try:
            await self._send_all(upload, first)
            self._file.check_unchanged()
            return await self._complete(upload)
        except BaseException:  # a cancellation too: nobody else would clear up the parts
            await self._abort(upload)
            raise

    async def _start(self) -> tuple[Upload, list[SignedPart]]:
        options, file = self._options, self._file
        wanted = {
            "filename": file.name,
            "size": file.size,
            "contentType": file.content_type,
            "partSize": options.part_size,
            "sha256": options.sha256,
            "metadata": dict(options.metadata),
            "preset": options.preset,
            "signParts": self._batch,
            # So that a lost answer does not leave a second upload behind.
            "idempotencyKey": uuid.uuid4().hex,
        }
        given = {name: value for name, value in wanted.items() if value is not None}
        data = await self._transport.execute(documents.START_UPLOAD, {"input": given})
        payload = data["startMultipartUpload"]
        if not payload["upload"]:
            raise ProtocolError("the server started no upload and did not say why")
        upload = Upload.model_validate(payload["upload"])
        return upload, [SignedPart.model_validate(part) for part in payload["parts"]]

    @property
    def _batch(self) -> int:
        """Links to ask for at once: enough to keep all workers busy, few enough not to expire."""
        return min(max(16, 4 * self._options.concurrency), _MAX_SIGNED)

    async def _send_all(self, upload: Upload, first: list[SignedPart]) -> None:
        last = self._part_count
        links = Links(self._transport, upload.id, last=last, limit=self._batch, first=first)
        plan = (
            parts.part(number, self._file.size, upload.part_size) for number in range(1, last + 1)
        )
        count = min(self._options.concurrency, last)
        workers = [asyncio.create_task(self._work(plan, links)) for _ in range(count)]
        self._report(Stage.SENDING)
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _work(self, plan: Iterator[Part], links: Links) -> None:
        for part in plan:
            await self._send(part, links)
            links.done(part.number)
            self._parts_done += 1
            self._report(Stage.SENDING)

    async def _send(self, part: Part, links: Links) -> None:
        failures = _Failures(self._timing)
        while True:
            link = await links.take(part.number)
            try:
                await self._store.put(link.part, part.size, self._body(part))
            except (ConnectionFailedError, PartError) as error:
                pause = failures.pause_or_raise(error)
                if failures.last is Verdict.RENEW:
                    links.expired(link)
            else:
                self._file.check_unchanged()
                return
            await asyncio.sleep(pause)

    async def _body(self, part: Part) -> AsyncIterator[bytes]:
        self._sent[part.number] = 0
        async for chunk in self._file.read(part):
            yield chunk
            self._sent[part.number] += len(chunk)
            self._report(Stage.SENDING)

    async def _complete(self, upload: Upload) -> Upload:
        """Without a list of parts: the server asks the store what it holds."""
        self._report(Stage.COMPLETING)
        data = await self._transport.execute(
            documents.COMPLETE_UPLOAD,
            {"input": {"uploadId": upload.id}},
            silence=self._timing.complete,
        )
        return Upload.model_validate(data["completeMultipartUpload"]["upload"])

    async def _abort(self, upload: Upload) -> None:
        self._report(Stage.ABORTING)
        # If this fails too, the server throws the parts away when the upload expires.
        with contextlib.suppress(ReelmillError, TimeoutError):
            async with asyncio.timeout(self._timing.abort):
                await self._transport.execute(
                    documents.ABORT_UPLOAD, {"input": {"uploadId": upload.id}}
                )

    def _report(self, stage: Stage) -> None:
        if self._options.on_progress is not None:
            sent = sum(self._sent.values())
            progress = UploadProgress(
                stage, self._file.name, self._file.size, sent, self._part_count, self._parts_done
            )
            self._options.on_progress(progress)


class _Failures:
    """What has gone wrong with one part so far."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._patience: Patience | None = None
        self._renewals = 0
        self.last = Verdict.DONE

    def pause_or_raise(self, error: ConnectionFailedError | PartError) -> float:
        """Seconds until the next try, or the error itself when another one is no use."""
        self.last = error.verdict if isinstance(error, PartError) else Verdict.AGAIN
        if self.last is Verdict.REFUSED or error.code == "TLS_FAILED":
            raise error
        if self.last is Verdict.RENEW:
            self._renewals += 1
            if self._renewals > _RENEWALS:
                raise error
            # An expired link is nothing to wait for; what is refused once more may be.
            return 0.0 if self._renewals == 1 else self._timing.pause_after(self._renewals)
        # From the first failure on: a part may take long, and that is no reason to give up.
        self._patience = self._patience or Patience(
            self._timing, self._timing.patience, tries=_TRIES
        )
        pause = self._patience.next_pause()
        if pause is None:
            raise error
        return pause
