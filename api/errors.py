"""Every refusal of the API: one class, a stable code, a message that says what to do.

Refusal
├── BadConfiguration        the operator must change a setting
├── Unauthenticated         no valid key, session or token
├── Forbidden               a valid key that may not do this
├── NotFound                no such thing in this project
├── InvalidInput            a value outside what is documented, and its special cases
├── UnsupportedMediaType    the body has another type than the endpoint reads
├── Conflict                the thing is in a state that does not allow this
├── Superseded              a runner whose task has a newer owner
├── Gone                    a runner whose job was canceled
├── TooManyConnections      one API key holds too many at once
└── Unavailable             the store or the database does not answer; try again
"""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):  # noqa: N818 - it is an answer, and not every refusal is an error of ours
    """The base. `field` is the path of the input that was refused, such as `input.partSize`."""

    code: ClassVar[str] = "REFUSED"
    status: ClassVar[int] = 400

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class BadConfiguration(Refusal):
    """A setting is missing or wrong. Correct the named environment variable and start again."""

    code = "BAD_CONFIGURATION"
    status = 500


class Unauthenticated(Refusal):
    """No valid API key or session. Send `Authorization: Bearer rm_...` or sign in again."""

    code = "UNAUTHENTICATED"
    status = 401


class Forbidden(Refusal):
    """The key is valid and lacks the scope. Use a key that has it."""

    code = "FORBIDDEN"
    status = 403


class NotFound(Refusal):
    """No such thing in this project. Check the id or key."""

    code = "NOT_FOUND"
    status = 404


class InvalidInput(Refusal):
    """A value is outside what the schema's documentation allows. The message says which."""

    code = "INVALID_INPUT"


class InvalidId(InvalidInput):
    """The id was not made by this service, or belongs to another kind of thing."""

    code = "INVALID_ID"


class InvalidCursor(InvalidInput):
    """The cursor was not made by this service. Start again without it."""

    code = "INVALID_CURSOR"


class InvalidKey(InvalidInput):
    """An object key with `.` or `..` segments, control characters, or over 1,024 bytes."""

    code = "INVALID_KEY"


class InvalidRecipe(InvalidInput):
    """The recipe contradicts itself or asks for nothing. The message names the part."""

    code = "INVALID_RECIPE"


class UnknownPreset(InvalidInput):
    """No preset has this name. The message lists those that exist."""

    code = "UNKNOWN_PRESET"


class SourceNotFound(NotFound):
    """The store has no object at this key. Upload it, or check the key's spelling."""

    code = "SOURCE_NOT_FOUND"


class SourceEmpty(InvalidInput):
    """The object or file has no bytes. Upload it again."""

    code = "SOURCE_EMPTY"


class InvalidPartSize(InvalidInput):
    """Parts must hold 5 MiB to 5 GiB, and a file at most 10,000 of them."""

    code = "INVALID_PART_SIZE"


class FileTooLarge(InvalidInput):
    """S3 keeps objects of 5 TiB at most."""

    code = "FILE_TOO_LARGE"


class InvalidPart(InvalidInput):
    """A part number outside the upload, or a part that the store does not hold as stated."""

    code = "INVALID_PART"


class PartsMissing(InvalidInput):
    """The store does not hold every part yet. Upload those that the message names."""

    code = "PARTS_MISSING"


class SizeMismatch(InvalidInput):
    """The uploaded bytes are not as many as was said at the start. Upload again."""

    code = "SIZE_MISMATCH"


class ChecksumMismatch(InvalidInput):
    """The uploaded bytes have another SHA-256 than was said. They are deleted; upload again."""

    code = "CHECKSUM_MISMATCH"


class CredentialsUnavailable(Refusal):
    """The store makes no credentials for clients. Use `startMultipartUpload` instead."""

    code = "CREDENTIALS_UNAVAILABLE"
    status = 501


class UnsupportedMediaType(Refusal):
    """The body has another type than the endpoint reads. Send `Content-Type: application/json`."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    status = 415


class Conflict(Refusal):
    """The thing is in a state that does not allow this. Read it again."""

    code = "CONFLICT"
    status = 409


class UploadClosed(Conflict):
    """The upload was completed, aborted or has expired. Start a new one."""

    code = "UPLOAD_CLOSED"


class IdempotencyMismatch(Conflict):
    """This idempotency key was used with another input. Use a new key for a new request."""

    code = "IDEMPOTENCY_MISMATCH"


class AssetBusy(Conflict):
    """A job of this asset has not ended. Cancel it, or wait, and delete the asset then."""

    code = "ASSET_BUSY"


class LastAdminKey(Conflict):
    """Without this key nobody could manage keys any more. Create another key with ADMIN first."""

    code = "LAST_ADMIN_KEY"


class PresetBuiltin(Conflict):
    """The presets that ship with Reelmill do not change. Save yours under another name."""

    code = "PRESET_BUILTIN"


class TooMany(Conflict):
    """A project keeps a limited number of these. Delete what is no longer needed."""

    code = "TOO_MANY"


class TooManyConnections(Refusal):
    """The API key has as many sockets and streams open as it may. Close some, or share one."""

    code = "TOO_MANY_CONNECTIONS"
    status = 429


class TooManyOperations(Refusal):
    """The socket runs as many operations as it may. Complete some, or open another socket."""

    code = "TOO_MANY_OPERATIONS"
    status = 429


class EventsExpired(InvalidInput):
    """Events after this cursor are no longer kept. Read the state anew; go on from eventCursor."""

    code = "EVENTS_EXPIRED"


class Superseded(Refusal):
    """A newer claim of this task exists, or the task is over. The runner stops."""

    code = "SUPERSEDED"
    status = 409


class Gone(Refusal):
    """The job was canceled. The runner stops."""

    code = "CANCELED"
    status = 410


class InvalidReport(InvalidInput):
    """A runner's report contradicts its task, for example a key outside its prefix."""

    code = "INVALID_REPORT"
    status = 422


class LinkInvalid(Refusal):
    """The playback link was not made by this service. Ask for a new one."""

    code = "LINK_INVALID"
    status = 403


class LinkExpired(Refusal):
    """The playback link has expired. Ask for a new one."""

    code = "LINK_EXPIRED"
    status = 403


class ShareEnded(Refusal):
    """The share link has expired or was revoked. Ask whoever sent it for a new one."""

    code = "SHARE_ENDED"
    status = 410


class Unavailable(Refusal):
    """A part that this service stands on does not answer. Try again shortly."""

    code = "UNAVAILABLE"
    status = 503


class StorageUnavailable(Unavailable):
    """The S3 store does not answer, or asks to slow down. Try again shortly."""

    code = "STORAGE_UNAVAILABLE"


class StorageDenied(Unavailable):
    """The S3 store refuses this service's credentials. The operator must correct them."""

    code = "STORAGE_DENIED"


class StorageMisconfigured(Unavailable):
    """Bucket, region or clock do not fit the S3 store. The operator must correct them."""

    code = "STORAGE_MISCONFIGURED"


class Overloaded(Unavailable):
    """This process holds as many connections as it may. Try again shortly, or ask another one."""

    code = "OVERLOADED"


class StorageRefused(Unavailable):
    """The S3 store refuses a request for a reason of its own. The message has its code."""

    code = "STORAGE_REFUSED"


class ClusterUnavailable(Unavailable):
    """The Kubernetes API does not answer, or asks to slow down. Try again shortly."""

    code = "CLUSTER_UNAVAILABLE"


class DatabaseUnavailable(Unavailable):
    """PostgreSQL does not answer. Try again shortly."""

    code = "DATABASE_UNAVAILABLE"
