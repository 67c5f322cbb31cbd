"""The scripted server's answers to GraphQL operations, uploads included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.reelmill.shapes import api_key, asset, gallery, job, output, share, usage
from tests.reelmill.shapes import preset as _preset

PART = 256 * 1024  # smaller than a real one, so that a film of several parts is quick to make

_BUSY = {"code": "ASSET_BUSY", "message": "a job of it is under way", "field": None}


class Answers:
    """The root of every operation. State lies in the Double."""

    url: str
    jobs: dict[str, dict[str, Any]]
    uploads: dict[str, dict[str, Any]]
    parts: dict[str, dict[int, bytes]]
    complete_faults: Any
    links: int
    scans: list[dict[str, Any]]
    defaults: dict[str, Any]

    def _root(self) -> dict[str, Callable[..., Any]]:
        connection = {"hasNextPage": False, "hasPreviousPage": False, "endCursor": None}
        return {
            "viewer": lambda _: {
                "project": {
                    "id": "project_1",
                    "name": "default",
                    "prefix": "",
                    "eventCursor": "7",
                    "defaults": self.defaults,
                },
                "keyId": "k1",
                "keyName": "first",
                "scopes": ["READ", "WRITE"],
            },
            "presets": lambda _: [_preset("web"), _preset("mp4")],
            "job": lambda _, **given: self.jobs.get(given["id"]),
            "jobs": lambda _, **given: self._page(**given),
            "assets": lambda _, **given: {
                "nodes": [asset()],
                "pageInfo": connection,
            },
            "scanMediaFolder": lambda _, **given: {
                "found": 3,
                "registered": 2,
                "skipped": 1,
                "files": ["a.mp4", "b c.mp4"],
                "scan": self.scans[0],
                "userErrors": [],
            },
            "scan": lambda _, **given: self.scans[-1],
            "gallery": lambda _, **given: gallery(),
            "savePreset": lambda _, **given: {
                "preset": _preset(given["input"]["name"]) | {"version": 2, "builtin": False},
                "userErrors": [],
            },
            "deletePreset": lambda _, **given: {
                "name": given["input"]["name"],
                "userErrors": [],
            },
            "startTranscode": lambda _, **given: {"job": self.jobs["job_1"], "userErrors": []},
            "cancelJob": self._cancel,
            "cancelJobs": self._cancel_many,
            "asset": lambda _, **given: (
                asset() | {"shareLinks": [share()]} if given["id"] == "asset_1" else None
            ),
            "createShareLink": lambda _, **given: {
                "shareLink": share(title=given["input"].get("title")),
                "url": "https://media.example.org/s/abc",
                "userErrors": [],
            },
            "revokeShareLink": lambda _, **given: {
                "shareLink": share(id=given["input"]["id"], state="REVOKED"),
                "userErrors": [],
            },
            "retryJob": self._cancel,
            "setJobPriority": self._cancel,
            "saveSubtitles": lambda _, **given: {
                "outputs": [output("SUBTITLE", label=given["input"].get("label"))],
                "userErrors": [],
            },
            "updateAsset": lambda _, **given: {
                "asset": asset(title=given["input"].get("title") or "clip"),
                "userErrors": [],
            },
            "deleteAsset": lambda _, **given: {
                "asset": asset(status="DELETING") if given["input"]["id"] == "asset_1" else None,
                "userErrors": [] if given["input"]["id"] == "asset_1" else [_BUSY],
            },
            "usage": lambda _, **given: usage(**given),
            "updateProject": self._update_project,
            "apiKeys": lambda _: [
                api_key(),
                api_key(id="k2", revokedAt="2026-01-02T03:04:05+00:00", name="old"),
            ],
            "createApiKey": lambda _, **given: {
                "apiKey": api_key(id="k3", name=given["input"]["name"]),
                "secret": "rm_k3_s3cr3t",
                "userErrors": [],
            },
            "revokeApiKey": lambda _, **given: {
                "apiKey": api_key(id=given["input"]["id"]),
                "userErrors": [],
            },
            "startMultipartUpload": self._start_upload,
            "upload": lambda _, **given: self._held(given["id"]),
            "uploads": lambda _, **given: {
                "nodes": [u for u in self.uploads.values() if u["status"] == "STARTED"],
                "pageInfo": connection,
            },
            "signUploadParts": self._sign_parts,
            "completeMultipartUpload": self._complete,
            "abortMultipartUpload": self._abort,
        }

    def _update_project(self, _: Any, **given: Any) -> dict[str, Any]:
        self.defaults = {"noWatermark": False}
        said = given["input"]["defaults"].items()
        self.defaults |= {name: value for name, value in said if value is not None}
        project = {"id": "project_1", "name": "default", "prefix": "", "defaults": self.defaults}
        return {"project": project, "userErrors": []}

    def _page(self, first: int, after: str | None = None, **given: Any) -> dict[str, Any]:
        status = (given["filter"] or {}).get("status")
        found = [each for each in self.jobs.values() if not status or each["status"] in status]
        begin = int(after or 0)
        more = len(found) > begin + first
        page = {"hasNextPage": more, "hasPreviousPage": False, "endCursor": str(begin + first)}
        return {"nodes": found[begin : begin + first], "pageInfo": page}

    def _cancel(self, _: Any, **given: Any) -> dict[str, Any]:
        wanted = given["input"]
        found = self.jobs.get(wanted["id"])
        if found is None:
            error = {"code": "NOT_FOUND", "message": "there is no such job", "field": ["input.id"]}
            return {"job": None, "userErrors": [error]}
        return {"job": found | {"status": "CANCELING"}, "userErrors": []}

    def _cancel_many(self, _: Any, **given: Any) -> dict[str, Any]:
        each = [self._cancel(_, input={"id": job_id}) for job_id in given["input"]["ids"]]
        errors = [
            error | {"field": ["input", "ids", str(place)]}
            for place, one in enumerate(each)
            for error in one["userErrors"]
        ]
        return {"jobs": [one["job"] for one in each], "userErrors": errors}

    def _start_upload(self, _: Any, **given: Any) -> dict[str, Any]:
        wanted = given["input"]
        for upload in self.uploads.values():
            if upload["token"] == wanted["idempotencyKey"]:
                return {"upload": upload, "parts": [], "userErrors": []}
        number = len(self.uploads) + 1
        each = wanted.get("partSize") or PART
        upload = {
            "id": f"upload_{number}",
            "status": "STARTED",
            "method": "MULTIPART",
            "bucket": "media-in",
            "key": f"uploads/u{number}/{wanted['filename']}",
            "filename": wanted["filename"],
            "size": wanted["size"],
            "partSize": each,
            "partCount": -(-wanted["size"] // each),
            "preset": wanted.get("preset"),
            "createdAt": "2026-01-02T03:04:05+00:00",
            "expiresAt": "2026-01-09T03:04:05+00:00",
            "token": wanted["idempotencyKey"],
        }
        self.uploads[upload["id"]] = upload
        last = min(wanted["signParts"], upload["partCount"])
        parts = [self._sign(upload["id"], n) for n in range(1, last + 1)]
        return {"upload": upload, "parts": parts, "userErrors": []}

    def _held(self, upload_id: str) -> dict[str, Any] | None:
        if upload_id not in self.uploads:
            return None
        held = self.parts[upload_id].items()
        parts = [{"number": n, "size": len(data), "etag": str(n)} for n, data in sorted(held)]
        return self.uploads[upload_id] | {"parts": parts}

    def _sign_parts(self, _: Any, **given: Any) -> dict[str, Any]:
        wanted = given["input"]
        parts = [self._sign(wanted["uploadId"], number) for number in wanted["partNumbers"]]
        return {"parts": parts, "userErrors": []}

    def _sign(self, upload: str, number: int) -> dict[str, Any]:
        self.links += 1
        return {
            "number": number,
            "url": f"{self.url}/store/{upload}/{number}?link={self.links}&X-Amz-Signature=s3cr3t",
            "headers": [{"name": "x-amz-meta-test", "value": "yes"}],
            "expiresAt": "2026-01-02T04:04:05+00:00",
        }

    def _complete(self, _: Any, **given: Any) -> dict[str, Any]:
        wanted = given["input"]
        if self.complete_faults:
            return {"upload": None, "userErrors": [self.complete_faults.popleft()]}
        upload = self.uploads[wanted["uploadId"]]
        upload["status"] = "COMPLETED"
        upload["asset"] = asset(key=upload["key"])
        upload["job"] = job("QUEUED") if upload["preset"] else None
        return {"upload": upload, "userErrors": []}

    def _abort(self, _: Any, **given: Any) -> dict[str, Any]:
        wanted = given["input"]
        upload = self.uploads[wanted["uploadId"]]
        upload["status"] = "ABORTED"
        return {"upload": upload, "userErrors": []}
