"""An installation with PostgreSQL and a store of its own, each of which may be killed."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.buckets import REGION
from local.deadline import Deadline
from local.ports import any_free
from local.seaweedfs_config import ROLE_ARN
from local.stack import Stack
from tests.support.holder import open_roles
from tests.support.live import LiveApi, bucket_client
from tests.support.once import kill_tree
from tests.support.scenarios import SPLIT, put_films
from tests.support.stack_fixtures import S3Settings
from tests.support.user import User

_START = 60.0
LEASE = 8  # seconds: what a busy machine needs between two reports


@dataclass
class Site:
    """The parts, and a user. The API is started by each test in its own way."""

    stack: Stack
    live: LiveApi
    user: User
    client: Any

    @property
    def postgres(self) -> int:
        assert self.stack.postgres.child is not None
        return self.stack.postgres.child.pid

    @property
    def store(self) -> int:
        assert self.stack.s3.child is not None
        return self.stack.s3.child.pid

    def kill_postgres(self) -> None:
        kill_tree(self.postgres)

    def start_postgres(self) -> None:
        """After a kill: recovery from its log."""
        self.stack.postgres.stop()
        self.stack.postgres.start()
        open_roles(self.stack)

    def kill_store(self) -> None:
        os.kill(self.store, signal.SIGKILL)

    def start_store(self) -> None:
        self.stack.s3.stop()
        self.stack.s3.start()
        self.stack.s3.wait(Deadline(_START))

    def mend(self) -> None:
        """Stop the API, and start what is dead."""
        process = self.live.process
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGCONT)
            self.live.stop()
        for part, start in (
            (self.stack.postgres, self.start_postgres),
            (self.stack.s3, self.start_store),
        ):
            if part.child is None or part.child.returncode is not None:
                start()


@contextmanager
def opened() -> Iterator[Site]:
    """Both servers, two buckets, a migrated database, two films. All of it goes in the end."""
    # Not below pytest's folder: when root runs the tests, PostgreSQL's user must get through.
    home = Path(tempfile.mkdtemp(prefix="reelmill-site-"))
    home.chmod(0o711)
    stack = Stack(home / "stack", ports=any_free(), durable=False)
    stack.prepare()
    try:
        stack.s3.start()
        stack.postgres.start()
        open_roles(stack)
        stack.s3.wait(Deadline(_START))
        yield _furnished(stack, home)
    finally:
        outside = stack.postgres.data_folder.parent
        stack.stop()
        shutil.rmtree(outside, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


def _furnished(stack: Stack, home: Path) -> Site:
    name = uuid.uuid4().hex[:8]
    store = S3Settings(
        endpoint=stack.s3.endpoint,
        access_key=stack.credentials.s3_access_key,
        secret_key=stack.credentials.s3_secret_key,
        region=REGION,
        role_arn=ROLE_ARN,
        bucket_in=f"in-{name}",
        bucket_out=f"out-{name}",
    )
    client = bucket_client(store)
    for bucket in (store.bucket_in, store.bucket_out):
        client.create_bucket(Bucket=bucket)
    source = put_films(client, store.bucket_in, home)
    extra = {"REELMILL_LEASE_SECONDS": str(LEASE), **SPLIT}
    live = LiveApi(stack.postgres.owner_url, store, home, extra).migrate()
    return Site(stack, live, User(live, source, client), client)
