"""Things as the API answers them."""

from __future__ import annotations

from typing import Any


def job(status: str = "RUNNING", **more: Any) -> dict[str, Any]:
    """A job as the API answers it."""
    return {
        "id": "job_1",
        "status": status,
        "progress": 1.0 if status == "SUCCEEDED" else 0.0,
        "title": "clip",
        "preset": "web",
        "recipe": {},
        "priority": 0,
        "metadata": {},
        "asset": asset(),
        "outputs": [],
        "attempts": [],
        "createdAt": "2026-01-02T03:04:05+00:00",
    } | more


def asset(**more: Any) -> dict[str, Any]:
    return {
        "id": "asset_1",
        "key": "uploads/u1/clip.mp4",
        "bucket": "media-in",
        "size": 1000,
        "title": "clip",
        "kind": "VIDEO",
        "status": "READY",
        "tags": [],
        "metadata": {},
        "createdAt": "2026-01-02T03:04:05+00:00",
        "updatedAt": "2026-01-02T03:04:05+00:00",
    } | more


def output(kind: str = "HLS", **more: Any) -> dict[str, Any]:
    return {
        "id": f"output_{kind}",
        "kind": kind,
        "key": f"0198/1/encode/0/1/{kind.lower()}/master.m3u8",
        "bucket": "media-out",
        "contentType": "application/vnd.apple.mpegurl",
        "size": 12_345_678,
        "files": 20,
        "sha256": "0" * 64,
        "duration": 65.4,
        "width": 1920,
        "height": 1080,
        "videoCodec": "h264",
        "audioCodec": "aac",
        "renditions": [1080, 720] if kind == "HLS" else [],
        "reused": False,
        "languages": [],
        "label": None,
        "url": f"http://store/{kind}",
        "playbackUrl": f"http://api/play/token/{kind}",
    } | more


def preset(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "version": 1,
        "title": name.title(),
        "builtin": True,
        "description": f"What {name} makes.",
        "recipe": {"ladder": {"rungs": [], "segment_seconds": 4.0}, "mp4": None, "clips": []},
    }


def api_key(**more: Any) -> dict[str, Any]:
    return {
        "id": "k1",
        "name": "first",
        "scopes": ["READ", "WRITE", "ADMIN"],
        "createdAt": "2026-01-02T03:04:05+00:00",
        "expiresAt": None,
        "revokedAt": None,
    } | more


def share(**more: Any) -> dict[str, Any]:
    return {
        "id": "share_1",
        "assetId": "asset_1",
        "outputId": None,
        "title": "A film",
        "state": "ACTIVE",
        "createdAt": "2026-01-02T03:04:05+00:00",
        "expiresAt": "2026-01-09T03:04:05+00:00",
        "revokedAt": None,
    } | more


def usage(**more: Any) -> dict[str, Any]:
    counts = dict.fromkeys(("assets", "outputs", "jobs", "succeeded", "failed", "canceled"), 3)
    return {
        "from": more.get("from"),
        "to": more.get("to") or "2026-01-02T03:04:05+00:00",
        "sourceBytes": 1_500_000,
        "outputBytes": 2_500_000,
        "mediaSeconds": 65.0,
        "computeSeconds": 130.0,
    } | counts


def scan(status: str = "SUCCEEDED", **more: Any) -> dict[str, Any]:
    return {
        "id": "scan_1",
        "status": status,
        "prefix": "",
        "found": 3,
        "registered": 2,
        "changed": 0,
        "missing": 0,
        "skipped": 1,
        "createdAt": "2026-01-02T03:04:05+00:00",
    } | more


def event(cursor: str, kind: str = "JOB_QUEUED") -> dict[str, Any]:
    return {
        "cursor": cursor,
        "type": kind,
        "createdAt": "2026-01-02T03:04:05+00:00",
        "entityId": "job_1",
        "payload": {"status": "QUEUED"},
    }


def gallery() -> dict[str, Any]:
    item = {
        "title": "Der Hase",
        "finishedAt": "2026-01-02T03:04:05+00:00",
        "posterUrl": None,
        "playbackUrl": "http://api/play/token/master.m3u8",
        "files": [{"kind": "MP4", "key": "a.mp4", "size": 5, "url": "http://store/a.mp4"}],
        "job": job("SUCCEEDED"),
    }
    at = "2026-01-02T03:04:05+00:00"
    return {"generatedAt": at, "expiresAt": at, "items": [item]}
