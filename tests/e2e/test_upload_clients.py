"""The clients that docs/how-to/upload-from-your-code.md shows, as they stand there."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.live import ROOT, LiveApi
from tests.support.media import big_buck_bunny

pytestmark = pytest.mark.e2e

PAGE = ROOT / "docs" / "how-to" / "upload-from-your-code.md"
MIB = 1024 * 1024
TOOLS = ("curl", "jq", "split", "sha256sum")


def shown(language: str, name: str) -> str:
    """The block of the page that names itself in its first lines."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    (block,) = [block for block in blocks if f"# {name} FILE" in block]
    return str(block)


@pytest.fixture
def home(live_api: LiveApi, tmp_path: Path) -> Path:
    """A folder in which a stack runs, as the page has it."""
    facts = {"graphql": f"{live_api.url}/graphql", "key": live_api.key}
    (tmp_path / ".reelmill").mkdir()
    (tmp_path / ".reelmill" / "connection.json").write_text(json.dumps(facts))
    (tmp_path / "upload.sh").write_text(shown("sh", "upload.sh"))
    (tmp_path / "upload.py").write_text(shown("python", "upload.py"))
    return tmp_path


CLIENTS = {
    "curl": ("sh", "upload.sh"),
    "boto3": (sys.executable, "upload.py"),
}


async def run(home: Path, client: str, file: Path) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        *CLIENTS[client],
        str(file),
        cwd=home,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, err.decode()
    answer: dict[str, Any] = json.loads(out)
    assert answer["userErrors"] == []
    return answer


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(
    "sent",
    [("a small -rf %d ü $film?.mp4", 9), ("one.mp4", 16 * MIB), ("three.mp4", 33 * MIB + 7)],
)
async def test_it_sends_what_there_is(
    live_api: LiveApi, bucket: Any, home: Path, client: str, sent: tuple[str, int]
) -> None:
    if client == "curl" and (missing := [tool for tool in TOOLS if shutil.which(tool) is None]):
        pytest.skip(f"needs {', '.join(missing)}")
    name, size = sent
    file = home / name
    file.write_bytes(os.urandom(size))
    done = await run(home, client, file)
    assert done["asset"]["size"] == size
    stored = bucket.get_object(Bucket=live_api.s3.bucket_in, Key=done["asset"]["key"])["Body"]
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert hashlib.sha256(stored.read()).hexdigest() == digest
    # The preset's job has started with it: noise is no film, and nobody has to wait for more.
    assert (await live_api.ended(done["job"]["id"]))["error"]["code"] == "SOURCE_NOT_MEDIA"


async def test_a_film_becomes_a_stream(live_api: LiveApi, home: Path) -> None:
    done = await run(home, "boto3", big_buck_bunny())
    job = await live_api.ended(done["job"]["id"])
    assert job["status"] == "SUCCEEDED", job
    assert {output["kind"] for output in job["outputs"]} >= {"HLS", "DASH"}
