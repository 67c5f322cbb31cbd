"""Uploads: send files, list and abort."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from reelmill import documents
from reelmill.errors import InvalidInputError
from reelmill.files import SourceFile
from reelmill.kinds import UploadStatus
from reelmill.ledger import Ledger
from reelmill.methods.base import given, model, names, page
from reelmill.methods.jobs import Jobs
from reelmill.methods.library import Library
from reelmill.models import Asset, Page, Upload
from reelmill.options import MediaOptions
from reelmill.uploads import OnProgress, Transfer, UploadOptions


class Uploads(Jobs, Library):
    """Files on their way into the store."""

    async def upload(
        self,
        path: str | os.PathLike[str],
        *,
        preset: str | None = None,
        title: str | None = None,
        part_size: int | None = None,
        concurrency: int = 4,
        sha256: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        options: MediaOptions | None = None,
        on_progress: OnProgress | None = None,
        ledger: Ledger | None = None,
        fresh: bool = False,
    ) -> Upload:
        """Send a file straight to the store, `concurrency` parts at a time, and register it.

        With a preset, its job is started too; `title` names that job, and `options` say how it and
        later ones by preset are made. Raises FileError for a file
        that is empty, unreadable or changes meanwhile, TransferError when the store refuses.

        With a `ledger` an upload that ended early, however it did, goes on with the parts that are
        missing when the same file is uploaded again; `fresh` begins anew instead. Without a ledger
        whatever ends it, a cancellation too, asks the server to throw the parts away.
        """
        if concurrency < 1:
            raise InvalidInputError("concurrency is 1 or more", field="concurrency")
        if title is not None:
            await self._check_titled(preset)
        wanted = UploadOptions(
            # The API titles jobs that it starts itself by the file's name.
            preset=preset if title is None else None,
            part_size=part_size,
            concurrency=concurrency,
            sha256=sha256,
            metadata=metadata or {},
            media=options,
            on_progress=on_progress,
            fresh=fresh,
        )
        with ExitStack() as stack:
            file = stack.enter_context(await SourceFile.open(Path(path)))
            claim = stack.enter_context(ledger.claim(file, wanted.wishes)) if ledger else None
            common = (self._transport, self._store, file, wanted)
            upload = await Transfer(*common, timing=self._timing, claim=claim).run()
            if title is not None and upload.asset is not None:
                upload = await self._titled(upload, upload.asset, preset, title, metadata)
            if claim is not None:
                claim.forget()
        return upload

    async def uploads(
        self,
        *,
        first: int = 50,
        after: str | None = None,
        status: Iterable[UploadStatus | str] | None = None,
    ) -> Page[Upload]:
        """A page of 1 to 100 uploads, newest first."""
        wanted = given({"status": names(status)})
        variables = {"first": first, "after": after, "filter": wanted}
        data = await self._transport.execute(documents.UPLOADS, variables)
        return page(Upload, data["uploads"])

    async def abort_upload(self, upload_id: str) -> Upload:
        """Throw the parts of an upload away. Raises ConflictError when it is complete."""
        wanted = {"input": {"uploadId": upload_id}}
        data = await self._transport.execute(documents.ABORT_UPLOAD, wanted)
        return model(Upload, data["abortMultipartUpload"]["upload"])

    async def _titled(
        self,
        upload: Upload,
        asset: Asset,
        preset: str | None,
        title: str,
        metadata: Mapping[str, Any] | None,
    ) -> Upload:
        job = await self.start_transcode(
            asset_id=asset.id,
            preset=preset,
            title=title,
            metadata=metadata,
            # Whoever is killed before this is remembered must not start a second job.
            idempotency_key=f"{upload.id}-titled",
        )
        return upload.model_copy(update={"job": job})

    async def _check_titled(self, preset: str | None) -> None:
        """Before the bytes are sent: afterwards a misspelled preset would be a pity."""
        if preset is None:
            raise InvalidInputError("a title needs a preset: it names the job", field="title")
        known = [each.name for each in await self.presets()]
        if preset not in known:
            raise InvalidInputError(
                f"there is no preset {preset!r}; there are: {', '.join(known)}",
                code="UNKNOWN_PRESET",
                field="preset",
            )
