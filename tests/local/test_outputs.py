from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from local import outputs
from local.errors import LocalError
from local.sample import find_sample, user_file
from reelmill import Job, Output

HLS = Output(
    id="output_1",
    kind="HLS",
    key="job/stream/master.m3u8",
    bucket="media-out",
    size=3 * 1024 * 1024,
    files=12,
    duration=5.28,
    video_codec="h264",
    audio_codec="aac",
    renditions=(720, 480),
)
POSTER = Output(
    id="output_2", kind="POSTER", key="job/poster.jpg", bucket="media-out", size=900, height=720
)


def test_the_table_cuts_nothing_and_aligns() -> None:
    assert outputs.table([POSTER, HLS]).splitlines() == [
        "kind    key                     size                 duration  codec       rungs",
        "------  ----------------------  -------------------  --------  ----------  ---------",
        "HLS     job/stream/master.m3u8  3.0 MiB in 12 files  5.28 s    h264 + aac  720p 480p",
        "POSTER  job/poster.jpg          900 B                -         -           720p",
    ]


def test_it_is_said_what_an_earlier_run_has_made() -> None:
    used = HLS.model_copy(update={"reused": True})
    assert outputs.again([HLS, POSTER]) == ""
    assert outputs.again([used, POSTER]) == ", 1 of them made before"
    assert outputs.again([used]) == ", made before of the same bytes"


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (5 << 30, "5.0 GiB"),
    ],
)
def test_sizes(size: int, text: str) -> None:
    assert outputs.size_text(size) == text


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Big Buck Bunny", "Big Buck Bunny"),
        ("../../etc/passwd", "etc passwd"),
        (".hidden", "hidden"),
        ("a\x00b\nc", "a b c"),
        ("...", "output"),
        ("ü" * 300, "ü" * 100),
    ],
)
def test_a_title_as_a_folder(title: str, name: str) -> None:
    assert outputs.folder_name(title) == name


@pytest.mark.parametrize(
    ("keys", "folders"),
    [
        (["job/hls/master.m3u8", "job/dash/manifest.mpd", "job/poster.jpg"], ["job/"]),
        (["job/poster.jpg"], ["job/"]),
        (["a/x.mp4", "b/y.mp4"], ["a/", "b/"]),
        (["alone.mp4"], []),
        ([], []),
    ],
)
def test_the_folders_to_copy(keys: list[str], folders: list[str]) -> None:
    assert outputs.prefixes([POSTER.model_copy(update={"key": key}) for key in keys]) == folders


def test_the_sample_is_a_real_clip() -> None:
    with find_sample().open("rb") as file:
        assert file.read(12)[4:8] == b"ftyp"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nope.mp4", "There is no file nope.mp4"),
        (".", "is a folder"),
        ("/dev/null", "regular"),
    ],
)
def test_a_file_that_cannot_be_used(name: str, words: str) -> None:
    with pytest.raises(LocalError, match=words):
        user_file(name)


def test_a_file_with_any_name(tmp_path: Path) -> None:
    path = tmp_path / "-ü $HOME 'x'.mp4"
    path.touch()
    assert user_file(str(path)) == path


def job(**more: Any) -> Job:
    facts = {
        "id": "job_1",
        "status": "RUNNING",
        "phase": "ENCODING",
        "progress": 0.42,
        "etaSeconds": 3.2,
        "speed": 2.13,
        "title": "Film",
        **more,
    }
    return Job.model_validate(facts)


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (job(), "RUNNING encoding  42%, 3 s left, 2.1x"),
        (job(status="QUEUED", phase=None, progress=0, etaSeconds=None, speed=None), "QUEUED"),
        (job(status="WAITING", waitingReason="no room"), "WAITING (no room)"),
    ],
)
def test_progress_in_one_line(state: Job, text: str) -> None:
    from local.progress import line

    assert line(state) == text


def test_a_failure_says_code_message_and_hint() -> None:
    from local.demo import failure

    error = {"code": "NO_MOOV", "message": "the file is cut off", "hint": "Upload it again"}
    text = failure(job(status="FAILED", error=error))
    assert "NO_MOOV: the file is cut off\nWhat to do: Upload it again" in text
    assert "CANCELED" in failure(job(status="CANCELED"))


def test_a_listing_that_leaves_the_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="leaves its folder"):
        outputs._below(tmp_path, "../../x")
