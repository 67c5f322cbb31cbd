"""Values as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reelmill.cli import display
from reelmill.cli import format as fmt
from reelmill.models import Job, Output
from reelmill.uploads import Stage, UploadProgress
from tests.reelmill import shapes

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def job(status: str, **more: Any) -> Job:
    return Job.model_validate(shapes.job(status, **more))


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (5_497_558_138_880, "5.5 TB"),
        (10**19, "10000.0 PB"),
    ],
)
def test_size(count: int, expected: str) -> None:
    assert fmt.size(count) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0, "0:00"), (59.6, "1:00"), (65.4, "1:05"), (3600, "1:00:00")]
)
def test_clock(seconds: float, expected: str) -> None:
    assert fmt.clock(seconds) == expected


def test_rate_of_nothing() -> None:
    assert fmt.rate(1000, 0) == ""
    assert fmt.rate(3_000_000, 2) == "1.5 MB/s"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(-5, "0 s"), (59, "59 s"), (60, "1 min"), (7300, "2 h"), (200_000, "2 d")],
)
def test_age(seconds: float, expected: str) -> None:
    assert fmt.age(NOW - timedelta(seconds=seconds), NOW) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain ü 影片.mp4", "plain ü 影片.mp4"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("evil\u202egpj.exe", "evil\\u202egpj.exe"),
        ("caf\udce9", "caf\\udce9"),
    ],
)
def test_text_of_others_cannot_command_the_terminal(text: str, expected: str) -> None:
    assert fmt.safe(text) == expected


@pytest.mark.parametrize(("width", "expected"), [(9, "long-name"), (8, "long…ame"), (3, "l…e")])
def test_names_are_cut_in_the_middle(width: int, expected: str) -> None:
    assert fmt.shorten("long-name", width) == expected


def test_upload_detail() -> None:
    progress = UploadProgress(Stage.SENDING, "f", 10_000_000, 4_000_000, 2, 0)
    assert fmt.upload_detail(progress, 2) == "4.0 MB of 10.0 MB  2.0 MB/s  0:03 left"
    assert fmt.upload_detail(progress, 0) == "4.0 MB of 10.0 MB"
    aborting = UploadProgress(Stage.ABORTING, "f", 10, 4, 2, 0)
    assert fmt.upload_detail(aborting, 2) == "dropping the parts"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (job("QUEUED"), "queued"),
        (job("WAITING", waitingReason="all are busy"), "waiting (all are busy)"),
        (
            job("RUNNING", phase="ENCODING", progress=0.42, speed=2.345, etaSeconds=75),
            "encoding 42 %  2.3x  1:15 left",
        ),
        (job("RUNNING"), "running"),
        (job("SUCCEEDED"), "succeeded"),
        (job("RETRY_WAIT", waitingReason="lost"), "retry wait (lost)"),
    ],
)
def test_job_detail(found: Job, expected: str) -> None:
    assert fmt.job_detail(found, with_percent=True) == expected


def test_picture_and_codecs() -> None:
    hls = Output.model_validate(shapes.output("HLS"))
    poster = Output.model_validate(shapes.output("POSTER", videoCodec=None, audioCodec=None))
    assert (fmt.picture(hls), fmt.codecs(hls)) == ("1080/720", "h264+aac")
    assert (fmt.picture(poster), fmt.codecs(poster)) == ("1920x1080", "")


def test_an_upload_that_went_on_is_as_fast_as_it_was() -> None:
    assert display.sent(60_000_000, 2.0) == "60.0 MB in 2.0 s, 30.0 MB/s"
    assert display.sent(60_000_000, 2.0, 40_000_000) == (
        "60.0 MB, 40.0 MB of it earlier, in 2.0 s, 10.0 MB/s"
    )


def test_a_job_takes_its_own_time_and_not_that_of_watching() -> None:
    times = {"createdAt": "2026-01-01T00:00:00Z", "finishedAt": "2026-01-01T00:00:08Z"}
    assert display.ended(job("FAILED", **times), 0.1) == "failed in 8.0 s"
    times["finishedAt"] = None
    assert display.ended(job("FAILED", **times), 0.1) == "failed in 0.1 s"


def test_several() -> None:
    assert [fmt.several(n, "file") for n in (0, 1, 1000)] == ["0 files", "1 file", "1,000 files"]
