"""Playback links to private objects.

`/play/<token>/<path>`: the token names a project, a job and an expiry, and is signed; the path is
a part of the job and a name below the folder where that was published, by this job or an earlier
one, so that relative names inside playlists keep the token.
Published objects never change, so what is known of them is kept for a minute: a player that asks
for a segment every few seconds costs the database one query a minute at most.
"""

from __future__ import annotations

import struct
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar
from uuid import UUID

from api.adapters.postgres import playback as rows
from api.adapters.postgres import shares
from api.adapters.postgres.playback import Folder
from api.adapters.postgres.pool import Database
from api.adapters.s3 import Storage
from api.domain import content_keys, tokens
from api.domain.films import SAVED
from api.domain.models import Output, Share
from api.domain.objects import ObjectInfo
from api.errors import InvalidInput, LinkExpired, LinkInvalid, NotFound, Refusal
from api.services import playback_path
from schema.encryption import KEY_FILE, ContentKey

_PURPOSE: Final = "play"
_PAYLOAD: Final = struct.Struct(">16s16sI")
# The same for one share link, whose state is looked up whenever the token is used.
_SHARED: Final = "share"
_SHARED_PAYLOAD: Final = struct.Struct(">16s16sI16s")
_KEEP_SECONDS: Final = 60.0
_MOST_JOBS: Final = 2_000
_MOST_OBJECTS: Final = 10_000
MAX_LINK_SECONDS: Final = 7 * 86400
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Playable:
    """One object behind a link. `seconds_left` is the life that remains to the link.

    `key_url` is where the key is that the files of its folder are encrypted with, if they are.
    """

    bucket: str
    key: str
    size: int
    etag: str
    seconds_left: int
    key_url: str | None = None


@dataclass(frozen=True, slots=True)
class _Token:
    """What a link says; `expires` in seconds since 1970."""

    project_id: UUID
    job_id: UUID
    expires: int
    share_id: UUID | None = None


class Recent(Generic[K, V]):
    """What was found in the last `seconds`, at most `most` of it; the least used goes first."""

    def __init__(
        self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._items: OrderedDict[K, tuple[float, V]] = OrderedDict()

    def get(self, key: K) -> V | None:
        """The value, unless it is too old or was never here."""
        found = self._items.get(key)
        if found is None or found[0] <= self._clock():
            return None
        self._items.move_to_end(key)
        return found[1]

    def put(self, key: K, value: V) -> None:
        """Keep a value."""
        self._items[key] = (self._clock() + self._seconds, value)
        self._items.move_to_end(key)
        if len(self._items) > self._most:
            self._items.popitem(last=False)

    async def or_ask(self, key: K, ask: Callable[[], Awaitable[V | None]]) -> V | None:
        """The value, or what `ask` answers. That something is missing is not kept."""
        found = self.get(key)
        if found is None:
            found = await ask()
            if found is not None:
                self.put(key, found)
        return found


class Playback:
    """Makes links and finds what is behind them. `link_seconds` is how long a link lives."""

    def __init__(
        self,
        *,
        database: Database,
        storage: Storage,
        signing_key: bytes,
        public_url: str,
        link_seconds: int,
    ) -> None:
        self._database = database
        self._storage = storage
        self._signing_key = signing_key
        self._base = public_url.rstrip("/")
        self._link_seconds = link_seconds
        self._folders: Recent[tuple[UUID, UUID], tuple[Folder, ...]] = Recent(
            _MOST_JOBS, _KEEP_SECONDS
        )
        self._objects: Recent[tuple[str, str], ObjectInfo] = Recent(_MOST_OBJECTS, _KEEP_SECONDS)

    async def link(self, output: Output, expires_in: int | None = None) -> str:
        """The absolute URL under which a player opens an output for `expires_in` seconds.

        Raises NotFound when the files are deleted, InvalidInput for a life over seven days.
        """
        seconds = self._link_seconds if expires_in is None else expires_in
        made = (await self.links([(output, seconds)]))[0]
        if isinstance(made, Refusal):
            raise made
        return made

    async def links(self, wanted: Sequence[tuple[Output, int]]) -> list[str | Refusal]:
        """Many links, in their order, with one query a project: (output, seconds of life).

        In place of a link stands the reason why there is none, as `link` raises it.
        """
        jobs: dict[UUID, set[UUID]] = {}
        for output, _ in wanted:
            jobs.setdefault(output.project_id, set()).add(output.job_id)
        found: dict[UUID, tuple[Folder, ...]] = {}
        for project_id, job_ids in jobs.items():
            found |= await self._find_folders(project_id, job_ids)
            shown = [(output.job_id, output.blob_id) for output, _ in wanted]
            # What was saved since, by this process or another.
            late = {job for job, blob in shown if job in job_ids and not _has(found.get(job), blob)}
            found |= await self._find_folders(project_id, late, fresh=True)
        return [self._made(output, found.get(output.job_id, ()), life) for output, life in wanted]

    def _made(self, output: Output, folders: Sequence[Folder], seconds: int) -> str | Refusal:
        if not 1 <= seconds <= MAX_LINK_SECONDS:
            return InvalidInput("a link lives 1 second to 7 days", field="expiresIn")
        payload = _PAYLOAD.pack(
            output.project_id.bytes, output.job_id.bytes, int(time.time()) + seconds
        )
        try:
            return self._link(output, folders, tokens.sign(self._signing_key, _PURPOSE, payload))
        except NotFound as refusal:
            return refusal

    async def shared(self, share: Share, outputs: Sequence[Output]) -> dict[UUID, str]:
        """Links to outputs of one asset that end with a share link, after seven days at most."""
        end = min(int(share.expires_at.timestamp()), int(time.time()) + MAX_LINK_SECONDS)
        jobs = {output.job_id for output in outputs}
        folders = await self._find_folders(share.project_id, jobs, fresh=True)
        made = {}
        for output in outputs:
            payload = _SHARED_PAYLOAD.pack(
                output.project_id.bytes, output.job_id.bytes, end, share.id.bytes
            )
            token = tokens.sign(self._signing_key, _SHARED, payload)
            made[output.id] = self._link(output, folders.get(output.job_id, ()), token)
        return made

    def _link(self, output: Output, folders: Sequence[Folder], token: str) -> str:
        folder = next((f for f in folders if f.blob_id == output.blob_id), None)
        if folder is None or not output.key.startswith(folder.prefix):
            raise NotFound("the files of this output are deleted")
        place = f"{folder.part}/" if folder.part else ""
        path = playback_path.encode(place + output.key[len(folder.prefix) :])
        return f"{self._base}/play/{token}/{path}"

    async def resolve(self, token: str, path: str) -> Playable:
        """The object behind a link; `path` is decoded once.

        Raises LinkInvalid, LinkExpired, and NotFound for whatever is not below the job's folder.
        """
        relative = playback_path.check(path)
        # What people save may change at any time, all else never.
        _, folders, seconds_left = await self._behind(token, fresh=relative.startswith(SAVED))
        folder, key = _file(folders, relative)
        info = await self._objects.or_ask(
            (folder.bucket, key), lambda: self._storage.head(folder.bucket, key)
        )
        if info is None:
            raise NotFound("there is no such file behind this link")
        etag = f'"{info.etag or info.size}"'
        key_url = f"{self._base}/play/{token}/{folder.part}/{KEY_FILE}" if folder.key_id else None
        return Playable(folder.bucket, key, info.size, etag, seconds_left, key_url)

    async def content_key(self, token: str, part: str) -> ContentKey:
        """The key that a part behind a link is encrypted with.

        Raises LinkInvalid, LinkExpired, and NotFound for a part that is not encrypted, or was
        before the secret was changed that its key is derived from.
        """
        project_id, folders, _ = await self._behind(token)
        folder = next((f for f in folders if f.part == part and f.key_id), None)
        if folder is None:
            raise NotFound("there is no key behind this link")
        key = content_keys.of(self._signing_key, project_id, folder.prefix)
        if key.id != folder.key_id:
            raise NotFound("the key is lost: the server's secret was changed; make the stream anew")
        return key

    async def _behind(
        self, token: str, *, fresh: bool = False
    ) -> tuple[UUID, tuple[Folder, ...], int]:
        """The project and the folders of a link, and how many seconds it lives still."""
        said = self._open(token)
        project_id, job_id, seconds_left = said.project_id, said.job_id, _left(said)
        folders = (await self._find_folders(project_id, {job_id}, fresh=fresh)).get(job_id)
        if folders is None:
            raise NotFound("the files behind this link are deleted")
        if said.share_id is not None:
            folders = await self._of_share(said.share_id, said, folders)
        return project_id, folders, seconds_left

    async def _of_share(
        self, share_id: UUID, said: _Token, folders: tuple[Folder, ...]
    ) -> tuple[Folder, ...]:
        """Those of a job's folders that a share link shows. Asked anew each time: it may be revoked
        at any moment."""
        async with self._database.tenant(said.project_id) as connection:
            blobs = await shares.shown(connection, share_id, said.job_id)
        if not blobs:
            raise LinkExpired("this share link has ended; ask whoever sent it for a new one")
        return tuple(folder for folder in folders if folder.blob_id in blobs)

    def _open(self, token: str) -> _Token:
        for purpose, form in ((_PURPOSE, _PAYLOAD), (_SHARED, _SHARED_PAYLOAD)):
            payload = tokens.unsign(self._signing_key, purpose, token)
            if payload is not None and len(payload) == form.size:
                project, job, expires, *share = form.unpack(payload)
                share_id = UUID(bytes=share[0]) if share else None
                return _Token(UUID(bytes=project), UUID(bytes=job), expires, share_id)
        raise LinkInvalid("this playback link was not made here; ask for a new one")

    async def _find_folders(
        self, project_id: UUID, job_ids: set[UUID], *, fresh: bool = False
    ) -> dict[UUID, tuple[Folder, ...]]:
        known = {job: None if fresh else self._folders.get((project_id, job)) for job in job_ids}
        found = {job: folders for job, folders in known.items() if folders is not None}
        missing = job_ids - found.keys()
        if missing:
            # Row security keeps the answer inside the project that the token names.
            async with self._database.tenant(project_id) as connection:
                read = await rows.folders(connection, missing)
            for job, folders in read.items():
                self._folders.put((project_id, job), folders)
            found |= read
        return found


def _left(token: _Token) -> int:
    """Seconds that a link still lives. Raises LinkExpired."""
    left = token.expires - int(time.time())
    if left <= 0:
        raise LinkExpired("this playback link has expired; ask for a new one")
    return left


def _has(folders: Sequence[Folder] | None, blob_id: UUID) -> bool:
    return any(folder.blob_id == blob_id for folder in folders or ())


def _file(folders: Sequence[Folder], path: str) -> tuple[Folder, str]:
    """The folder and the key of a link's path. Raises NotFound.

    Other files lie beside those of a part, made for jobs that this link does not name.
    """
    # `ladder/video_720/` stands before `ladder/`, which it is a part of.
    for folder in sorted(folders, key=lambda f: len(f.part), reverse=True):
        place = f"{folder.part}/" if folder.part else ""
        name = path[len(place) :]
        if path.startswith(place) and name and folder.has(name):
            return folder, folder.prefix + name
    raise NotFound("there is no such file behind this link")
