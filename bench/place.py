"""A stack of the bench's own: free ports, an empty database, a folder that vanishes afterwards."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from local import buckets
from local.deadline import Deadline
from local.ports import any_free
from local.stack import Stack

START_SECONDS = 120.0


@contextmanager
def folder(prefix: str) -> Iterator[Path]:
    """A temporary folder; others may pass through, as the user who runs PostgreSQL for root."""
    made = Path(tempfile.mkdtemp(prefix=f"reelmill-bench-{prefix}-"))
    made.chmod(0o711)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def whole_stack(**settings: str) -> Iterator[Stack]:
    """PostgreSQL, SeaweedFS and the API as `make run` starts them; `settings` go to the API."""
    with folder("stack") as home:
        stack = Stack(home / "home", ports=any_free(), environ=environ(settings))
        with _gone_afterwards(stack):
            stack.start(Deadline(START_SECONDS))
            yield stack


@contextmanager
def database_only() -> Iterator[Stack]:
    """PostgreSQL alone, migrated, with a first key; whoever needs an API starts one."""
    with folder("database") as home:
        stack = Stack(home / "home", ports=any_free(), environ=environ({}))
        with _gone_afterwards(stack):
            deadline = Deadline(START_SECONDS)
            stack.prepare()
            stack.postgres.start()
            stack.postgres.wait(deadline)
            project, key = stack.api.migrate(deadline)
            stack.credentials = stack.credentials.with_first_key(project, key or "")
            yield stack


@contextmanager
def store_only() -> Iterator[Stack]:
    """SeaweedFS alone, with its two buckets."""
    with folder("store") as home:
        stack = Stack(home / "home", ports=any_free(), environ=environ({}))
        stack.prepare()
        try:
            deadline = Deadline(START_SECONDS)
            stack.s3.start()
            stack.s3.wait(deadline)
            names = (buckets.BUCKET_IN, buckets.BUCKET_OUT)
            asyncio.run(buckets.prepare(stack.s3.endpoint, stack.credentials, names, deadline))
            yield stack
        finally:
            stack.stop()


def environ(settings: Mapping[str, str]) -> dict[str, str]:
    """Ours, without what a person set for an installation of his own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("REELMILL_", "AWS_"))}
    return {**kept, **settings}


@contextmanager
def _gone_afterwards(stack: Stack) -> Iterator[None]:
    outside: Path | None = None
    try:
        yield
    finally:
        if stack.postgres.child:
            outside = stack.postgres.data_folder.parent
        stack.stop()
        if outside is not None:
            shutil.rmtree(outside, ignore_errors=True)
