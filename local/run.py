"""`python -m local run`: the stack until Ctrl-C, with a demo asset to play."""

from __future__ import annotations

import asyncio
import shlex
import threading
from collections.abc import Callable

from local import buckets
from local.api_process import ROOT
from local.buckets import BUCKET_IN, s3_client
from local.errors import LocalError
from local.files import write_private
from local.interrupts import Interrupts
from local.sample import KEY, TITLE, find_sample
from local.stack import Stack
from local.supervisor import Supervisor
from reelmill import Client, JobStatus, ReelmillError

_USELESS = {JobStatus.FAILED, JobStatus.CANCELED}


def run(stack: Stack, interrupts: Interrupts) -> None:
    """Starts, says where, and watches. Ends by StopRequested or ServiceFailedError."""
    ended = stack.prepare()
    if ended:
        print(f"Ended what an earlier run left behind: {', '.join(ended)}", flush=True)
    print("Starting PostgreSQL, S3 and the API ...", flush=True)
    stack.start()
    write_private(stack.home / "s3.env", s3_env(stack))
    print(welcome(stack), flush=True)
    # It starts no process, so it may be a thread; and it may be cut off at any moment.
    threading.Thread(target=_add_demo_asset, args=(stack, _say), daemon=True).start()
    Supervisor(stack, interrupts, _say).watch()


def _say(text: str) -> None:
    print(text, flush=True)


def welcome(stack: Stack) -> str:
    connection = stack.connection()
    built = (ROOT / "web" / "dist" / "index.html").exists()
    lines = [
        "",
        "Reelmill runs. Open this in a browser; it signs you in:",
        "",
        f"  {connection['api']}/signin#{connection['key']}",
        "",
        f"  GraphQL     {connection['graphql']}",
        f"  S3          {connection['s3']}  (buckets {buckets.BUCKET_IN}, {buckets.BUCKET_OUT})",
        f"  S3 keys     . {shlex.quote(str(stack.home / 's3.env'))}",
        f"  Connection  {stack.home / 'connection.json'}",
        f"  Logs        {stack.home / 'logs'}",
        "",
    ]
    if not built:
        lines += ["The web app is not built yet: make web", ""]
    return "\n".join([*lines, "Ctrl-C ends it; the data stays."])


def s3_env(stack: Stack) -> str:
    """For `. s3.env`: what the AWS tools read."""
    pairs = {
        "AWS_ENDPOINT_URL": stack.s3.endpoint,
        "AWS_REGION": buckets.REGION,
        "AWS_ACCESS_KEY_ID": stack.credentials.s3_access_key,
        "AWS_SECRET_ACCESS_KEY": stack.credentials.s3_secret_key,
    }
    return "".join(f"export {name}={value}\n" for name, value in pairs.items())


def _add_demo_asset(stack: Stack, say: Callable[[str], None]) -> None:
    try:
        started = asyncio.run(_transcode_sample(stack))
    except (LocalError, ReelmillError) as error:
        say(f"The demo clip could not be added: {error}")
    else:
        if started:
            say(f"The demo clip {KEY} is being transcoded; it will appear in the browser.")


async def _transcode_sample(stack: Stack) -> bool:
    """Whether a job was started: not where an earlier one is good or under way."""
    connection = stack.connection()
    async with Client(connection["api"], connection["key"]) as client:
        for asset in (await client.assets(first=1, key=KEY)).nodes:
            jobs = (await client.jobs(first=20, asset_id=asset.id)).nodes
            if any(job.status not in _USELESS for job in jobs):
                return False
        await _put_sample(stack, find_sample().read_bytes())
        await client.start_transcode(source_key=KEY, preset="web", title=TITLE)
    return True


async def _put_sample(stack: Stack, body: bytes) -> None:
    async with s3_client(stack.s3.endpoint, stack.credentials) as client:
        await client.put_object(Bucket=BUCKET_IN, Key=KEY, Body=body, ContentType="video/mp4")
