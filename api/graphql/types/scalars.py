"""Scalars and enums."""

from __future__ import annotations

from typing import Any, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from api.domain import states
from api.domain.job_orders import JobOrder
from api.domain.orders import AssetOrder
from schema.codecs import AudioCodec, AudioTracks, Channels, Tier, VideoCodec
from schema.encryption import Encryption
from schema.job import Phase
from schema.output import OutputKind
from schema.recipe import ClipMode

Int64 = NewType("Int64", int)
_LIMIT = 2**53


def _int64(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -_LIMIT < value < _LIMIT:
        raise ValueError("Int64 is a whole number below 2^53")
    return value


SCALARS: dict[object, ScalarDefinition] = {
    Int64: strawberry.scalar(
        name="Int64",
        description="A whole JSON number below 2^53: sizes and counts",
        serialize=_int64,
        parse_value=_int64,
    )
}

# The enums of the domain and of the recipe serve as they are; here they get their public names.
for _enum, _name in (
    (AssetOrder, "AssetOrder"),
    (JobOrder, "JobOrder"),
    (states.AssetStatus, "AssetStatus"),
    (states.AttemptStatus, "AttemptStatus"),
    (states.JobStatus, "JobStatus"),
    (states.UploadMethod, "UploadMethod"),
    (states.UploadStatus, "UploadStatus"),
    (AudioCodec, "AudioCodec"),
    (AudioTracks, "AudioTracks"),
    (Channels, "Channels"),
    (ClipMode, "ClipMode"),
    (Encryption, "Encryption"),
    (Tier, "Tier"),
    (VideoCodec, "VideoCodec"),
    (OutputKind, "OutputKind"),
    (Phase, "JobPhase"),
):
    strawberry.enum(_enum, name=_name)
