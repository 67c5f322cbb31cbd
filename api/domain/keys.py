"""Object keys: what is accepted, and what a key says about its object."""

from __future__ import annotations

import re
import unicodedata
from uuid import UUID

from api.domain.states import AssetKind
from api.errors import InvalidKey

MAX_KEY_BYTES = 1024  # of UTF-8, S3's own limit
MAX_FOLDER_BYTES = 512
_MAX_NAME_BYTES = 200

VIDEO = frozenset({"mp4", "mkv", "avi", "mov", "webm", "flv", "wmv", "m4v"})
AUDIO = frozenset({"mp3", "wav", "flac", "aac", "ogg", "m4a"})
IMAGE = frozenset({"png", "jpg", "jpeg", "webp"})
TEXT = frozenset({"srt", "vtt", "ass"})
_MEDIA = VIDEO | AUDIO
_KINDS = {AssetKind.AUDIO: AUDIO, AssetKind.IMAGE: IMAGE, AssetKind.TEXT: TEXT}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_UPLOAD = re.compile(r"uploads/(?P<id>[0-9a-f]{32})/")
# An empty segment, or one of dots only, that others follow: a file name ends with its type.
_FOLDED = re.compile(r"(?:^|/)\.{0,2}/")
_WILDCARDS = re.compile(r"[*?$]")


def extension(key: str) -> str:
    """The part behind the last dot of the name, in lower case; empty where there is none."""
    stem, _, ending = key.rpartition(".")
    return ending.lower() if stem and stem[-1] != "/" and "/" not in ending else ""


def is_media(key: str) -> bool:
    """Whether a scan registers this key: one of the 8 video and 6 audio types, in any case, and
    nothing that `check` would refuse when a job is to read it."""
    if extension(key) not in _MEDIA:
        return False
    # The first of each two questions is fast and answers for most keys.
    if ("//" in key or "./" in key or key[0] == "/") and _FOLDED.search(key):
        return False
    return key.isprintable() or _CONTROL.search(key) is None


def kind(key: str) -> AssetKind:
    """What a file of this name holds: VIDEO where the name says nothing else."""
    ending = extension(key)
    return next((kind for kind, endings in _KINDS.items() if ending in endings), AssetKind.VIDEO)


def file_name(key: str) -> str:
    """The last segment."""
    return key.rsplit("/", 1)[-1]


def uploads_folder(prefix: str) -> str:
    """Where the uploads of a project lie."""
    return f"{prefix}uploads/"


def upload_id(key: str, prefix: str) -> UUID | None:
    """The upload that a key below a project's prefix belongs to: `uploads/<id>/<file name>`."""
    match = _UPLOAD.match(key.removeprefix(prefix)) if key.startswith(prefix) else None
    return UUID(hex=match["id"]) if match else None


def title(key: str) -> str:
    """The file name without its type: what a person would call it."""
    name = file_name(key)
    ending = extension(name)
    return name[: -len(ending) - 1] if ending else name


def check(key: str, *, field: str | None = None) -> str:
    """Return the key, or raise InvalidKey with what is wrong with it.

    Path-like stores fold `.` and `..`, so such a key could name an object of somebody else.
    """
    if not key or len(key.encode("utf-8", "replace")) > MAX_KEY_BYTES:
        raise InvalidKey("a key has 1 to 1,024 bytes", field=field)
    if _CONTROL.search(key):
        raise InvalidKey("a key has no control characters", field=field)
    segments = key.split("/")
    if any(part in {".", ".."} for part in segments) or "" in segments[:-1]:
        raise InvalidKey("a key has no empty, '.' or '..' segments", field=field)
    return key


def folder(text: str, *, field: str | None = None) -> str:
    """A checked folder that ends with a slash, or an empty string."""
    trimmed = text.strip("/")
    return check(trimmed, field=field) + "/" if trimmed else ""


def output_folder(text: str, *, field: str | None = None) -> str:
    """As `folder`, with room below it for the names of a job's files."""
    if len(text.encode("utf-8", "replace")) > MAX_FOLDER_BYTES:
        raise InvalidKey(f"a folder for outputs has {MAX_FOLDER_BYTES} bytes at most", field=field)
    return folder(text, field=field)


def upload_name(filename: str, *, field: str | None = None) -> str:
    """The file name to keep of what a client says: no folders, no control characters, 200 bytes.

    Raises InvalidKey when nothing is left.
    """
    name = unicodedata.normalize("NFC", filename).replace("\\", "/").rsplit("/", 1)[-1]
    name = _CONTROL.sub("", name).strip()
    if name in {"", ".", ".."}:
        raise InvalidKey("the file needs a name", field=field)
    ending = extension(name)
    room = _MAX_NAME_BYTES - len(ending) - 1
    stem = name[: -len(ending) - 1] if ending else name
    short = stem.encode()[:room].decode(errors="ignore")
    return f"{short}.{ending}" if ending else short


def without_wildcards(name: str) -> str:
    """Without the characters that mean something in a policy, so that a key opens itself only."""
    return _WILDCARDS.sub("_", name)
