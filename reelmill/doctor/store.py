"""Looks at the store: keys, buckets, each permission, CORS, lifecycle, and STS."""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable
from typing import Final
from xml.sax.saxutils import escape

from reelmill.doctor.bucket import Bucket, StoreRefusedError, unreachable
from reelmill.doctor.findings import Findings
from reelmill.doctor.setup import Setup
from reelmill.errors import ConnectionFailedError, ReelmillError

_ORIGIN: Final = "https://doctor.example"
_PREFIX: Final = "reelmill-doctor"
_IAM: Final = "Give the keys what `reelmill doctor --print iam` shows."
_CURES: Final = {
    "InvalidAccessKeyId": "The store does not know AWS_ACCESS_KEY_ID: set that of this store.",
    "SignatureDoesNotMatch": "AWS_SECRET_ACCESS_KEY does not belong to the access key, or a proxy "
    "changes the Host header.",
    "RequestTimeTooSkewed": "Set both clocks by NTP.",
    "AuthorizationHeaderMalformed": "The bucket is in another region: set AWS_REGION.",
    "PermanentRedirect": "The bucket is in another region or at another endpoint.",
    "NoSuchBucket": "Create the bucket, or set REELMILL_BUCKET_IN and REELMILL_BUCKET_OUT.",
    "ExpiredToken": "The session has ended: get new keys.",
    "AccessDenied": _IAM,
}


class StoreDoctor:
    """The checks, in order. Objects are made below `reelmill-doctor/` and removed again."""

    def __init__(self, bucket: Bucket, setup: Setup, findings: Findings) -> None:
        self._own = bucket
        self._setup = setup
        self._findings = findings
        self._folder = f"{_PREFIX}/{secrets.token_hex(8)}"

    async def run(self) -> None:
        """Everything, as far as the first answer allows."""
        setup = self._setup
        if not await self._reached():
            return
        for name in (setup.bucket_in, setup.bucket_out):
            await self._region(name)
            await self._cors(name)
            await self._lifecycle(name)
        await self._permissions(self._own, setup.bucket_in, "the API's keys")
        if setup.role_arn:
            await self._session()
        else:
            await self._permissions(self._own, setup.bucket_out, "the API's keys")
            self._findings.warn(
                "STS",
                "no role: runners get the API's own keys, or none",
                "Set REELMILL_STS_ROLE_ARN to a role that runners may take.",
            )
        await self._public()

    async def _reached(self) -> bool:
        """Whether the store answers these keys at all, and by which clock."""
        setup, findings = self._setup, self._findings
        for name in (setup.bucket_in, setup.bucket_out):
            check = f"bucket {name}: list"
            try:
                reply = await self._own.ask("GET", name, query={"list-type": "2", "max-keys": "1"})
            except ConnectionFailedError as error:
                findings.fail("store", f"{error.message} [{error.code}]", error.hint or "")
                return False
            if name == setup.bucket_in:
                findings.clock("store: clock", reply.headers.get("date"), reply.began, reply.ended)
            if not reply.good:
                findings.fail(check, reply.words, _cure(reply.code))
                return False
            findings.ok(check, "allowed")
        return True

    async def _region(self, name: str) -> None:
        reply = await self._own.ask("HEAD", name)
        theirs = reply.headers.get("x-amz-bucket-region")
        check, ours = f"bucket {name}: region", self._setup.region
        if not reply.good:
            self._findings.fail(check, reply.words, _cure(reply.code))
        elif theirs and theirs != ours:
            self._findings.fail(check, f"{theirs}, and AWS_REGION is {ours}", "Set AWS_REGION.")
        else:
            self._findings.ok(check, theirs or f"{ours} is accepted")

    async def _cors(self, name: str) -> None:
        """As it is set, and as a browser would be answered."""
        check = f"bucket {name}: CORS"
        cure = "Put what `reelmill doctor --print cors` shows on the bucket."
        url = f"{self._setup.url(name, public=True)}/{self._folder}/probe"
        asked = {"origin": _ORIGIN, "access-control-request-method": "PUT"}
        if name == self._setup.bucket_out:
            # Players come by a redirect from the API, and then have no origin to name.
            asked = {"origin": "null", "access-control-request-method": "GET"}
        with self._findings.watched(check, cure):
            rules = await self._own.ask("GET", name, query={"cors": ""})
            reply = await self._own.plain("OPTIONS", url, asked)
            allowed = reply.headers.get("access-control-allow-origin")
            if not reply.good or allowed not in {"*", asked["origin"]}:
                seen = f"a preflight from {asked['origin']} is answered {reply.status}"
                self._findings.fail(check, f"{seen}, allowing {allowed or 'nobody'}", cure)
            elif rules.code == "NoSuchCORSConfiguration":
                seen = f"the bucket has no rules; the store by itself allows {allowed}"
                self._findings.warn(check, seen, cure)
            elif rules.good and "etag" not in rules.text.lower():
                self._findings.warn(check, "browsers may not read ETag", cure)
            else:
                self._findings.ok(check, f"a preflight is answered, allowing {allowed}")

    async def _lifecycle(self, name: str) -> None:
        check = f"bucket {name}: lifecycle"
        cure = "Put what `reelmill doctor --print lifecycle` shows on the bucket."
        with self._findings.watched(check, cure):
            reply = await self._own.ask("GET", name, query={"lifecycle": ""})
            if reply.good and "AbortIncompleteMultipartUpload" in reply.text:
                self._findings.ok(check, "unfinished parts are removed")
            elif reply.status in {403, 501}:
                seen = f"it cannot be read: {reply.words}"
                self._findings.warn(check, seen, f"See for yourself. {cure}")
            else:
                self._findings.warn(check, "unfinished parts stay for ever", cure)

    async def _permissions(self, store: Bucket, name: str, who: str) -> None:
        key = f"{self._folder}/probe"
        steps: tuple[tuple[str, Callable[[], Awaitable[object]]], ...] = (
            ("put", lambda: store.must("PUT", name, key, body=b"reelmill")),
            ("get", lambda: store.must("GET", name, key)),
            ("multipart", lambda: _multipart(store, name, f"{key}-parts")),
            ("delete", lambda: self._removed(store, name, key, f"{key}-parts")),
        )
        for step, act in steps:
            check = f"bucket {name}: {step}"
            try:
                await act()
            except ReelmillError as error:
                seen = f"{error.message}, with {who}"
                self._findings.fail(check, seen, error.hint or _cure(error.code))
                if unreachable(error):
                    return
            else:
                self._findings.ok(check, f"allowed with {who}")

    async def _session(self) -> None:
        """A session may do what its policy says, and nothing else; else one runner reads all."""
        setup, allowed = self._setup, f"{self._folder}/allowed/probe"
        cure = "Let the API's keys do sts:AssumeRole on the role, and the role trust them: "
        with self._findings.watched("STS: AssumeRole", cure + _IAM):
            policy = json.dumps(_policy(setup.bucket_out, f"{self._folder}/allowed/*"))
            session = self._own.narrowed(await self._own.assume(policy))
            try:
                self._findings.ok("STS: AssumeRole", "a session with a narrowed policy")
                await self._enforced(session, allowed)
            finally:
                await session.close()
        await self._swept(setup.bucket_out, allowed, f"{allowed}-parts", f"{self._folder}/other")

    async def _enforced(self, session: Bucket, allowed: str) -> None:
        setup, findings = self._setup, self._findings
        role = "Let the role do what `reelmill doctor --print iam` shows as `runner`."
        with findings.watched(f"bucket {setup.bucket_out}: put", role):
            await session.must("PUT", setup.bucket_out, allowed, body=b"reelmill")
            await _multipart(session, setup.bucket_out, f"{allowed}-parts")
            findings.ok(f"bucket {setup.bucket_out}: put", "allowed to a session, in parts too")
        tried = {
            "write elsewhere": await session.ask(
                "PUT", setup.bucket_out, f"{self._folder}/other", body=b"reelmill"
            ),
            "read": await session.ask("GET", setup.bucket_out, allowed),
            "list": await session.ask("GET", setup.bucket_in, query={"list-type": "2"}),
        }
        done = [what for what, reply in tried.items() if reply.good]
        if done:
            seen = f"a session could do what its policy does not allow: {', '.join(done)}"
            cure = "This store does not enforce session policies: each runner could read all."
            findings.fail("STS: policy", seen, cure)
        else:
            findings.ok("STS: policy", "what it does not allow is refused")

    async def _removed(self, store: Bucket, name: str, *keys: str) -> None:
        for key in keys:
            await store.must("DELETE", name, key)

    async def _swept(self, name: str, *keys: str) -> None:
        check = f"bucket {name}: delete"
        with self._findings.watched(check, _IAM):
            await self._removed(self._own, name, *keys)
            self._findings.ok(check, "allowed with the API's keys")

    async def _public(self) -> None:
        """What clients open must be reached from here too: this is a client's machine."""
        setup = self._setup
        if not setup.public_endpoint:
            return
        with self._findings.watched("public endpoint", "Set REELMILL_S3_PUBLIC_ENDPOINT."):
            reply = await self._own.plain("GET", setup.public_endpoint, {})
            self._findings.ok("public endpoint", f"answers with HTTP status {reply.status}")


async def _multipart(store: Bucket, name: str, key: str) -> None:
    """Start, part, list, abort; then again to the end."""
    for finish in (False, True):
        started = await store.must("POST", name, key, query={"uploads": ""})
        upload = {"uploadId": started.tag("UploadId") or ""}
        part = await store.must(
            "PUT", name, key, query={"partNumber": "1"} | upload, body=b"reelmill"
        )
        listed = await store.must("GET", name, key, query=upload)
        if listed.tag("PartNumber") != "1":
            raise StoreRefusedError("ListParts does not show a part that was just sent")
        if finish:
            body = _parts(part.headers.get("etag", ""))
            await store.must("POST", name, key, query=upload, body=body)
        else:
            await store.must("DELETE", name, key, query=upload)


def _parts(etag: str) -> bytes:
    part = f"<Part><PartNumber>1</PartNumber><ETag>{escape(etag)}</ETag></Part>"
    return f"<CompleteMultipartUpload>{part}</CompleteMultipartUpload>".encode()


def _policy(bucket: str, keys: str) -> dict[str, object]:
    actions = ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
    statement = {
        "Effect": "Allow",
        "Action": actions,
        "Resource": [f"arn:aws:s3:::{bucket}/{keys}"],
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _cure(code: str | None) -> str:
    return _CURES.get(code or "", "Look into the store's log; the code is the store's own.")
