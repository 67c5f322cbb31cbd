"""What a runner reports."""

from __future__ import annotations

from typing import Any

from schema.job import (
    Claim,
    CompletionReport,
    FailureClass,
    FailureReport,
    Phase,
    ProgressReport,
)
from schema.output import OutputFacts, OutputKind
from schema.probe import Probe
from schema.source import SourceFacts

PROBE = Probe(container="mov", duration=1.0, size=5, streams=())


def progress(claim: Claim, sequence: int, fraction: float, **more: Any) -> ProgressReport:
    values = {"phase": Phase.ENCODING, **more}
    return ProgressReport(epoch=claim.epoch, sequence=sequence, fraction=fraction, **values)


def completion(claim: Claim, key: str | None = None) -> CompletionReport:
    output = OutputFacts(
        kind=OutputKind.POSTER,
        key=claim.spec.target.prefix + "poster.jpg" if key is None else key,
        content_type="image/jpeg",
        size=1,
        files=1,
        sha256="0" * 64,
    )
    source = SourceFacts(size=5, sha256="1" * 64, probe=PROBE)
    return CompletionReport(epoch=claim.epoch, engine="n9", source=source, outputs=(output,))


def failure(claim: Claim, kind: FailureClass, code: str = "SOURCE_NOT_MEDIA") -> FailureReport:
    return FailureReport(
        epoch=claim.epoch, failure=kind, code=code, message="m", hint="h", log="tail"
    )
