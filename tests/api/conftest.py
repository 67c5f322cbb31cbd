"""One live API a session, over a database and buckets of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support import media
from tests.support.live import LiveApi, bucket_client, running
from tests.support.stack_fixtures import S3Settings


@pytest.fixture(scope="session")
def live_api(
    new_database: Callable[[], str],
    s3_settings: S3Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[LiveApi]:
    with running(new_database(), s3_settings, tmp_path_factory.mktemp("live")) as live:
        yield live


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A second of picture and sound."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    return media.synthesize(path, seconds=1).read_bytes()


@pytest.fixture(scope="session")
def bucket(s3_settings: S3Settings) -> Any:
    return bucket_client(s3_settings)
