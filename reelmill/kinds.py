"""Names of the API that never change, as enumerations. Only the standard library is needed, so that
`reelmill --help` knows them too; a test compares them with the schema."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class JobStatus(StrEnum):
    """Where a job stands. The last three are final."""

    QUEUED = "QUEUED"
    LAUNCHING = "LAUNCHING"
    WAITING = "WAITING"
    RUNNING = "RUNNING"
    FINALIZING = "FINALIZING"
    RETRY_WAIT = "RETRY_WAIT"
    CANCELING = "CANCELING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELED = "CANCELED"


class JobPhase(StrEnum):
    """What the runner is doing while a job is RUNNING."""

    FETCHING = "FETCHING"
    PROBING = "PROBING"
    ENCODING = "ENCODING"
    VERIFYING = "VERIFYING"
    PUBLISHING = "PUBLISHING"


class OutputKind(StrEnum):
    """What an output is."""

    MP4 = "MP4"
    HLS = "HLS"
    DASH = "DASH"
    AUDIO = "AUDIO"
    POSTER = "POSTER"
    SPRITE = "SPRITE"
    PREVIEW = "PREVIEW"
    VTT = "VTT"
    CLIP = "CLIP"
    PEAKS = "PEAKS"
    WAVEFORM = "WAVEFORM"
    SUBTITLE = "SUBTITLE"
    METADATA = "METADATA"


class AssetStatus(StrEnum):
    """Whether a source can be used."""

    REGISTERED = "REGISTERED"
    READY = "READY"
    UNREADABLE = "UNREADABLE"
    MISSING = "MISSING"
    DELETING = "DELETING"


class AssetKind(StrEnum):
    """What a source is: a film, sound, an image for a watermark, or subtitles."""

    VIDEO = "VIDEO"
    AUDIO = "AUDIO"
    IMAGE = "IMAGE"
    TEXT = "TEXT"


class Scope(StrEnum):
    """What a key may do: ask, change, and make keys."""

    READ = "READ"
    WRITE = "WRITE"
    ADMIN = "ADMIN"


class UploadMethod(StrEnum):
    """How a file comes: in parts, by one PUT, or by an S3 client with keys of its own."""

    MULTIPART = "MULTIPART"
    PUT = "PUT"
    CREDENTIALS = "CREDENTIALS"


class AssetOrder(StrEnum):
    """In which order sources are listed; what was not read yet has no duration and stands last."""

    CREATED_AT_DESC = "CREATED_AT_DESC"
    CREATED_AT_ASC = "CREATED_AT_ASC"
    TITLE_ASC = "TITLE_ASC"
    TITLE_DESC = "TITLE_DESC"
    DURATION_ASC = "DURATION_ASC"
    DURATION_DESC = "DURATION_DESC"
    SIZE_ASC = "SIZE_ASC"
    SIZE_DESC = "SIZE_DESC"


class JobOrder(StrEnum):
    """Jobs by when they were made; or those that have ended, the last one first."""

    CREATED_AT_DESC = "CREATED_AT_DESC"
    FINISHED_AT_DESC = "FINISHED_AT_DESC"


class UploadStatus(StrEnum):
    """Where an upload stands."""

    STARTED = "STARTED"
    COMPLETED = "COMPLETED"
    ABORTED = "ABORTED"
    EXPIRED = "EXPIRED"


class ScanStatus(StrEnum):
    """Where a scan stands."""

    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


class ShareState(StrEnum):
    """Whether a share link still opens."""

    ACTIVE = "ACTIVE"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


class EventType(StrEnum):
    """What has happened."""

    UPLOAD_STARTED = "UPLOAD_STARTED"
    UPLOAD_COMPLETED = "UPLOAD_COMPLETED"
    UPLOAD_ABORTED = "UPLOAD_ABORTED"
    UPLOAD_EXPIRED = "UPLOAD_EXPIRED"
    JOB_QUEUED = "JOB_QUEUED"
    JOB_LAUNCHING = "JOB_LAUNCHING"
    JOB_RUNNING = "JOB_RUNNING"
    JOB_FINALIZING = "JOB_FINALIZING"
    JOB_RETRY_WAIT = "JOB_RETRY_WAIT"
    JOB_CANCELING = "JOB_CANCELING"
    JOB_SUCCEEDED = "JOB_SUCCEEDED"
    JOB_FAILED = "JOB_FAILED"
    JOB_CANCELED = "JOB_CANCELED"
    JOB_PRIORITY = "JOB_PRIORITY"
    JOB_SUBTITLES = "JOB_SUBTITLES"
    ASSET_UPDATED = "ASSET_UPDATED"
    ASSET_PROBED = "ASSET_PROBED"
    ASSET_DELETING = "ASSET_DELETING"
    ASSET_DELETED = "ASSET_DELETED"
    SCAN_STARTED = "SCAN_STARTED"
    SCAN_SUCCEEDED = "SCAN_SUCCEEDED"
    SCAN_FAILED = "SCAN_FAILED"
    API_KEY_CREATED = "API_KEY_CREATED"
    API_KEY_REVOKED = "API_KEY_REVOKED"
    PROJECT_UPDATED = "PROJECT_UPDATED"
    PRESET_SAVED = "PRESET_SAVED"
    PRESET_DELETED = "PRESET_DELETED"
    SHARE_CREATED = "SHARE_CREATED"
    SHARE_REVOKED = "SHARE_REVOKED"


FINAL: Final = frozenset({JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELED})


class Tier(StrEnum):
    """How much time encoders may take: DRAFT is fastest, PREMIUM needs the fewest bits."""

    DRAFT = "DRAFT"
    STANDARD = "STANDARD"
    PREMIUM = "PREMIUM"
