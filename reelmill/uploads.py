"""One upload: start it or take it up again, send the parts side by side, complete it."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from reelmill import documents, parts
from reelmill.errors import (
    ConflictError,
    ConnectionFailedError,
    FileError,
    InvalidInputError,
    NotFoundError,
    ProtocolError,
    ReelmillError,
)
from reelmill.files import SourceFile
from reelmill.kinds import UploadStatus
from reelmill.ledger import Claim
from reelmill.links import Links
from reelmill.models import SignedPart, Upload
from reelmill.options import MediaOptions
from reelmill.parts import Part
from reelmill.sending import Counter, Failures
from reelmill.store import PartError, Store, Verdict
from reelmill.timing import Timing
from reelmill.transport import Transport

_MAX_SIGNED: Final = 100  # the API's own limit
# With these an upload can never be completed, however often it is tried.
_LOST: Final = (FileError, ConflictError, InvalidInputError)


class Stage(StrEnum):
    """What an upload is doing."""

    SENDING = "SENDING"
    COMPLETING = "COMPLETING"
    ABORTING = "ABORTING"


@dataclass(frozen=True, slots=True)
class UploadProgress:
    """How far an upload is. `sent`, `size` and `held` in bytes; `held` of those sent were in the
    store before this began. `sent` falls when a part is repeated."""

    stage: Stage
    filename: str
    size: int
    sent: int
    part_count: int
    parts_done: int
    held: int = 0


OnProgress = Callable[[UploadProgress], None]


@dataclass(frozen=True, slots=True)
class UploadOptions:
    """What a caller may say of an upload. `part_size` in bytes; without it the server chooses."""

    preset: str | None = None
    part_size: int | None = None
    concurrency: int = 4
    sha256: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    media: MediaOptions | None = None
    on_progress: OnProgress | None = None
    fresh: bool = False

    @property
    def wishes(self) -> str:
        """A digest of what an upload is started with: others make another upload of the file."""
        said = [self.preset, self.part_size, self.sha256, dict(self.metadata)]
        if self.media is not None:
            said.append(self.media.as_input())
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


class Transfer:
    """Carries one open file to the store."""

    def __init__(
        self,
        transport: Transport,
        store: Store,
        file: SourceFile,
        options: UploadOptions,
        *,
        timing: Timing,
        claim: Claim | None = None,
    ) -> None:
        """With a `claim` it is remembered and can be taken up; without, it is all or nothing."""
        self._transport = transport
        self._store = store
        self._file = file
        self._options = options
        self._timing = timing
        self._claim = claim
        self._counter = Counter(self._sending)
        self._held = 0
        self._part_count = 0

    async def run(self) -> Upload:
        """The completed upload, with its asset and job. The claim still knows it.

        Raises FileError, TransferError, RefusedError or ConnectionFailedError. Then, and when it is
        canceled, an upload without a claim has been aborted; one with a claim only if going on is
        no use.
        """
        upload, first = await self._begin()
        try:
            if upload.status != UploadStatus.COMPLETED:
                self._part_count = parts.count(self._file.size, upload.part_size)
                await self._send_all(upload, first)
                self._file.check_unchanged()
            return await self._complete(upload)
        except BaseException as error:  # a cancellation too: nobody else would clear up the parts
            if self._claim is None or isinstance(error, _LOST):
                await self._give_up(upload.id)
            raise

    async def _begin(self) -> tuple[Upload, list[SignedPart]]:
        """An upload to go on with: an earlier one if there is one, else a new one."""
        entry = self._claim.entry() if self._claim else None
        if self._claim is None or entry is None:
            return await self._start(uuid.uuid4().hex if self._claim is None else None)
        usable = self._claim.fits(entry) and not self._options.fresh
        if entry.upload_id is None:
            return await self._start(entry.token if usable else None)
        if not usable:
            await self._give_up(entry.upload_id)
            return await self._start(None)
        found = await self._known(entry.upload_id)
        if found is not None and found.status in {UploadStatus.STARTED, UploadStatus.COMPLETED}:
            return found, []
        return await self._start(None)

    async def _known(self, upload_id: str) -> Upload | None:
        """An earlier upload and what the store holds of it."""
        try:
            data = await self._transport.execute(documents.UPLOAD, {"id": upload_id})
        except NotFoundError:
            return None
        return Upload.model_validate(data["upload"]) if data["upload"] else None

    async def _start(self, token: str | None) -> tuple[Upload, list[SignedPart]]:
        repeated = token is not None
        if token is None:
            token = self._claim.begin() if self._claim else uuid.uuid4().hex
        try:
            upload, first = await self._asked(token)
        except ConflictError:
            if not repeated or self._claim is None:
                raise
            return await self._start(None)  # it was asked for otherwise, or long ago
        if repeated and upload.status != UploadStatus.STARTED:
            return await self._start(None)
        if self._claim is not None:
            self._claim.opened(token, upload.id, upload.part_size)
        return upload, first

    async def _asked(self, token: str) -> tuple[Upload, list[SignedPart]]:
        options, file = self._options, self._file
        wanted = {
            "filename": file.name,
            "size": file.size,
            "contentType": file.content_type,
            "partSize": options.part_size,
            "sha256": options.sha256,
            "metadata": dict(options.metadata),
            "options": options.media.as_input() if options.media else None,
            "preset": options.preset,
            "signParts": self._batch,
            # So that a lost answer does not leave a second upload behind.
            "idempotencyKey": token,
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
        plan = [parts.part(n, self._file.size, upload.part_size) for n in range(1, last + 1)]
        held = self._arrived(upload, plan)
        for number in held:
            links.done(number)
        missing = iter([part for part in plan if part.number not in held])
        count = min(self._options.concurrency, last)
        workers = [asyncio.create_task(self._work(missing, links)) for _ in range(count)]
        self._report(Stage.SENDING)
        try:
            await asyncio.gather(*workers)
        finally:
            self._counter.silence()
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    def _arrived(self, upload: Upload, plan: Iterable[Part]) -> set[int]:
        """The parts that the store holds in the right size: they need not be sent again."""
        sizes = {part.number: part.size for part in upload.parts}
        held = [part for part in plan if sizes.get(part.number) == part.size]
        for part in held:
            self._counter.finished(part.number, part.size)
        self._held = sum(part.size for part in held)
        return {part.number for part in held}

    async def _work(self, plan: Iterator[Part], links: Links) -> None:
        for part in plan:
            await self._send(part, links)
            links.done(part.number)
            self._counter.finished(part.number, part.size)
            self._report(Stage.SENDING)

    async def _send(self, part: Part, links: Links) -> None:
        failures = Failures(self._timing)
        while True:
            link = await links.take(part.number)
            try:
                on_bytes = self._counter.started(part.number)
                await self._store.put(link.part, self._file, part, on_bytes)
            except (ConnectionFailedError, PartError) as error:
                pause = failures.pause_or_raise(error)
                if failures.last is Verdict.RENEW:
                    links.expired(link)
            else:
                self._file.check_unchanged()
                return
            await asyncio.sleep(pause)

    async def _complete(self, upload: Upload) -> Upload:
        """Without a list of parts: the server asks the store what it holds."""
        self._report(Stage.COMPLETING)
        data = await self._transport.execute(
            documents.COMPLETE_UPLOAD,
            {"input": {"uploadId": upload.id}},
            silence=self._timing.complete,
        )
        payload = data["completeMultipartUpload"]
        # A key without READ is told of asset and job beside the upload, not through it.
        beside = {name: payload[name] for name in ("asset", "job") if name in payload}
        return Upload.model_validate(beside | payload["upload"])

    async def _give_up(self, upload_id: str) -> None:
        self._report(Stage.ABORTING)
        # If this fails too, the server throws the parts away when the upload expires.
        with contextlib.suppress(ReelmillError, TimeoutError):
            async with asyncio.timeout(self._timing.abort):
                await self._transport.execute(
                    documents.ABORT_UPLOAD, {"input": {"uploadId": upload_id}}
                )
        if self._claim is not None:
            self._claim.forget()

    def _sending(self) -> None:
        self._report(Stage.SENDING)

    def _report(self, stage: Stage) -> None:
        if self._options.on_progress is not None:
            progress = UploadProgress(
                stage,
                self._file.name,
                self._file.size,
                self._counter.bytes,
                self._part_count,
                self._counter.done,
                self._held,
            )
            self._options.on_progress(progress)
