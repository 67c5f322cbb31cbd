"""Fixtures of the runner's tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from tests.runner import amazon
from tests.runner.live import Run, Starter, start_runner
from tests.runner.protocol import FakeApi, claim
from tests.runner.store import Store
from tests.support.stack_fixtures import S3Settings

GOLDEN = Path(__file__).parents[1] / "data" / "runner"


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compares a text with a file in tests/data/runner; REELMILL_GOLDEN=write writes it instead."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get("REELMILL_GOLDEN") == "write":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        assert text == path.read_text("utf-8")

    return compare


@pytest.fixture
def start(s3_settings: S3Settings, tmp_path: Path) -> Iterator[Starter]:
    """Starts runners, and leaves none behind."""
    runs: list[Run] = []
    store = Store(s3_settings)

    def begin(source: bytes | Path, recipe: dict[str, Any], **changes: Any) -> Run:
        data = source if isinstance(source, bytes) else source.read_bytes()
        etag = store.put("films/a film ü.mp4", data)
        answer = claim(
            lease_seconds=changes.pop("lease_seconds", 30),
            storage=store.access.model_dump(mode="json")
            | {"secret_access_key": s3_settings.secret_key},
        )
        answer["spec"] |= {
            "recipe": recipe,
            "title": "A film: ü",
            "source": {"bucket": s3_settings.bucket_in, "key": "films/a film ü.mp4", "etag": etag,
                       "size": len(data)},
            "target": {"bucket": s3_settings.bucket_out, "prefix": f"{tmp_path.name}/1/"},
            "limits": changes.pop("limits", {}),
        }  # fmt: skip
        api = FakeApi(answer)
        for name, value in changes.items():
            setattr(api, name, value)
        process = start_runner(api.url, tmp_path / "scratch")
        runs.append(Run(api, process, tmp_path / "scratch", store))
        return runs[-1]

    yield begin
    for run in runs:
        run.process.kill()
        run.process.communicate()
        run.api.close()


@pytest.fixture(scope="module")
def moto_endpoint() -> Iterator[str]:
    """Amazon as moto plays it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def aws(moto_endpoint: str) -> Any:
    """A client of its Transcribe; the bucket for what it hears and writes is there."""
    amazon.client(moto_endpoint, "s3").create_bucket(Bucket=amazon.OUT)
    return amazon.client(moto_endpoint, "transcribe")
