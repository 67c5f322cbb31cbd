"""The async client of Reelmill, self-hosted media processing.

    from reelmill import Client

    async with Client("https://media.example.com", key) as client:
        upload = await client.upload("film.mp4", preset="web")
        async for job in client.watch_job(upload.job.id):
            print(job.status, job.progress)

Every error is a `ReelmillError` with a stable `code`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from reelmill.choices import AudioCodec as AudioCodec
    from reelmill.choices import AudioTracks as AudioTracks
    from reelmill.choices import Channels as Channels
    from reelmill.choices import ClipMode as ClipMode
    from reelmill.choices import Corner as Corner
    from reelmill.choices import Encryption as Encryption
    from reelmill.choices import PreviewFormat as PreviewFormat
    from reelmill.choices import TranscriptEngine as TranscriptEngine
    from reelmill.choices import VideoCodec as VideoCodec
    from reelmill.client import Client as Client
    from reelmill.downloads import DownloadProgress as DownloadProgress
    from reelmill.errors import ConfigurationError as ConfigurationError
    from reelmill.errors import ConflictError as ConflictError
    from reelmill.errors import ConnectionFailedError as ConnectionFailedError
    from reelmill.errors import FileError as FileError
    from reelmill.errors import ForbiddenError as ForbiddenError
    from reelmill.errors import InvalidInputError as InvalidInputError
    from reelmill.errors import NotFoundError as NotFoundError
    from reelmill.errors import ProtocolError as ProtocolError
    from reelmill.errors import ReelmillError as ReelmillError
    from reelmill.errors import RefusedError as RefusedError
    from reelmill.errors import TransferError as TransferError
    from reelmill.errors import UnauthenticatedError as UnauthenticatedError
    from reelmill.errors import UnavailableError as UnavailableError
    from reelmill.gallery import Gallery as Gallery
    from reelmill.gallery import GalleryFile as GalleryFile
    from reelmill.gallery import GalleryItem as GalleryItem
    from reelmill.kinds import AssetKind as AssetKind
    from reelmill.kinds import AssetOrder as AssetOrder
    from reelmill.kinds import AssetStatus as AssetStatus
    from reelmill.kinds import EventType as EventType
    from reelmill.kinds import JobOrder as JobOrder
    from reelmill.kinds import JobPhase as JobPhase
    from reelmill.kinds import JobStatus as JobStatus
    from reelmill.kinds import OutputKind as OutputKind
    from reelmill.kinds import ScanStatus as ScanStatus
    from reelmill.kinds import Scope as Scope
    from reelmill.kinds import ShareState as ShareState
    from reelmill.kinds import Tier as Tier
    from reelmill.kinds import UploadMethod as UploadMethod
    from reelmill.kinds import UploadStatus as UploadStatus
    from reelmill.ledger import Ledger as Ledger
    from reelmill.models import ApiKey as ApiKey
    from reelmill.models import Asset as Asset
    from reelmill.models import Attempt as Attempt
    from reelmill.models import Event as Event
    from reelmill.models import Job as Job
    from reelmill.models import JobFault as JobFault
    from reelmill.models import NewApiKey as NewApiKey
    from reelmill.models import Output as Output
    from reelmill.models import Page as Page
    from reelmill.models import Preset as Preset
    from reelmill.models import Project as Project
    from reelmill.models import Scan as Scan
    from reelmill.models import Upload as Upload
    from reelmill.models import Usage as Usage
    from reelmill.models import Viewer as Viewer
    from reelmill.options import AssetOptions as AssetOptions
    from reelmill.options import MediaOptions as MediaOptions
    from reelmill.recipes import AssetRef as AssetRef
    from reelmill.recipes import Audio as Audio
    from reelmill.recipes import Burn as Burn
    from reelmill.recipes import Clip as Clip
    from reelmill.recipes import Crop as Crop
    from reelmill.recipes import Join as Join
    from reelmill.recipes import Ladder as Ladder
    from reelmill.recipes import Loudness as Loudness
    from reelmill.recipes import Mp4 as Mp4
    from reelmill.recipes import Pad as Pad
    from reelmill.recipes import Point as Point
    from reelmill.recipes import Poster as Poster
    from reelmill.recipes import Preview as Preview
    from reelmill.recipes import Recipe as Recipe
    from reelmill.recipes import Rung as Rung
    from reelmill.recipes import Sprite as Sprite
    from reelmill.recipes import SubtitleFile as SubtitleFile
    from reelmill.recipes import Subtitles as Subtitles
    from reelmill.recipes import Transcript as Transcript
    from reelmill.recipes import Verify as Verify
    from reelmill.recipes import Watermark as Watermark
    from reelmill.recipes import Waveform as Waveform
    from reelmill.reports import Levels as Levels
    from reelmill.reports import OutputLoudness as OutputLoudness
    from reelmill.reports import OutputReport as OutputReport
    from reelmill.reports import Stretch as Stretch
    from reelmill.reports import Vmaf as Vmaf
    from reelmill.shares import NewShareLink as NewShareLink
    from reelmill.shares import ShareLink as ShareLink
    from reelmill.timing import Timing as Timing
    from reelmill.uploads import Stage as Stage
    from reelmill.uploads import UploadProgress as UploadProgress

__version__: Final = "0.1.0"

# The command shows its help in a blink only if nothing heavy is imported before it is used.
_HOMES: Final = {
    "choices": [
        "AudioCodec",
        "AudioTracks",
        "Channels",
        "ClipMode",
        "Corner",
        "Encryption",
        "PreviewFormat",
        "TranscriptEngine",
        "VideoCodec",
    ],
    "client": ["Client"],
    "downloads": ["DownloadProgress"],
    "errors": [
        "ConfigurationError",
        "ConflictError",
        "ConnectionFailedError",
        "FileError",
        "ForbiddenError",
        "InvalidInputError",
        "NotFoundError",
        "ProtocolError",
        "ReelmillError",
        "RefusedError",
        "TransferError",
        "UnauthenticatedError",
        "UnavailableError",
    ],
    "gallery": ["Gallery", "GalleryFile", "GalleryItem"],
    "kinds": [
        "AssetKind",
        "AssetOrder",
        "AssetStatus",
        "EventType",
        "JobPhase",
        "JobOrder",
        "JobStatus",
        "OutputKind",
        "ScanStatus",
        "Scope",
        "ShareState",
        "Tier",
        "UploadMethod",
        "UploadStatus",
    ],
    "ledger": ["Ledger"],
    "models": [
        "ApiKey",
        "Asset",
        "Attempt",
        "Event",
        "Job",
        "JobFault",
        "NewApiKey",
        "Output",
        "Page",
        "Preset",
        "Project",
        "Scan",
        "Upload",
        "Usage",
        "Viewer",
    ],
    "options": ["AssetOptions", "MediaOptions"],
    "recipes": [
        "AssetRef",
        "Audio",
        "Burn",
        "Clip",
        "Crop",
        "Join",
        "Ladder",
        "Loudness",
        "Mp4",
        "Pad",
        "Point",
        "Poster",
        "Preview",
        "Recipe",
        "Rung",
        "Sprite",
        "SubtitleFile",
        "Subtitles",
        "Transcript",
        "Verify",
        "Watermark",
        "Waveform",
    ],
    "reports": ["Levels", "OutputLoudness", "OutputReport", "Stretch", "Vmaf"],
    "shares": ["NewShareLink", "ShareLink"],
    "timing": ["Timing"],
    "uploads": ["Stage", "UploadProgress"],
}
_HOME: Final = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*_HOME, "__version__"])
