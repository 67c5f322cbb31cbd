"""Rows become frozen values: columns and fields bear the same names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar

from asyncpg import Record

from api.domain.events import EventType
from api.domain.models import Asset, Attempt, Event, Job, Scan, Task, Upload
from api.domain.states import (
    AssetKind,
    AssetStatus,
    AttemptStatus,
    JobStatus,
    PartChecksum,
    ScanStatus,
    TaskStatus,
    UploadMethod,
    UploadStatus,
)

T = TypeVar("T")
# Columns that hold one of a few words.
_ENUMS: Mapping[type, Mapping[str, Callable[[str], Any]]] = {
    Asset: {"status": AssetStatus, "kind": AssetKind},
    Attempt: {"status": AttemptStatus},
    Event: {"type": EventType},
    Job: {"status": JobStatus},
    Scan: {"status": ScanStatus},
    Task: {"status": TaskStatus},
    Upload: {"status": UploadStatus, "method": UploadMethod, "part_checksum": PartChecksum},
}


def build(kind: type[T], row: Record) -> T:
    """Take the fields of `kind` from the row; other columns are the database's own business."""
    values = {name: row[name] for name in _names(kind)}  # type: ignore[arg-type] # a class is hashable
    for name, parse in _ENUMS.get(kind, {}).items():
        values[name] = parse(values[name])
    return kind(**values)


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def maybe(kind: type[T], row: Record | None) -> T | None:
    """`build`, or None where there is no row."""
    return None if row is None else build(kind, row)
