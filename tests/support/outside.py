"""What must hold when everything has calmed down, seen from outside: rows, objects, processes."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import asyncpg

from tests.support.live import LiveApi, role_url

_ENDS = "('JOB_SUCCEEDED', 'JOB_FAILED', 'JOB_CANCELED')"
# Each query answers with what is wrong.
_PUBLISHED = """
  select prefix || name as place
  from blob cross join unnest(coalesce(names, array[''])) as name
"""
_RULES = {
    "a job has not ended": "select id, status from job where finished_at is null",
    "a task has not ended": "select id from task where status in ('STARTING', 'RUNNING')",
    "a batch has not ended": "select id from probe_batch",
    "nobody reads what a batch has": "select id from asset where probe_batch is not null",
    "not exactly one final event": f"""
        select job.id, count(event.seq) from job left join event
          on event.entity_id = job.id and event.type in {_ENDS}
        group by job.id having count(event.seq) <> 1""",
    "the final event says something else": f"""
        select job.id, job.status, event.type from job join event on event.entity_id = job.id
        where event.type in {_ENDS} and event.type <> 'JOB_' || job.status""",
    "event numbers have gaps": """
        select project.id, project.event_seq, count(event.seq), max(event.seq) from project
        left join event on event.project_id = project.id group by project.id
        having count(event.seq) <> project.event_seq
            or coalesce(max(event.seq), 0) <> project.event_seq""",
    "outputs without success, or success without outputs": """
        select job.id, job.status from job where (status = 'SUCCEEDED')
          <> exists (select from output where output.job_id = job.id)""",
    "attempts are not numbered one by one": """
        select job.id from job left join attempt on attempt.job_id = job.id group by job.id
        having count(attempt.id) <> job.attempt or coalesce(max(number), 0) <> job.attempt""",
    "a scan has not ended": "select id from scan where status = 'RUNNING'",
    "an ended job is not cleaned": "select id from job where not cleaned",
    "bytes are held for a job without outputs": """
        select job.id from job join job_blob on job_blob.job_id = job.id
        where status <> 'SUCCEEDED'""",
    "published bytes that nobody refers to": """
        select id, prefix from blob
        where not exists (select from output where output.blob_id = blob.id)
          and not exists (select from job_blob where job_blob.blob_id = blob.id)""",
}


async def calm(live: LiveApi, client: Any, *, seconds: float = 60) -> None:
    """Wait until nothing is wrong any more; raise with what still is."""
    deadline = time.monotonic() + seconds
    while wrong := await _wrong(live, client):
        assert time.monotonic() < deadline, f"{wrong}\n{live.log()[-4000:]}"
        await asyncio.sleep(0.2)
    # The driver's pool shows one each time that it finds the server away; it mends itself.
    lines = [line for line in live.log().splitlines() if '"logger":"asyncpg.pool"' not in line]
    complaints = [line for line in lines if "Traceback" in line]
    assert not complaints, "\n".join(complaints)[-4000:]


async def _wrong(live: LiveApi, client: Any) -> dict[str, list[Any]]:
    try:
        wrong, outputs, blobs, known = await _wrong_rows(live)
    except (
        OSError,
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,
    ) as e:
        return {"the database is away": [repr(e)]}
    wrong |= await asyncio.to_thread(_wrong_in_store, live, client, outputs, blobs, known)
    wrong |= {"processes": processes(live)} if processes(live) else {}
    wrong |= {"scratch": files} if (files := scratch(live)) else {}
    return wrong


async def _wrong_rows(
    live: LiveApi,
) -> tuple[dict[str, list[Any]], list[str], list[str], set[str]]:
    """What is wrong in the database; keys and prefixes of what is published; open uploads."""
    connection = await asyncpg.connect(role_url(live.owner_url, "rm_system"))
    try:
        # Who dies over the sweep of an upload gives it back after five minutes: let them pass.
        await connection.execute(
            "update upload set sweep_at = now() where sweep_at < now() + interval '6 minutes'"
        )
        found = {rule: await connection.fetch(query) for rule, query in _RULES.items()}
        outputs = [r["key"] for r in await connection.fetch("select key from output")]
        blobs = [row["place"] for row in await connection.fetch(_PUBLISHED)]
        opened = await connection.fetch("select store_id from upload where status = 'STARTED'")
    finally:
        await connection.close()
    wrong = {rule: [dict(row) for row in rows] for rule, rows in found.items() if rows}
    return wrong, outputs, blobs, {row["store_id"] for row in opened if row["store_id"]}


def _wrong_in_store(
    live: LiveApi, client: Any, outputs: list[str], blobs: list[str], known: set[str]
) -> dict[str, list[Any]]:
    wrong: dict[str, list[Any]] = {}
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=live.s3.bucket_out)
    stored = {item["Key"] for page in pages for item in page.get("Contents", [])}
    if lost := [key for key in outputs if key not in stored]:
        wrong["outputs without objects"] = lost
    if left := [key for key in stored if not key.startswith(tuple(blobs))]:
        wrong["objects that nobody has published"] = left
    for bucket in (live.s3.bucket_in, live.s3.bucket_out):
        uploads = client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
        if left := [u["Key"] for u in uploads if u["UploadId"] not in known]:
            wrong[f"unfinished uploads in {bucket}"] = left
    return wrong


def processes(live: LiveApi) -> list[Any]:
    """Runners, and what they have started: media processes work below the scratch folder."""
    scratch = str(live.folder / "scratch")
    found: list[Any] = list(live.runners())
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            where = str((entry / "cwd").readlink())
        except OSError:
            continue
        if where.startswith(scratch):
            found.append((entry.name, where))
    return found


def scratch(live: LiveApi) -> list[str]:
    """Files and folders of runners. `logs` and `runs` themselves stay."""
    return [str(path) for path in (live.folder / "scratch").glob("*/*")]
