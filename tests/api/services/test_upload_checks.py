"""Which of the parts that a store lists count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from api.domain.models import Upload
from api.domain.objects import Part
from api.domain.states import PartChecksum, UploadMethod, UploadStatus
from api.errors import InvalidInput
from api.services.upload_checks import StartUpload, check_start, choose_parts, last_number

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def upload(**changes: Any) -> Upload:
    values: dict[str, Any] = {
        "id": uuid4(),
        "project_id": uuid4(),
        "bucket": "in",
        "key": "k",
        "method": UploadMethod.MULTIPART,
        "store_id": "u",
        "part_checksum": PartChecksum.NONE,
        "filename": "a.mp4",
        "title": None,
        "content_type": None,
        "size": 25,
        "part_size": 10,
        "sha256": None,
        "metadata": {},
        "options": {},
        "preset": None,
        "first_look": False,
        "status": UploadStatus.STARTED,
        "refusal": None,
        "asset_id": None,
        "job_id": None,
        "created_at": NOW,
        "expires_at": NOW,
    }
    return Upload(**(values | changes))


def part(number: int, etag: str, size: int, age: int = 0) -> Part:
    return Part(number, etag, size, NOW - timedelta(seconds=age))


@pytest.mark.parametrize("backwards", [False, True])
def test_one_part_for_each_number(backwards: bool) -> None:
    listed = [
        part(2, "b", 10),
        part(1, "old and short", 3, age=9),
        part(1, "new", 10, age=1),
        part(1, "old", 10, age=5),
        part(1, "newest and short", 4),
        part(3, "c", 5),
    ]
    found = choose_parts(upload(), listed[::-1] if backwards else listed, None)
    assert [p.etag for p in found] == ["new", "b", "c"]
    stated = [(1, '"old"')]
    found = choose_parts(upload(), listed[::-1] if backwards else listed, stated)
    assert [p.etag for p in found] == ["old", "b", "c"]


def test_without_a_size_or_a_time() -> None:
    listed = [part(1, "old", 3, age=1), Part(1, "no time", 3), part(1, "new", 9)]
    assert [p.etag for p in choose_parts(upload(size=None), listed, None)] == ["new"]


@pytest.mark.parametrize(
    ("changes", "last"),
    [
        ({}, 3),
        ({"size": None}, 10_000),
        ({"method": UploadMethod.PUT, "size": 9}, 1),
    ],
)
def test_the_highest_number(changes: dict[str, Any], last: int) -> None:
    assert last_number(upload(**changes)) == last


@pytest.mark.parametrize(
    "content_type",
    [
        "video/mp4 ",
        " video/mp4",
        "video",
        "vidéo/mp4",
        "video/mp4\r\nx-amz-acl: public-read",
        "a/" + "b" * 200,
    ],
)
def test_what_is_no_content_type(content_type: str) -> None:
    with pytest.raises(InvalidInput):
        check_start(StartUpload("a.mp4", content_type=content_type))
